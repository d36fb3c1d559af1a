package io.sparkcumsum.scan.ordering;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.shuffle.sort.SortShuffleManager;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BaseOrdering;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.util.MutablePair;
import scala.Product2;

/**
 * The map side of a shuffle into ranges. It returns each row with the number of its range, and adds
 * the totals of the ranges at the end of the task.
 *
 * @param bounds the last key of each range but the last range, ascending
 * @param halos tells which other ranges a row goes to; null if it goes to its own only
 * @param summary of rows in any order
 * @param totals collects the totals; null if they are not needed
 */
record ToRanges(
    KeyOrder order, List<InternalRow> bounds, KeyHalos halos, Summary summary, RangeTotals totals)
    implements Function2<Integer, Iterator<InternalRow>, Iterator<Product2<Object, InternalRow>>> {

  @Override
  public Iterator<Product2<Object, InternalRow>> call(Integer task, Iterator<InternalRow> rows) {
    return new Rows(task, rows);
  }

  private final class Rows implements Iterator<Product2<Object, InternalRow>> {
    private final int task;
    private final Iterator<InternalRow> rows;

    /** Null if there is only one range. Generating them takes longer than a small task. */
    private final UnsafeProjection keys = bounds.isEmpty() ? null : order.keys();

    private final BaseOrdering ordering = bounds.isEmpty() ? null : order.ofKeys();
    private final InternalRow[] lastKeys = bounds.toArray(new InternalRow[0]);
    private final Integer[] ids = new Integer[lastKeys.length + 1];
    private final Summary.State[] states = new Summary.State[ids.length];
    private final Summary.State none = totals == null ? null : summary.start(order.columns());
    private final MutablePair<Object, InternalRow> pair = new MutablePair<>();

    /**
     * This iterator reuses one row. Spark's sort shuffle serializes it at once; other shuffle
     * managers may keep the reference, and get a copy.
     */
    private final boolean copies = !(SparkEnv.get().shuffleManager() instanceof SortShuffleManager);

    private final KeyHalos.Ranges reached = halos == null ? null : halos.new Ranges();
    private InternalRow row;

    /** The next range that the row goes to, and the last. */
    private int range = 0;

    private int lastRange = -1;

    Rows(int task, Iterator<InternalRow> rows) {
      this.task = task;
      this.rows = rows;
      for (int i = 0; i < ids.length; i++) {
        ids[i] = i;
      }
    }

    @Override
    public boolean hasNext() {
      boolean hasNext = range <= lastRange || rows.hasNext();
      if (!hasNext && totals != null) {
        totals.add(new RangeTotals.OfTask(task, serialized()));
      }
      return hasNext;
    }

    @Override
    public Product2<Object, InternalRow> next() {
      if (range > lastRange) {
        readRow();
      }
      return pair.update(ids[range++], copies ? row.copy() : row);
    }

    private void readRow() {
      row = rows.next();
      UnsafeRow key = keys == null ? null : keys.apply(row);
      int own = key == null ? 0 : rangeOf(key);
      boolean hasOthers = reached != null && key != null;
      range = hasOthers ? reached.first(key, own) : own;
      lastRange = hasOthers ? reached.last(key, own) : own;
      if (totals != null) {
        if (states[own] == null) {
          states[own] = none.fresh();
        }
        states[own].update(row);
      }
    }

    /** The first range whose last key is not before the key. */
    private int rangeOf(UnsafeRow key) {
      int low = 0;
      int high = lastKeys.length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (ordering.compare(key, lastKeys[middle]) > 0) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    private byte[][] serialized() {
      byte[][] serialized = new byte[states.length][];
      for (int range = 0; range < states.length; range++) {
        serialized[range] = states[range] == null ? null : states[range].serialize();
      }
      return serialized;
    }
  }
}
