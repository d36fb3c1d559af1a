package io.sparkcumsum.scan.ordering;

import java.util.Collections;
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
 * @param segments how the rows are divided; null if they are all of one segment
 */
public record OrderedRows(
    RDD<InternalRow> rows,
    RDD<InternalRow> toSummarize,
    List<Attribute> columns,
    List<byte[]> summaries,
    Segments segments) {

  OrderedRows(
      RDD<InternalRow> rows,
      RDD<InternalRow> toSummarize,
      List<Attribute> columns,
      List<byte[]> summaries) {
    this(rows, toSummarize, columns, summaries, null);
  }

  OrderedRows with(Segments ofRows) {
    return new OrderedRows(rows, toSummarize, columns, summaries, ofRows);
  }

  /** Rows whose segments are all in one partition each, so that no summary is needed. */
  static OrderedRows whole(RDD<InternalRow> rows) {
    int partitions = rows.getNumPartitions();
    List<byte[]> none = Collections.nCopies(partitions, new byte[0]);
    return summarized(rows, none).with(Segments.whole(partitions));
  }

  /** Rows whose summaries are known. */
  static OrderedRows summarized(RDD<InternalRow> rows, List<byte[]> summaries) {
    return new OrderedRows(rows, null, List.of(), summaries);
  }
}
