package io.sparkcumsum.scan.ordering;

import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Rows in order, within partitions and across them.
 *
 * @param rows in their order
 * @param unsorted the same partitions, maybe in another order within each, which is cheaper to read
 * @param summaries what the {@link Summary} serialized after each partition; null if it was not
 *     known from what brought the rows in order
 */
public record OrderedRows(
    RDD<InternalRow> rows, RDD<InternalRow> unsorted, List<byte[]> summaries) {}
