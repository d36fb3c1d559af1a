package io.sparkcumsum.scan.ordering;

import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Rows in order, within partitions and across them.
 *
 * @param rows the sorted rows
 * @param unsorted the same partitions before they are sorted, which are cheaper to read
 * @param summaries the serialized {@link Summary} of each partition; null if it was not computed
 */
public record OrderedRows(
    RDD<InternalRow> rows, RDD<InternalRow> unsorted, List<byte[]> summaries) {}
