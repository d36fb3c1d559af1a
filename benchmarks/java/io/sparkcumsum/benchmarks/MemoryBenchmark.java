package io.sparkcumsum.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Whether scans of many rows finish in a small heap, how many of the rows one task has, and what it
 * spills; and so Spark's own window over a group of most rows.
 */
public final class MemoryBenchmark {
  private MemoryBenchmark() {}

  /** Arguments: the directory of the data, and the number of rows. */
  public static void main(String[] args) throws Exception {
    SparkSession spark =
        SparkSession.builder()
            .master("local[" + Runtime.getRuntime().availableProcessors() + "]")
            .config("spark.ui.enabled", false)
            .getOrCreate();
    long rows = Long.parseLong(args[1]);
    new Tables(spark, Path.of(args[0])).shuffled(rows).createOrReplaceTempView("rows");
    System.out.printf(
        "%,d rows, heap of %.1f GiB, %s, Spark %s%n",
        rows,
        Runtime.getRuntime().maxMemory() / (double) (1 << 30),
        spark.sparkContext().master(),
        spark.version());
    for (String order : List.of("monotonically_increasing_id()", "k")) {
      time(spark, "ORDER BY " + order, "SELECT *, sum(x) OVER (ORDER BY " + order + ") FROM rows");
    }
    String groups =
        "SELECT *, sum(x) OVER (PARTITION BY p ORDER BY k)"
            + " FROM (SELECT *, if(mod(k, 10) = 0, mod(k, 1000), 7) AS p FROM rows)";
    time(spark, "a group of nine tenths", groups);
    spark.conf().set("spark.cumsum.window.enabled", false);
    time(spark, "the same, Spark's window", groups);
    spark.stop();
  }

  private static void time(SparkSession spark, String name, String query) throws TimeoutException {
    Dataset<Row> rows = spark.sql(query);
    long start = System.nanoTime();
    LargestTask largest =
        LargestTask.of(spark, () -> rows.write().format("noop").mode("overwrite").save());
    System.out.printf(
        "%-40s %7.1f seconds, largest task %.4f of the rows, a task spills up to %.1f GB%n",
        name,
        (System.nanoTime() - start) / 1e9,
        (double) largest.rows() / spark.table("rows").count(),
        largest.spilledBytes() / 1e9);
  }
}
