package io.sparkcumsum.scan.phase;

import io.sparkcumsum.scan.function.RunningState;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;

/**
 * The rows of a single partition, which are read to their end for their total, and held in a buffer
 * meanwhile. A job of its own for the total would take longer.
 */
final class TotalledRows extends AbstractIterator<InternalRow> {
  private final RowBuffer buffer = new RowBuffer();
  private final OffsetPass.Metrics metrics;
  private final byte[] total;

  TotalledRows(Iterator<InternalRow> rows, OffsetPass pass) {
    InputRows input = new InputRows(pass.input());
    RunningState state = pass.functions().start();
    while (rows.hasNext()) {
      UnsafeRow row = input.unsafe(rows.next());
      state.updateTotal(row);
      buffer.add(row);
    }
    this.total = state.serialize();
    this.metrics = pass.metrics();
  }

  /** The serialized total of all rows. */
  byte[] total() {
    return total;
  }

  @Override
  public boolean hasNext() {
    boolean hasNext = buffer.hasNext();
    if (!hasNext) {
      metrics.spillSize().add(buffer.clear());
    }
    return hasNext;
  }

  @Override
  public InternalRow next() {
    return buffer.next();
  }
}
