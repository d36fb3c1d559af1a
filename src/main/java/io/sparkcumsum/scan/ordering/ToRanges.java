package io.sparkcumsum.scan.ordering;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.BitSet;
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
 * totals at the end of the task.
 *
 * @param bounds the last key of each range but the last range, ascending
 * @param halos tells which other ranges a row goes to; null if it goes to its own only
 * @param totals the totals to compute
 */
record ToRanges(KeyOrder order, List<InternalRow> bounds, Halos halos, List<Totals> totals)
    implements Function2<Integer, Iterator<InternalRow>, Iterator<Product2<Object, InternalRow>>> {

  /**
   * Totals of the rows between some keys.
   *
   * @param bounds the keys, ascending: a total is of the rows up to one from the one before
   * @param totalled the numbers of those that have a total
   * @param summary of rows in any order
   * @param mostBytes a task that needs more bytes for its totals sends none
   * @param collected collects the totals
   */
  record Totals(
      List<InternalRow> bounds,
      BitSet totalled,
      Summary summary,
      long mostBytes,
      RangeTotals collected)
      implements Serializable {}

  @Override
  public Iterator<Product2<Object, InternalRow>> call(Integer task, Iterator<InternalRow> rows) {
    return new Rows(task, rows);
  }

  private final class Rows implements Iterator<Product2<Object, InternalRow>> {
    private final int task;
    private final Iterator<InternalRow> rows;

    private final boolean needsKeys =
        !bounds.isEmpty() || totals.stream().anyMatch(of -> !of.bounds.isEmpty());

    /** Null if no key is compared. Generating them takes longer than a small task. */
    private final UnsafeProjection keys = needsKeys ? order.keys() : null;

    private final BaseOrdering ordering = needsKeys ? order.ofKeys() : null;
    private final Integer[] ids = new Integer[bounds.size() + 1];
    private final List<OfTask> ofTask = new ArrayList<>();
    private final MutablePair<Object, InternalRow> pair = new MutablePair<>();

    /**
     * This iterator reuses one row. Spark's sort shuffle serializes it at once; other shuffle
     * managers may keep the reference, and get a copy.
     */
    private final boolean copies = !(SparkEnv.get().shuffleManager() instanceof SortShuffleManager);

    private final Halos.Ranges reached = halos == null ? null : halos.ranges();
    private InternalRow row;

    /** The ranges that the row goes to, and the next of them; -1 if there are no more. */
    private final BitSet ranges = new BitSet(ids.length);

    private int range = -1;

    Rows(int task, Iterator<InternalRow> rows) {
      this.task = task;
      this.rows = rows;
      for (int i = 0; i < ids.length; i++) {
        ids[i] = i;
      }
      totals.forEach(of -> ofTask.add(new OfTask(of)));
    }

    @Override
    public boolean hasNext() {
      boolean hasNext = range >= 0 || rows.hasNext();
      if (!hasNext) {
        ofTask.forEach(of -> of.addTo(task));
      }
      return hasNext;
    }

    @Override
    public Product2<Object, InternalRow> next() {
      if (range < 0) {
        readRow();
      }
      Integer id = ids[range];
      range = reached == null ? -1 : ranges.nextSetBit(range + 1);
      return pair.update(id, copies ? row.copy() : row);
    }

    private void readRow() {
      row = rows.next();
      UnsafeRow key = keys == null ? null : keys.apply(row);
      int own = rangeOf(key, bounds);
      range = own;
      if (reached != null && key != null) {
        ranges.clear();
        ranges.set(own);
        reached.addTo(ranges, key, own);
        range = ranges.nextSetBit(0);
      }
      for (OfTask of : ofTask) {
        of.update(of.isOfRanges ? own : rangeOf(key, of.totals.bounds), row);
      }
    }

    /** The first range whose last key is not before the key. */
    private int rangeOf(UnsafeRow key, List<InternalRow> lastKeys) {
      int low = 0;
      int high = lastKeys.size();
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (ordering.compare(key, lastKeys.get(middle)) > 0) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }

  /** Totals of the rows of one task. */
  private final class OfTask {
    private final Totals totals;
    private final boolean isOfRanges;
    private final Summary.State[] states;
    private final Summary.State none;

    OfTask(Totals totals) {
      this.totals = totals;
      this.isOfRanges = totals.bounds == bounds;
      this.states = new Summary.State[totals.bounds.size() + 1];
      this.none = totals.summary.start(order.columns());
    }

    void update(int range, InternalRow row) {
      if (!totals.totalled.get(range)) {
        return;
      }
      if (states[range] == null) {
        states[range] = none.fresh();
      }
      states[range].update(row);
    }

    void addTo(int task) {
      byte[][] serialized = new byte[states.length][];
      long bytes = 0;
      for (int range = 0; range < states.length; range++) {
        serialized[range] = states[range] == null ? null : states[range].serialize();
        bytes += serialized[range] == null ? 0 : serialized[range].length;
      }
      boolean areFew = bytes <= totals.mostBytes;
      totals.collected.add(new RangeTotals.OfTask(task, areFew ? serialized : null));
    }
  }
}
