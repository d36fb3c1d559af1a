package io.sparkcumsum;

import static io.sparkcumsum.catalyst.Seqs.seq;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.StageInfo;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.classic.Dataset$;
import org.apache.spark.sql.classic.SparkSession;
import scala.Option;

/**
 * What a run of the job has come to.
 *
 * @param table the rows to show, as text
 */
record JobResult(long rows, int partitions, String table) {

  /** Runs the sums to their end, and keeps the first rows only. */
  static JobResult show(Dataset<Row> sums, int rowsToShow) {
    describe(sums, "first " + rowsToShow + " rows");
    FirstRows first = firstRows(rowsToShow);
    RDD<InternalRow> rows = first.keptFrom(sums.queryExecution().toRdd());
    return new JobResult(
        rows.count(), rows.getNumPartitions(), table(sums, first.value(), rowsToShow));
  }

  /** Runs the sums into their place, and keeps the first rows on the way. */
  static JobResult write(Dataset<Row> sums, JobOutput output, int rowsToShow) throws IOException {
    describe(sums, "to " + output);
    SparkContext context = sums.sparkSession().sparkContext();
    FirstRows first = firstRows(rowsToShow);
    LastStage lastStage = new LastStage();
    context.addSparkListener(lastStage);
    try {
      output.write(
          rowsToShow == 0
              ? sums
              : session(sums)
                  .internalCreateDataFrame(
                      first.keptFrom(sums.queryExecution().toRdd()), sums.schema(), false));
      context.listenerBus().waitUntilEmpty();
    } catch (TimeoutException e) {
      throw new IOException("Spark did not tell the number of rows in time", e);
    } finally {
      context.removeSparkListener(lastStage);
    }
    return new JobResult(
        lastStage.info.taskMetrics().outputMetrics().recordsWritten(),
        lastStage.info.numTasks(),
        table(sums, first.value(), rowsToShow));
  }

  private static void describe(Dataset<Row> sums, String purpose) {
    sums.sparkSession().sparkContext().setJobDescription("PrefixScan: offset pass, " + purpose);
  }

  /** One more than asked for, so that a table of them can tell that there are more. */
  private static FirstRows firstRows(int rowsToShow) {
    return new FirstRows((int) Math.min(rowsToShow + 1L, Integer.MAX_VALUE));
  }

  private static String table(Dataset<Row> sums, List<InternalRow> rows, int rowsToShow) {
    if (rowsToShow == 0) {
      return "";
    }
    LocalRelation local =
        new LocalRelation(
            sums.queryExecution().analyzed().output(), seq(rows), false, Option.empty());
    String text = Dataset$.MODULE$.ofRows(session(sums), local).showString(rowsToShow, 0, false);
    return text.stripTrailing() + System.lineSeparator();
  }

  private static SparkSession session(Dataset<Row> sums) {
    return (SparkSession) sums.sparkSession();
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
