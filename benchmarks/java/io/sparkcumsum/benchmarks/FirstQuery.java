package io.sparkcumsum.benchmarks;

import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.FunctionIdentifier;

/** The application that {@link FirstBenchmark} submits: a session and one query. */
public final class FirstQuery {
  private FirstQuery() {}

  /**
   * Arguments: whether the session has the jar, {@code csv} or {@code parquet}, the path of the
   * input, and the query over {@code input}. What is read from CSV is collected, what is read from
   * parquet goes to Spark's noop sink.
   */
  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().getOrCreate();
    spark
        .read()
        .format(args[1])
        .option("header", true)
        .option("inferSchema", true)
        .load(args[2])
        .createOrReplaceTempView("input");
    if (args[1].equals("csv")) {
      spark.sql(args[3]).collectAsList();
    } else {
      spark.sql(args[3]).write().format("noop").mode("overwrite").save();
    }
    if (hasCumsum(spark) != Boolean.parseBoolean(args[0])) {
      throw new IllegalStateException("The session was to have the jar: " + args[0]);
    }
    spark.stop();
  }

  /** Asks the registry, since the catalog would load the texts of all errors to say no. */
  private static boolean hasCumsum(SparkSession spark) {
    return ((org.apache.spark.sql.classic.SparkSession) spark)
        .sessionState()
        .functionRegistry()
        .functionExists(new FunctionIdentifier("cumsum"));
  }
}
