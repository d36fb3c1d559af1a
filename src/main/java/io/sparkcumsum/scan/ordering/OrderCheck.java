package io.sparkcumsum.scan.ordering;

import io.sparkcumsum.catalyst.PartitionFunction;
import io.sparkcumsum.error.CumsumErrors;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;

/**
 * Checks that rows which stayed where they are come in the order in which the survey of the keys
 * saw them: ascending in each partition, from the first key that was seen there to the last. Files
 * may be replaced after the survey, which runs once for all executions of a DataFrame; counts and
 * sums at the end of a partition cannot show that its order is another one.
 *
 * @param firstKeys the first key of each partition
 * @param lastKeys the last key of each partition
 */
record OrderCheck(KeyOrder order, List<InternalRow> firstKeys, List<InternalRow> lastKeys)
    implements PartitionFunction {

  /** The same rows, of which reading one that is out of order fails. */
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
