package io.sparkcumsum.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A session with the table {@code large} that {@link DbBenchmark} asks. It is the benchmark's own,
 * or that of a process with another Spark on its class path.
 */
final class DbSession implements DbSystem {
  private final SparkSession spark;

  /** The session on all cores, with Spark's default settings. */
  DbSession(String table) {
    this.spark =
        SparkSession.builder()
            .master("local[" + Runtime.getRuntime().availableProcessors() + "]")
            .config("spark.ui.enabled", false)
            .getOrCreate();
    spark.read().parquet(table).createOrReplaceTempView("large");
  }

  /**
   * Answers the lines that {@link DbProcess} writes. Arguments: the directory of the table, and the
   * settings of the session as {@code NAME=VALUE}.
   */
  public static void main(String[] args) throws IOException {
    DbSession session = new DbSession(args[0]);
    for (int i = 1; i < args.length; i++) {
      String[] setting = args[i].split("=", 2);
      session.spark.conf().set(setting[0], setting[1]);
    }
    System.out.println(session.spark.version());
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] words = line.split("\t", -1);
      switch (words[0]) {
        case "settle" -> session.settle();
        case "run" -> session.run(words[1]);
        default -> {
          System.out.println(session.answer(words[1], words[2]));
          continue;
        }
      }
      System.out.println();
    }
    session.spark.stop();
  }

  SparkSession spark() {
    return spark;
  }

  @Override
  public String version() {
    return spark.version();
  }

  @Override
  public void settle() {
    System.gc();
  }

  @Override
  public void run(String query) {
    spark.sql(query).write().format("noop").mode("overwrite").save();
  }

  @Override
  public String answer(String query, String directory) {
    try {
      Dataset<Row> rows = spark.sql(query);
      long largest =
          LargestTask.of(spark, () -> rows.write().mode("overwrite").parquet(directory)).rows();
      return largest < spark.table("large").count() ? "distributed" : "one task";
    } catch (TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether the query has a window that is Spark's own. */
  boolean hasSparksWindow(String query) {
    return ((org.apache.spark.sql.classic.Dataset<Row>) spark.sql(query))
        .queryExecution()
        .sparkPlan()
        .exists(node -> node.nodeName().equals("Window"));
  }
}
