package io.sparkcumsum.benchmarks;

import static io.sparkcumsum.benchmarks.Queries.bySpark;
import static io.sparkcumsum.benchmarks.Queries.noop;

import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/**
 * A running sum in a session of Comet, beside the least that a scan over columnar batches would
 * take: a first pass that is Comet's own sum, and a second that only turns batches into rows.
 */
public final class CometBenchmark {
  private static final long ROWS = 20_000_000;

  private CometBenchmark() {}

  /** Arguments: the directory of parquet files, and the number of rounds. */
  public static void main(String[] args) {
    SparkSession spark =
        SparkSession.builder()
            .master("local[" + Runtime.getRuntime().availableProcessors() + "]")
            .config("spark.ui.enabled", false)
            .config("spark.plugins", "org.apache.spark.CometPlugin")
            .config("spark.memory.offHeap.enabled", true)
            .config("spark.memory.offHeap.size", "4g")
            .config(
                "spark.shuffle.manager",
                "org.apache.spark.sql.comet.execution.shuffle.CometShuffleManager")
            .getOrCreate();
    Tables tables = new Tables(spark, Path.of(args[0]));
    int rounds = Integer.parseInt(args[1]);
    tables.shuffled(ROWS).createOrReplaceTempView("shuffled");
    tables.sorted(ROWS).createOrReplaceTempView("sorted");
    for (String order : new String[] {"monotonically_increasing_id()", "k"}) {
      String table = order.equals("k") ? "sorted" : "shuffled";
      String query = "SELECT *, sum(x) OVER (ORDER BY " + order + ") AS w FROM " + table;
      new Rounds("with Comet, running sum by " + order + ", 20M rows, files " + table, rounds)
          .variant("a scan", () -> noop(spark.table(table)))
          .variant("Comet's sum", () -> spark.sql("SELECT sum(x) FROM " + table).collect())
          .variant("with the jar", () -> noop(spark.sql(query)))
          .variant("Spark's window", () -> bySpark(spark, query))
          .run()
          // Batches would pay from 1.3 on.
          .ratio("< 1.3", "with the jar", "a scan", "Comet's sum")
          .ratio(">= 1", "Spark's window", "with the jar");
    }
    spark.stop();
  }
}
