package io.sparkcumsum.benchmarks;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** How queries are run: to the end, with their rows thrown away. */
final class Queries {
  private Queries() {}

  static void noop(Dataset<Row> rows) {
    rows.write().format("noop").mode("overwrite").save();
  }

  /** Runs a query with Spark's own windows. */
  static void bySpark(SparkSession spark, String query) {
    spark.conf().set("spark.cumsum.window.enabled", false);
    noop(spark.sql(query));
    spark.conf().set("spark.cumsum.window.enabled", true);
  }
}
