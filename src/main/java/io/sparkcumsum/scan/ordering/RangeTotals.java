package io.sparkcumsum.scan.ordering;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.util.AccumulatorV2;

/**
 * The totals of what each map task of a shuffle wrote to each range. A task that runs twice, after
 * a failure or by speculation, gives the same totals for the same rows, and counts once.
 */
final class RangeTotals extends AccumulatorV2<RangeTotals.OfTask, Map<Integer, byte[][]>> {

  /** What one task wrote. */
  static final class OfTask {
    private final int mapIndex;
    private final byte[][] totals;

    /**
     * Totals of a task.
     *
     * @param totals what the summary serialized for each range, null for one without rows
     */
    OfTask(int mapIndex, byte[][] totals) {
      this.mapIndex = mapIndex;
      this.totals = totals;
    }
  }

  private final Map<Integer, byte[][]> tasks = new ConcurrentHashMap<>();

  /** The serialized total of the ranges from one to before another. */
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
    tasks.put(task.mapIndex, task.totals);
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
