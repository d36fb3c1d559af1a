package io.sparkcumsum.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.StageInfo;
import org.apache.spark.sql.SparkSession;

/**
 * When the stages of a query ran, and their tasks, in milliseconds from its start.
 *
 * @param end the time of the whole query
 * @param stages in the order in which they were submitted
 */
record QueryTimeline(long end, List<Stage> stages) {
  /**
   * A stage.
   *
   * @param tasks in the order in which they were launched
   */
  record Stage(int id, long submitted, long completed, List<Task> tasks) {}

  /**
   * A task.
   *
   * @param launched when the driver sent it
   * @param finished when the driver had its result
   * @param ran how long it was on its core
   */
  record Task(long launched, long finished, long ran) {}

  /** Runs a query. */
  static QueryTimeline of(SparkSession spark, Runnable query) throws TimeoutException {
    Recorder recorder = new Recorder();
    spark.sparkContext().addSparkListener(recorder);
    // The clock of Spark's times.
    recorder.start = System.currentTimeMillis();
    query.run();
    long end = System.currentTimeMillis() - recorder.start;
    spark.sparkContext().listenerBus().waitUntilEmpty();
    spark.sparkContext().removeSparkListener(recorder);
    recorder.stages.sort(Comparator.comparingLong(Stage::submitted).thenComparing(Stage::id));
    return new QueryTimeline(end, recorder.stages);
  }

  private static final class Recorder extends SparkListener {
    private final Map<Integer, List<Task>> tasks = new HashMap<>();
    private final List<Stage> stages = new ArrayList<>();
    private long start;

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      TaskMetrics metrics = end.taskMetrics();
      long ran =
          metrics.executorDeserializeTime()
              + metrics.executorRunTime()
              + metrics.resultSerializationTime();
      long launched = end.taskInfo().launchTime() - start;
      tasks
          .computeIfAbsent(end.stageId(), id -> new ArrayList<>())
          .add(new Task(launched, end.taskInfo().finishTime() - start, ran));
    }

    @Override
    public void onStageCompleted(SparkListenerStageCompleted completed) {
      StageInfo info = completed.stageInfo();
      List<Task> ofStage = tasks.remove(info.stageId());
      ofStage.sort(Comparator.comparingLong(Task::launched));
      long submitted = (Long) info.submissionTime().get() - start;
      stages.add(
          new Stage(
              info.stageId(), submitted, (Long) info.completionTime().get() - start, ofStage));
    }
  }
}
