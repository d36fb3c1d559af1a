package io.sparkcumsum.benchmarks;

import java.util.concurrent.TimeoutException;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;

/**
 * The most rows that one task of the last stage of a query reads, from files or from a shuffle, and
 * the most bytes that any task of the query spills to disk.
 */
final class LargestTask extends SparkListener {
  private int lastStage;
  private int tasks;
  private long rows;
  private long spilledBytes;

  private LargestTask() {}

  static LargestTask of(SparkSession spark, Runnable query) throws TimeoutException {
    LargestTask largest = new LargestTask();
    spark.sparkContext().addSparkListener(largest);
    query.run();
    spark.sparkContext().listenerBus().waitUntilEmpty();
    spark.sparkContext().removeSparkListener(largest);
    return largest;
  }

  long rows() {
    return rows;
  }

  /** How many tasks the last stage has. */
  int tasks() {
    return tasks;
  }

  long spilledBytes() {
    return spilledBytes;
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.stageId() > lastStage) {
      lastStage = end.stageId();
      tasks = 0;
      rows = 0;
    }
    if (end.stageId() == lastStage) {
      tasks++;
    }
    TaskMetrics metrics = end.taskMetrics();
    rows = Math.max(rows, metrics.inputMetrics().recordsRead());
    rows = Math.max(rows, metrics.shuffleReadMetrics().recordsRead());
    spilledBytes = Math.max(spilledBytes, metrics.diskBytesSpilled());
  }
}
