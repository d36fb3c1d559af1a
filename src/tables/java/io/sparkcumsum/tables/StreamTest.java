package io.sparkcumsum.tables;

import static io.sparkcumsum.tables.TablesSession.SPARK;
import static io.sparkcumsum.tables.TablesSession.run;
import static io.sparkcumsum.tables.TablesSession.scan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkcumsum.scan.PrefixScanExec;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Running totals of a stream, which go on from batch to batch. */
class StreamTest {
  private static final int BATCHES = 4;
  private static final int ROWS = 500;

  @TempDir private Path directory;

  /** As docs/tables.md has it. */
  private static void addTotals(Dataset<Row> batch, long id) {
    batch.createOrReplaceTempView("batch");
    String totals =
        """
        SELECT %dL AS batch, at, amount, before.total + sum(amount) OVER (ORDER BY at) AS total
        FROM batch CROSS JOIN (
          SELECT coalesce(max_by(total, struct(batch, at)), 0) AS total FROM totals) AS before
        """
            .formatted(id);
    batch
        .sparkSession()
        .sql(totals)
        .write()
        .format("delta")
        .option("txnAppId", "totals")
        .option("txnVersion", id)
        .mode("append")
        .saveAsTable("totals");
  }

  @Test
  void noRowIsCountedTwiceIfABatchIsRunAgain() throws Exception {
    run(
        "DROP TABLE IF EXISTS totals",
        "CREATE TABLE totals (batch BIGINT, at BIGINT, amount BIGINT, total BIGINT) USING delta");
    for (int i = 0; i < BATCHES; i++) {
      SPARK
          .range((long) i * ROWS, (i + 1L) * ROWS, 1, 3)
          .selectExpr("id AS at", "id % 7 - 2 AS amount")
          .coalesce(1)
          .write()
          .mode("append")
          .parquet(directory.resolve("events").toString());
    }
    StreamingQuery failing =
        start(
            (batch, id) -> {
              addTotals(batch, id);
              if (id == 1) {
                throw new IllegalStateException("after the batch was written");
              }
            });
    assertThatThrownBy(failing::awaitTermination).hasStackTraceContaining("batch was written");
    start(StreamTest::addTotals).awaitTermination();

    List<Row> rows = SPARK.sql("SELECT * FROM totals ORDER BY batch, at").collectAsList();
    assertThat(rows).hasSize(BATCHES * ROWS);
    long total = 0;
    for (Row row : rows) {
      total += row.getLong(2);
      assertThat(row.getLong(3)).isEqualTo(total);
    }
  }

  private StreamingQuery start(VoidFunction2<Dataset<Row>, Long> batch) throws Exception {
    return SPARK
        .readStream()
        .schema("at BIGINT, amount BIGINT")
        .option("maxFilesPerTrigger", 1)
        .parquet(directory.resolve("events").toString())
        .writeStream()
        .foreachBatch(batch)
        .option("checkpointLocation", directory.resolve("checkpoint").toString())
        .trigger(Trigger.AvailableNow())
        .start();
  }

  /** The window of a batch is a scan, like any other. */
  @Test
  void aBatchIsScanned() throws Exception {
    SPARK
        .range(0, ROWS, 1, 3)
        .selectExpr("id AS at", "id AS amount")
        .write()
        .parquet(directory.resolve("events").toString());
    PrefixScanExec[] scans = new PrefixScanExec[1];
    start(
            (batch, id) -> {
              Dataset<Row> sums = batch.selectExpr("sum(amount) OVER (ORDER BY at)");
              sums.collectAsList();
              scans[0] = scan(sums);
            })
        .awaitTermination();
    assertThat(scans[0]).isNotNull();
  }
}
