package io.sparkcumsum.scan.phase;

import io.sparkcumsum.scan.function.RunningState;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;

/** The rows of one partition in the offset pass, with their results. */
abstract class OffsetPassIterator extends AbstractIterator<InternalRow> {
  final RunningState state;
  final OffsetPass.Metrics metrics;
  private final Iterator<InternalRow> rows;
  private final PartitionOffset offset;
  private final long start = System.nanoTime();
  private boolean atEnd;

  /**
   * @param state the state before the first row
   * @param offset what is known of the partition
   */
  OffsetPassIterator(
      RunningState state, PartitionOffset offset, Iterator<InternalRow> rows, OffsetPass pass) {
    this.state = state;
    this.rows = rows;
    this.offset = offset;
    this.metrics = pass.metrics();
  }

  /**
   * Whether there is another row to read. To be called when the state includes all rows read so
   * far, because the state is verified at the end.
   */
  final boolean hasNextInput() {
    if (atEnd) {
      return false;
    }
    if (!rows.hasNext()) {
      atEnd = true;
      metrics.scanTime().add(System.nanoTime() - start);
      offset.verifyEnd(state);
    }
    return !atEnd;
  }

  final InternalRow nextInput() {
    return rows.next();
  }
}
