package io.sparkcumsum.benchmarks;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Whether scans of many rows finish in a small heap, and how many of the rows one task has. */
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
      long start = System.nanoTime();
      String query = "SELECT *, sum(x) OVER (ORDER BY " + order + ") AS total FROM rows";
      long largest = LargestTask.of(spark, () -> noop(spark.sql(query)));
      System.out.printf(
          "ORDER BY %-30s %7.1f seconds, largest task %.4f of the rows%n",
          order, (System.nanoTime() - start) / 1e9, (double) largest / rows);
    }
    spark.stop();
  }

  private static void noop(Dataset<Row> rows) {
    rows.write().format("noop").mode("overwrite").save();
  }
}
