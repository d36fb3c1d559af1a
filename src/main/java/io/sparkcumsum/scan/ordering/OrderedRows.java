package io.sparkcumsum.scan.ordering;

import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;

/**
 * Rows in order, within partitions and across them.
 *
 * @param rows the sorted rows
 * @param toSummarize the same partitions to compute a {@link Summary} from, in order only if it
 *     depends on the order, and cheaper to read; null if that order would differ from the one of
 *     {@code rows}
 * @param columns the columns of {@code toSummarize}
 * @param summaries the serialized {@link Summary} of each partition; null if it was not computed
 */
public record OrderedRows(
    RDD<InternalRow> rows,
    RDD<InternalRow> toSummarize,
    List<Attribute> columns,
    List<byte[]> summaries) {

  /** Rows whose summaries are known. */
  static OrderedRows summarized(RDD<InternalRow> rows, List<byte[]> summaries) {
    return new OrderedRows(rows, null, List.of(), summaries);
  }
}
