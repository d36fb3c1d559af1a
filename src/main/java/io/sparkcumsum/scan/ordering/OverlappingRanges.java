package io.sparkcumsum.scan.ordering;

import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Rows in ranges of their keys, a partition each. A partition also has rows of other ranges that
 * frames of its rows reach: all of them, or those that are not in gaps.
 *
 * @param rows the rows, in order within a partition
 * @param bounds the last key of each range but the last range, ascending
 * @param segments how the rows are divided; null if they are one segment
 * @param gaps for each range the gap of each frame, null if it has none; null if a partition has
 *     all rows that its frames reach
 * @param digests for each range the serialized summary of its own rows when gaps were totalled;
 *     null if they are always the same
 */
public record OverlappingRanges(
    RDD<InternalRow> rows,
    List<InternalRow> bounds,
    Segments segments,
    List<List<Gap>> gaps,
    List<byte[]> digests) {}
