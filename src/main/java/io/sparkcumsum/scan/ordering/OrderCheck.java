package io.sparkcumsum.scan.ordering;

import io.sparkcumsum.catalyst.PartitionFunction;
import io.sparkcumsum.error.CumsumErrors;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;

/**
 * Checks rows that are not shuffled because the {@link KeySketch} found them in order: the keys of
 * each partition have to ascend from the first key in the sketch to the last. Files may be replaced
 * after the sketch, which is made once for all executions of a DataFrame, and the counts and sums
 * at the end of a partition do not reveal another order.
 *
 * @param firstKeys the first key of each partition
 * @param lastKeys the last key of each partition
 */
record OrderCheck(KeyOrder order, List<InternalRow> firstKeys, List<InternalRow> lastKeys)
    implements PartitionFunction {

  /** The same rows. To read one that is out of order throws. */
  RDD<InternalRow> of(RDD<InternalRow> rows) {
    return PartitionFunction.mapped(rows, this);
  }

  @Override
  public Iterator<InternalRow> apply(int partition, Iterator<InternalRow> rows) {
    return new Checked(partition, rows);
  }

  private final class Checked extends AbstractIterator<InternalRow> {
    private final int partition;
    private final Iterator<InternalRow> rows;
    private final KeyCursor keys = order.cursor();
    private boolean started;

    Checked(int partition, Iterator<InternalRow> rows) {
      this.partition = partition;
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      boolean hasNext = rows.hasNext();
      if (!hasNext) {
        check(started && keys.compareTo(lastKeys.get(partition)) == 0);
      }
      return hasNext;
    }

    @Override
    public InternalRow next() {
      InternalRow row = rows.next();
      check(keys.advance(row) <= 0);
      if (!started) {
        started = true;
        check(keys.compareTo(firstKeys.get(partition)) == 0);
      }
      return row;
    }

    private void check(boolean isAsSeen) {
      if (!isAsSeen) {
        throw CumsumErrors.inputReordered(partition);
      }
    }
  }
}
