package io.sparkcumsum.tables;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.scan.PrefixScanExec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.execution.adaptive.QueryStageExec;

/** The session of the test JVM, with the extensions of Delta and Iceberg beside ours. */
final class TablesSession {
  private static final String EXTENSIONS =
      String.join(
          ",",
          "io.delta.sql.DeltaSparkSessionExtension",
          "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions");

  static final SparkSession SPARK =
      SparkSession.builder()
          .master("local[2]")
          .appName("tables")
          .config("spark.ui.enabled", false)
          .config("spark.sql.extensions", EXTENSIONS)
          .config(
              "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
          .config("spark.sql.catalog.ice", "org.apache.iceberg.spark.SparkCatalog")
          .config("spark.sql.catalog.ice.type", "hadoop")
          .config("spark.sql.catalog.ice.warehouse", directory("iceberg"))
          .config("spark.sql.warehouse.dir", directory("delta"))
          // Delta has 50 partitions else for what it reads of its log.
          .config("spark.databricks.delta.snapshotPartitions", 1)
          .config("spark.sql.shuffle.partitions", 4)
          // Else adaptive execution puts all rows of a test into one partition.
          .config("spark.sql.adaptive.coalescePartitions.enabled", false)
          // Else a scan does.
          .config("spark.cumsum.singlePartitionThreshold", 0)
          .config("spark.sql.session.timeZone", "UTC")
          .getOrCreate();

  private TablesSession() {}

  private static String directory(String name) {
    try {
      return Files.createTempDirectory(name).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void run(String... statements) {
    for (String statement : statements) {
      SPARK.sql(statement);
    }
  }

  /** Deletes, updates and merges rows of a table of k, x, day and s. */
  static void changeRows(String table) {
    run(
        "DELETE FROM " + table + " WHERE k % 10 = 3",
        "UPDATE " + table + " SET x = -x WHERE k % 7 = 0",
        "MERGE INTO "
            + table
            + " t USING (SELECT id * 3 AS k, id AS x FROM range(900)) u ON t.k = u.k"
            + " WHEN MATCHED AND u.x % 2 = 0 THEN DELETE WHEN MATCHED THEN UPDATE SET x = u.x"
            + " WHEN NOT MATCHED THEN INSERT (k, x, day, s) VALUES (u.k, u.x, 0, 'new')");
  }

  /** The query has a scan, and gives what Spark's windows give. Returns the scan. */
  static PrefixScanExec assertScanned(String query) {
    SPARK.conf().set("spark.cumsum.window.enabled", false);
    List<String> expected = rows(SPARK.sql(query));
    SPARK.conf().set("spark.cumsum.window.enabled", true);
    Dataset<Row> scanned = SPARK.sql(query);
    assertThat(rows(scanned)).as(query).isEqualTo(expected).isNotEmpty();
    return scan(scanned);
  }

  /** The scan of a query that was executed. */
  static PrefixScanExec scan(Dataset<Row> executed) {
    return scan(executed.queryExecution().executedPlan());
  }

  private static PrefixScanExec scan(SparkPlan plan) {
    if (plan instanceof PrefixScanExec scan) {
      return scan;
    } else if (plan instanceof AdaptiveSparkPlanExec adaptive) {
      return scan(adaptive.executedPlan());
    } else if (plan instanceof QueryStageExec stage) {
      return scan(stage.plan());
    }
    assertThat(plan.children().isEmpty()).as("a plan without a scan").isFalse();
    return scan(plan.children().head());
  }

  private static List<String> rows(Dataset<Row> df) {
    return df.collectAsList().stream().map(Row::toString).sorted().toList();
  }

  static boolean isShuffled(PrefixScanExec executed) {
    return executed.metrics().apply("shuffleRecordsWritten").value() > 0;
  }

  /** The columns that the first pass reads. */
  static List<String> columnsOfFirstPass(PrefixScanExec scan) {
    return List.of(scan.children().last().schema().fieldNames());
  }
}
