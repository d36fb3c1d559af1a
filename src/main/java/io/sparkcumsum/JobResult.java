package io.sparkcumsum;

import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.StageInfo;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * What a run of the job has come to.
 *
 * @param table the rows to show, as text
 */
record JobResult(long rows, int partitions, String table) {

  /** Runs the sums to their end, and keeps the first rows only. */
  static JobResult show(Dataset<Row> sums, int rowsToShow) {
    SparkContext context = sums.sparkSession().sparkContext();
    context.setJobDescription("PrefixScan: offset pass, first " + rowsToShow + " rows");
    // Planned once: the totals are shared by what is shown and what is counted.
    RDD<InternalRow> rows = sums.queryExecution().toRdd();
    String table =
        table(
            ((org.apache.spark.sql.classic.SparkSession) sums.sparkSession())
                .internalCreateDataFrame(rows, sums.schema(), false),
            rowsToShow);
    context.setJobDescription("PrefixScan: offset pass, all rows");
    return new JobResult(rows.count(), rows.getNumPartitions(), table);
  }

  /** Runs the sums into their place, and reads the first rows there. */
  static JobResult write(Dataset<Row> sums, JobOutput output, int rowsToShow) throws IOException {
    SparkContext context = sums.sparkSession().sparkContext();
    context.setJobDescription("PrefixScan: offset pass, to " + output);
    LastStage lastStage = new LastStage();
    context.addSparkListener(lastStage);
    try {
      output.write(sums);
      context.listenerBus().waitUntilEmpty();
    } catch (TimeoutException e) {
      throw new IOException("Spark did not tell the number of rows in time", e);
    } finally {
      context.removeSparkListener(lastStage);
    }
    context.setJobDescription("Reading the first " + rowsToShow + " rows of " + output);
    return new JobResult(
        lastStage.info.taskMetrics().outputMetrics().recordsWritten(),
        lastStage.info.numTasks(),
        table(output.firstRows(rowsToShow, sums.schema()), rowsToShow));
  }

  private static String table(Dataset<Row> rows, int rowsToShow) {
    if (rowsToShow == 0) {
      return "";
    }
    String text =
        ((org.apache.spark.sql.classic.Dataset<Row>) rows).showString(rowsToShow, 0, false);
    return text.stripTrailing() + System.lineSeparator();
  }

  /** The stage that writes comes last, with one task for each partition. */
  private static final class LastStage extends SparkListener {
    private volatile StageInfo info;

    @Override
    public void onStageCompleted(SparkListenerStageCompleted event) {
      info = event.stageInfo();
    }
  }
}
