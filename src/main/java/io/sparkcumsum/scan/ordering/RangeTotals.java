package io.sparkcumsum.scan.ordering;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.util.AccumulatorV2;

/**
 * Collects the totals of the rows that each map task of a shuffle wrote to each range. If a task
 * runs twice, after a failure or by speculation, its totals count once.
 */
final class RangeTotals extends AccumulatorV2<RangeTotals.OfTask, Map<Integer, byte[][]>> {

  /** The totals of one task. */
  static final class OfTask {
    private final int mapIndex;
    private final byte[][] totals;

    /**
     * Creates the totals of one task.
     *
     * @param totals the serialized summary of each range, null for a range without rows; null if
     *     they were too large
     */
    OfTask(int mapIndex, byte[][] totals) {
      this.mapIndex = mapIndex;
      this.totals = totals;
    }
  }

  private static final byte[][] TOO_LARGE = {};

  private final Map<Integer, byte[][]> tasks = new ConcurrentHashMap<>();

  /** Whether no task had totals that were too large. */
  boolean areAll() {
    return tasks.values().stream().allMatch(totals -> totals.length > 0);
  }

  /** The serialized total of the ranges from {@code from} to before {@code until}. */
  byte[] of(int from, int until, Summary summary) {
    Summary.State state = summary.start(List.of());
    for (byte[][] totals : tasks.values()) {
      for (int range = from; range < until; range++) {
        if (totals[range] != null) {
          state.merge(totals[range]);
        }
      }
    }
    return state.serialize();
  }

  @Override
  public void add(OfTask task) {
    tasks.put(task.mapIndex, task.totals == null ? TOO_LARGE : task.totals);
  }

  @Override
  public void merge(AccumulatorV2<OfTask, Map<Integer, byte[][]>> other) {
    tasks.putAll(other.value());
  }

  @Override
  public Map<Integer, byte[][]> value() {
    return tasks;
  }

  @Override
  public boolean isZero() {
    return tasks.isEmpty();
  }

  @Override
  public RangeTotals copy() {
    RangeTotals copy = new RangeTotals();
    copy.tasks.putAll(tasks);
    return copy;
  }

  @Override
  public void reset() {
    tasks.clear();
  }
}
