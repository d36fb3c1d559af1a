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
 * The third phase: every partition is scanned from its offset on, and emits its rows with the
 * results beside them.
 *
 * @param results the columns of what the functions show, which follow those of the input
 * @param order of the rows, empty if they come in their natural one
 * @param reverse whether the scan runs from the last row to the first
 */
public record OffsetPass(
    ScanFunctions functions,
    List<Attribute> results,
    Seq<SortOrder> order,
    boolean reverse,
    PartitionOffsets offsets,
    Metrics metrics)
    implements PartitionFunction {

  /** What tasks report. */
  public record Metrics(SQLMetric outputRows, SQLMetric scanTime, SQLMetric spillSize)
      implements Serializable {}

  /** The columns of the rows that are scanned. */
  List<Attribute> input() {
    return functions.input();
  }

  /** The order of the rows, as that of their keys. */
  KeyOrder keyOrder() {
    return new KeyOrder(order, input());
  }

  /** The columns of the rows that are emitted. */
  List<Attribute> output() {
    List<Attribute> output = new ArrayList<>(input());
    output.addAll(results);
    return output;
  }

  public RDD<InternalRow> over(RDD<InternalRow> rows) {
    return PartitionFunction.mapped(rows, this);
  }

  @Override
  public Iterator<InternalRow> apply(int partition, Iterator<InternalRow> rows) {
    if (reverse) {
      return new ReversePassIterator(partition, rows, this);
    }
    return functions.areSharedByPeers()
        ? new PeerGroupIterator(partition, rows, this)
        : new RowFrameIterator(partition, rows, this);
  }
}
