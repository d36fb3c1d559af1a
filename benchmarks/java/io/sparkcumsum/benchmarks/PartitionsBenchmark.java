package io.sparkcumsum.benchmarks;

import static io.sparkcumsum.benchmarks.Queries.noop;

import io.sparkcumsum.Cumsum;
import io.sparkcumsum.scan.PrefixScanExec;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SparkPlan;

/**
 * What a scan of many partitions costs the driver. The rows are made by the tasks, one in each
 * partition, so that nothing but partitions and their states is measured.
 */
public final class PartitionsBenchmark {
  private static final int WIDTH = 100_000;
  private static final long MANY = 100_000;
  private static final String NATURAL =
      "SELECT *, sum(x) OVER (ORDER BY monotonically_increasing_id()) AS total FROM tiny";

  private final SparkSession spark;

  private PartitionsBenchmark(SparkSession spark) {
    this.spark = spark;
  }

  /**
   * Arguments: {@code wide} and the number of partitions, or {@code many} and the number of rounds.
   */
  public static void main(String[] args) {
    SparkSession spark =
        SparkSession.builder()
            .master("local[" + Runtime.getRuntime().availableProcessors() + "]")
            .config("spark.ui.enabled", false)
            // Few rows would be read by one task.
            .config("spark.cumsum.singlePartitionThreshold", 0)
            .getOrCreate();
    PartitionsBenchmark benchmark = new PartitionsBenchmark(spark);
    if (args[0].equals("wide")) {
      benchmark.wide(Long.parseLong(args[1]));
    } else {
      benchmark.many(Integer.parseInt(args[1]));
      benchmark.growth();
    }
    spark.stop();
  }

  /** The sum of arrays, element by element: each state has as many sums as an array elements. */
  private void wide(long partitions) {
    Dataset<Row> arrays =
        spark
            .range(0, partitions, 1, (int) partitions)
            .selectExpr("array_repeat(id / 8D, " + WIDTH + ") AS a");
    long start = System.nanoTime();
    Row sums =
        Cumsum.of("a")
            .axis(0)
            .naturalOrder()
            .apply(arrays)
            .selectExpr("max(a_cumsum[0])", "max(a_cumsum[" + (WIDTH - 1) + "])")
            .head();
    double seconds = (System.nanoTime() - start) / 1e9;
    double expected = partitions * (partitions - 1) / 16.0;
    if (sums.getDouble(0) != expected || sums.getDouble(1) != expected) {
      throw new IllegalStateException(sums + " instead of " + expected);
    }
    System.out.printf(
        "axis 0 over %,d partitions of %,d doubles, driver and executor in one heap of %.1f GiB:"
            + " %.1f seconds%n",
        partitions, WIDTH, Runtime.getRuntime().maxMemory() / (double) (1 << 30), seconds);
  }

  private void many(int rounds) {
    tiny(MANY);
    new Rounds("100,000 partitions of one row", rounds)
        .variant("read", () -> noop(spark.table("tiny")))
        .variant("sum(x)", () -> noop(spark.sql("SELECT sum(x) FROM tiny")))
        .variant("scan", () -> noop(spark.sql(NATURAL)))
        .run()
        .ratio("<= 1.2", "scan", "read", "sum(x)");
  }

  private void growth() {
    System.out.printf("%noffsets from totals, on the driver%npartitions      ms%n");
    for (long partitions : List.of(MANY / 8, MANY / 4, MANY / 2, MANY)) {
      tiny(partitions);
      QueryExecution query =
          ((org.apache.spark.sql.classic.Dataset<Row>) spark.sql(NATURAL)).queryExecution();
      query.toRdd();
      SparkPlan scan = query.executedPlan().find(node -> node instanceof PrefixScanExec).get();
      System.out.printf("%,10d %7d%n", partitions, scan.metrics().apply("offsetsTime").value());
    }
  }

  private void tiny(long partitions) {
    spark.range(0, partitions, 1, (int) partitions).toDF("x").createOrReplaceTempView("tiny");
  }
}
