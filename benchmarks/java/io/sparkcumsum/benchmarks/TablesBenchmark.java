package io.sparkcumsum.benchmarks;

import static io.sparkcumsum.benchmarks.Queries.bySpark;
import static io.sparkcumsum.benchmarks.Queries.noop;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** A running sum over a sorted table of Iceberg, beside reading the table. */
public final class TablesBenchmark {
  private static final long ROWS = 20_000_000;

  private TablesBenchmark() {}

  /** Arguments: the directories of parquet files and of tables, and the number of rounds. */
  public static void main(String[] args) throws Exception {
    Path tables = Path.of(args[1]).toAbsolutePath();
    int rounds = Integer.parseInt(args[2]);
    SparkSession spark =
        SparkSession.builder()
            .master("local[" + Runtime.getRuntime().availableProcessors() + "]")
            .config("spark.ui.enabled", false)
            .config("spark.sql.catalog.ice", "org.apache.iceberg.spark.SparkCatalog")
            .config("spark.sql.catalog.ice.type", "hadoop")
            .config("spark.sql.catalog.ice.warehouse", tables.toString())
            .getOrCreate();
    if (!Files.exists(tables.resolve("db/sorted/metadata/version-hint.text"))) {
      new Tables(spark, Path.of(args[0]))
          .shuffled(ROWS)
          .sort("k")
          .writeTo("ice.db.sorted")
          .create();
    }
    String table = "ice.db.sorted";
    String query = "SELECT *, sum(x) OVER (ORDER BY k) AS w FROM " + table;
    new Rounds("running sum over a sorted table of Iceberg, 20M rows", rounds)
        .variant("a scan", () -> noop(spark.table(table)))
        .variant("a scan of k and x", () -> noop(spark.table(table).select("k", "x")))
        .variant("with the jar", () -> noop(spark.sql(query)))
        .variant("Spark's window", () -> bySpark(spark, query))
        .run()
        .ratio("<= 1.5", "with the jar", "a scan", "a scan of k and x")
        .ratio(">= 1", "Spark's window", "with the jar");
    spark.stop();
  }
}
