package io.sparkcumsum.scan.ordering;

import io.sparkcumsum.error.CumsumErrors;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BaseOrdering;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;

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
    implements Function2<Integer, Iterator<InternalRow>, Iterator<InternalRow>> {

  /** The same rows, of which reading one that is out of order fails. */
  RDD<InternalRow> of(RDD<InternalRow> rows) {
    boolean preservesPartitioning = true;
    return rows.toJavaRDD().mapPartitionsWithIndex(this, preservesPartitioning).rdd();
  }

  @Override
  public Iterator<InternalRow> call(Integer partition, Iterator<InternalRow> rows) {
    return new Checked(partition, rows);
  }

  private final class Checked implements Iterator<InternalRow> {
    private final int partition;
    private final Iterator<InternalRow> rows;
    private final BaseOrdering ordering = order.ofKeys();

    // Two of them, so that one key stays while the next is made.
    private UnsafeProjection keys = order.keys();
    private UnsafeProjection otherKeys = order.keys();

    /** The key of the row before; null before the first one. */
    private InternalRow last;

    Checked(int partition, Iterator<InternalRow> rows) {
      this.partition = partition;
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      boolean hasNext = rows.hasNext();
      if (!hasNext) {
        check(last != null && ordering.compare(last, lastKeys.get(partition)) == 0);
      }
      return hasNext;
    }

    @Override
    public InternalRow next() {
      InternalRow row = rows.next();
      InternalRow key = keys.apply(row);
      check(
          last == null
              ? ordering.compare(firstKeys.get(partition), key) == 0
              : ordering.compare(last, key) <= 0);
      last = key;
      UnsafeProjection swapped = keys;
      keys = otherKeys;
      otherKeys = swapped;
      return row;
    }

    private void check(boolean isAsSeen) {
      if (!isAsSeen) {
        throw CumsumErrors.inputReordered(partition);
      }
    }
  }
}
