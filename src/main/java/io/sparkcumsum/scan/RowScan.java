package io.sparkcumsum.scan;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import scala.collection.Iterator;

/** A scan in which each row shows the state after it. */
final class RowScan extends PartitionScan {
  private final UnsafeProjection projection;

  RowScan(int partition, Iterator<InternalRow> rows, OffsetPass pass) {
    super(partition, rows, pass);
    List<Expression> output = new ArrayList<>(pass.input());
    for (ScanFunction function : pass.functions()) {
      output.add(function.result());
    }
    this.projection = state.projection(output);
  }

  @Override
  public boolean hasNext() {
    return hasNextInput();
  }

  @Override
  public InternalRow next() {
    InternalRow row = nextInput();
    state.advance(row);
    metrics.outputRows().add(1);
    return projection.apply(state.joined(row));
  }
}
