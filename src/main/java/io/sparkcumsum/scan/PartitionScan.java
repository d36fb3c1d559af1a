package io.sparkcumsum.scan;

import io.sparkcumsum.error.CumsumErrors;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;

/**
 * The rows of one partition in the offset pass, with their results.
 *
 * <p>A partition that was read to its end has to arrive at the offset of the next one. If it does
 * not, the input was another one than in the first phase.
 */
abstract class PartitionScan extends AbstractIterator<InternalRow> {
  final RunningState state;
  final OffsetPass.Metrics metrics;
  private final OffsetPass.Columns columns;
  private final OffsetPass.Between partition;
  private final Iterator<InternalRow> rows;
  private final long start = System.nanoTime();
  private boolean atEnd;

  PartitionScan(
      OffsetPass.Between partition,
      Iterator<InternalRow> rows,
      OffsetPass.Columns columns,
      OffsetPass.Metrics metrics) {
    this.partition = partition;
    this.rows = rows;
    this.columns = columns;
    this.metrics = metrics;
    this.state = new RunningState(columns.functions(), columns.input());
    state.restore(partition.offset);
  }

  /** Whether there is another row to read; all that were read have advanced the state. */
  final boolean hasNextInput() {
    if (atEnd) {
      return false;
    }
    if (!rows.hasNext()) {
      atEnd = true;
      metrics.scanTime().add(System.nanoTime() - start);
      verify();
    }
    return !atEnd;
  }

  final InternalRow nextInput() {
    return rows.next();
  }

  private void verify() {
    byte[] nextOffset = partition.nextOffset;
    if (nextOffset == null || Arrays.equals(state.verified(), verified(nextOffset))) {
      return;
    }
    long rowsBefore = state.rowCount(partition.offset);
    long totalled = state.rowCount(nextOffset) - rowsBefore;
    long scanned = state.rowCount(state.store()) - rowsBefore;
    throw CumsumErrors.inputChanged(partition.index(), totalled, scanned);
  }

  private byte[] verified(byte[] stored) {
    RunningState restored = new RunningState(columns.functions(), columns.input());
    restored.restore(stored);
    return restored.verified();
  }
}
