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
    compare(spark, rounds, "monotonically_increasing_id()", "shuffled", "files shuffled", "< 1.3");
    compare(spark, rounds, "k", "sorted", "files sorted, several in a partition", "none");
    spark.conf().set("spark.sql.files.openCostInBytes", "134217728");
    compare(spark, rounds, "k", "sorted", "files sorted, each a partition", "none");
    spark.stop();
  }

  /**
   * @param ofBatches the target of the ratio from which on batches would pay
   */
  private static void compare(
      SparkSession spark, int rounds, String order, String table, String files, String ofBatches) {
    String query = "SELECT *, sum(x) OVER (ORDER BY " + order + ") AS w FROM " + table;
    new Rounds("with Comet, running sum by " + order + ", 20M rows, " + files, rounds)
        .variant("a scan", () -> noop(spark.table(table)))
        .variant("Comet's sum", () -> spark.sql("SELECT sum(x) FROM " + table).collect())
        .variant("with the jar", () -> noop(spark.sql(query)))
        .variant("Comet's window", () -> bySpark(spark, query))
        .run()
        .ratio(ofBatches, "with the jar", "a scan", "Comet's sum")
        .ratio(">= 1", "Comet's window", "with the jar");
  }
}
