package io.sparkcumsum;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.Utils$;
import scala.Option;

/**
 * The Spark session of one run of the job: stopped with it, unless Spark was there before.
 *
 * @param outerDescription what this thread's Spark jobs are called outside of the run
 */
record JobSession(SparkSession spark, boolean ownsSpark, String outerDescription)
    implements AutoCloseable {

  static JobSession open(boolean verbose) {
    Option<org.apache.spark.sql.classic.SparkSession> running =
        org.apache.spark.sql.classic.SparkSession.getDefaultSession();
    if (running.isDefined()) {
      SparkSession session = running.get().newSession();
      return new JobSession(
          session, false, session.sparkContext().getLocalProperty("spark.job.description"));
    }
    if (!verbose) {
      silenceDefaultLog();
    }
    SparkConf conf = new SparkConf();
    conf.setIfMissing("spark.master", "local[*]");
    conf.setIfMissing("spark.app.name", "cumsum");
    conf.setIfMissing("spark.ui.showConsoleProgress", Boolean.toString(isStderrTerminal()));
    return new JobSession(SparkSession.builder().config(conf).getOrCreate(), true, null);
  }

  @Override
  public void close() {
    if (ownsSpark) {
      spark.stop();
    } else {
      spark.sparkContext().setJobDescription(outerDescription);
    }
  }

  /**
   * Turns off the log that nobody has configured: the job tells its failures itself.
   *
   * <p>Spark puts its defaults in place when it first logs, so it is made to do that before. They
   * belong to its class loader; under spark-submit the job has another.
   */
  private static void silenceDefaultLog() {
    Utils$.MODULE$.initializeLogIfNecessary(false, true);
    LoggerContext context =
        (LoggerContext) LogManager.getContext(SparkSession.class.getClassLoader(), false);
    String location = context.getConfiguration().getConfigurationSource().getLocation();
    if (location == null || location.contains("org/apache/spark/log4j2")) {
      URL silent = JobSession.class.getResource("log4j2-silent.properties");
      context.setConfigLocation(URI.create(silent.toString()));
    }
  }

  /** Java can ask only for standard input and output together. */
  private static boolean isStderrTerminal() {
    try {
      Process test =
          new ProcessBuilder("test", "-t", "2")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      return test.waitFor(5, TimeUnit.SECONDS) && test.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
