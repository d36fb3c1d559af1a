package io.sparkcumsum.benchmarks;

import io.sparkcumsum.benchmarks.QueryTimeline.Stage;
import io.sparkcumsum.benchmarks.QueryTimeline.Task;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * A query that ran on one core, on any number of them: its tasks in the order in which they were
 * launched, each on the first core that is free.
 *
 * <ul>
 *   <li>A stage starts when all stages have ended that had ended before it when it was measured:
 *       those it reads, and those of the jobs before.
 *   <li>What the driver did before a stage and after the last one takes as long as it took.
 *   <li>A task takes from its launch to the next one's, which on one core waits for it. Of this
 *       time a core is taken for as long as the task ran, and the rest is the driver's, which
 *       starts one task after another, however many cores wait.
 * </ul>
 *
 * <p>With one core this adds up to the time that was measured, unless stages ran at the same time.
 */
final class ListSchedule {
  private final QueryTimeline query;

  ListSchedule(QueryTimeline query) {
    this.query = query;
  }

  /** The milliseconds that the query takes on this number of cores. */
  long millis(int cores) {
    PriorityQueue<Long> free = new PriorityQueue<>(Collections.nCopies(cores, 0L));
    Map<Stage, Long> ends = new LinkedHashMap<>();
    for (Stage stage : query.stages()) {
      ends.put(stage, end(stage, start(stage.submitted(), launch(stage), ends), free));
    }
    return start(query.end(), query.end(), ends);
  }

  /**
   * When a stage starts.
   *
   * @param submitted when it was submitted in the query that was measured
   * @param launched when its first task was launched there
   * @param ends when the stages before it end
   */
  private static long start(long submitted, long launched, Map<Stage, Long> ends) {
    long measured = 0;
    long modelled = 0;
    for (Map.Entry<Stage, Long> entry : ends.entrySet()) {
      Stage before = entry.getKey();
      if (before.completed() <= submitted) {
        measured = Math.max(measured, last(before.tasks()).finished());
        modelled = Math.max(modelled, entry.getValue());
      }
    }
    return modelled + launched - measured;
  }

  /** Gives the tasks of a stage to the cores, and returns when the last of them ends. */
  private static long end(Stage stage, long start, PriorityQueue<Long> free) {
    List<Task> tasks = stage.tasks();
    long driver = start;
    long end = start;
    for (int i = 0; i < tasks.size(); i++) {
      Task task = tasks.get(i);
      long next = i + 1 < tasks.size() ? tasks.get(i + 1).launched() : task.finished();
      long took = next - task.launched();
      long ran = Math.min(task.ran(), took);
      driver = Math.max(driver, free.remove()) + took - ran;
      free.add(driver + ran);
      end = Math.max(end, driver + ran);
    }
    return end;
  }

  private static long launch(Stage stage) {
    return stage.tasks().get(0).launched();
  }

  private static Task last(List<Task> tasks) {
    return tasks.get(tasks.size() - 1);
  }
}
