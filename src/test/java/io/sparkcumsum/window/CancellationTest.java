package io.sparkcumsum.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkcumsum.Sessions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A query that is cancelled leaves nothing running. */
class CancellationTest {
  private static final String DESCRIPTION = "spark.job.description";
  private static final int MINUTES_OF_A_ROW = 10;

  private final SparkSession spark = Sessions.shared().newSession();
  private final SparkContext context = spark.sparkContext();
  private final CountDownLatch jobStarted = new CountDownLatch(1);
  private static volatile boolean isPassSlow;

  private final SparkListener listener =
      new SparkListener() {
        @Override
        public void onJobStart(SparkListenerJobStart start) {
          if (isSlow(start.properties().getProperty(DESCRIPTION))) {
            jobStarted.countDown();
          }
        }
      };

  @BeforeEach
  void listen() {
    context.addSparkListener(listener);
    UserDefinedFunction slow =
        functions.udf(
            (UDF1<Long, Long>)
                x -> {
                  if (isSlow(TaskContext.get().getLocalProperty(DESCRIPTION))) {
                    TimeUnit.MINUTES.sleep(MINUTES_OF_A_ROW);
                  }
                  return x;
                },
            DataTypes.LongType);
    spark.udf().register("slow", slow);
  }

  /** Whether the jobs with this description are those of the phase that is slow. */
  private static boolean isSlow(String description) {
    boolean isBeforePass = description != null && description.startsWith("PrefixScan: ");
    return isBeforePass != isPassSlow;
  }

  @AfterEach
  void stopListening() {
    context.removeSparkListener(listener);
  }

  @ParameterizedTest
  @CsvSource({
    "false, true, row",
    "false, false, row",
    "false, false, x DESC",
    "true, true, row",
    "true, false, x DESC"
  })
  void cancelledJobsLeaveNothingRunning(boolean inPass, boolean adaptive, String order)
      throws Exception {
    isPassSlow = inPass;
    spark.conf().set("spark.sql.adaptive.enabled", adaptive);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    Future<?> query =
        thread.submit(
            () -> {
              context.setJobGroup("cancelled", "a query", true);
              return spark
                  .range(0, 4, 1, 4)
                  .selectExpr("id AS x", "monotonically_increasing_id() AS row")
                  .selectExpr("slow(sum(slow(x)) OVER (ORDER BY " + order + ")) AS s")
                  .collectAsList();
            });
    assertThat(jobStarted.await(1, TimeUnit.MINUTES)).isTrue();
    context.cancelJobGroup("cancelled");
    assertThatThrownBy(query::get).hasStackTraceContaining("cancelled");
    assertThat(jobsAreDone()).isTrue();
    thread.shutdown();
  }

  /** The status of jobs comes later than the error. */
  private boolean jobsAreDone() throws InterruptedException {
    for (int i = 0; i < 300 && context.statusTracker().getActiveJobIds().length > 0; i++) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    return context.statusTracker().getActiveJobIds().length == 0;
  }
}
