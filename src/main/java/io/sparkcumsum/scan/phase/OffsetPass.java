package io.sparkcumsum.scan.phase;

import io.sparkcumsum.catalyst.PartitionFunction;
import io.sparkcumsum.scan.function.ScanFunctions;
import io.sparkcumsum.scan.ordering.KeyOrder;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.execution.metric.SQLMetric;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;

/**
 * The third phase: each partition is scanned again, starting from its offset, and emits its rows
 * with their results.
 *
 * @param results the result columns, one for each function, which follow the input columns
 * @param order the order of the rows; empty if they are taken as they come
 * @param reverse whether the scan runs from the last row to the first
 */
public record OffsetPass(
    ScanFunctions functions,
    List<Attribute> results,
    Seq<SortOrder> order,
    boolean reverse,
    PartitionOffsets offsets,
    Metrics metrics)
    implements Serializable {

  /** The metrics that tasks report. */
  public record Metrics(SQLMetric outputRows, SQLMetric scanTime, SQLMetric spillSize)
      implements Serializable {}

  /** The input columns. */
  List<Attribute> input() {
    return functions.input();
  }

  /** The order of the rows, for comparing their keys. */
  KeyOrder keyOrder() {
    return new KeyOrder(order, input());
  }

  /** The output columns. */
  List<Attribute> output() {
    List<Attribute> output = new ArrayList<>(input());
    output.addAll(results);
    return output;
  }

  /**
   * Runs the pass.
   *
   * @param besideRows the offset of each partition; null if the offsets were broadcast
   */
  public RDD<InternalRow> over(RDD<InternalRow> rows, RDD<InternalRow> besideRows) {
    return besideRows == null
        ? PartitionFunction.mapped(rows, (partition, input) -> scan(offsets.of(partition), input))
        : PartitionFunction.zipped(
            rows, besideRows, (input, offset) -> scan(offsets.of(offset), input));
  }

  private Iterator<InternalRow> scan(PartitionOffset offset, Iterator<InternalRow> rows) {
    if (offset.lacksGrandTotal()) {
      TotalledRows totalled = new TotalledRows(rows, this);
      return scan(offset.withTotal(totalled.total()), totalled);
    }
    if (reverse) {
      return new ReversePassIterator(offset, rows, this);
    }
    return functions.areSharedByPeers()
        ? new PeerGroupIterator(offset, rows, this)
        : new RowFrameIterator(offset, rows, this);
  }
}
