package io.sparkcumsum.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkcumsum.Plans;
import io.sparkcumsum.Sessions;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.exchange.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows over all rows, and those that need the number of all rows. */
class WholeFrameTest {
  private final SparkSession spark = Sessions.shared().newSession();
  private final BothPlanners planners = new BothPlanners(spark);

  @TempDir private Path directory;

  @BeforeEach
  void createTables() {
    spark.conf().set("spark.cumsum.singlePartitionThreshold", "0");
    spark.conf().set("spark.sql.adaptive.coalescePartitions.enabled", "false");
    spark.conf().set("spark.sql.shuffle.partitions", "4");
    spark
        .sql(
            "SELECT (id * 7) % 30 AS k, id % 5 AS g, id / 4D AS d, if(id = 7, null, id) AS x"
                + " FROM range(0, 30, 1, 5)")
        .createOrReplaceTempView("t");
    String file = directory.resolve("t").toString();
    spark.table("t").write().parquet(file);
    spark.read().parquet(file).createOrReplaceTempView("files");
    spark.table("t").coalesce(1).createOrReplaceTempView("single");
    spark.table("t").filter("k < 0").createOrReplaceTempView("none");
    spark.table("t").filter("x = 3 OR x = 25").createOrReplaceTempView("few");
  }

  @ParameterizedTest
  @ValueSource(strings = {"t", "files", "single", "none", "few"})
  void withoutAnOrder(String table) {
    for (String threshold : List.of("0", "16MB")) {
      spark.conf().set("spark.cumsum.singlePartitionThreshold", threshold);
      planners.assertScanned(
          "SELECT *, sum(x) OVER () s, count(*) OVER () c, avg(d) OVER () a, max(k) OVER () m,"
              + " min(d) OVER () - d AS e, count(x) OVER (ORDER BY 'any') n,"
              + " bool_or(x = 3) OVER () b, x / sum(x) OVER () AS share FROM "
              + table,
          BothPlanners.Rows.UNORDERED);
    }
  }

  /** All rows are peers, at no distance from each other. */
  @ParameterizedTest
  @ValueSource(strings = {"files", "few", "none"})
  void overConstantKeys(String table) {
    planners.assertScanned(
        "SELECT *, rank() OVER w r, dense_rank() OVER w d, percent_rank() OVER w p, cume_dist() OVER"
            + " w c, sum(x) OVER (ORDER BY 1 RANGE BETWEEN 1 PRECEDING AND 2 FOLLOWING) s, max(x)"
            + " OVER (ORDER BY CAST(null AS INT) RANGE BETWEEN 0 PRECEDING AND 3 FOLLOWING) m FROM "
            + table
            + " WINDOW w AS (ORDER BY 'any')",
        BothPlanners.Rows.UNORDERED);
  }

  @ParameterizedTest
  @CsvSource({"t, 16MB", "files, 0", "single, 0", "few, 0"})
  void besideRunningWindows(String table, String threshold) {
    spark.conf().set("spark.cumsum.singlePartitionThreshold", threshold);
    planners.assertScanned(
        "SELECT *, sum(x) OVER w s, row_number() OVER w n, percent_rank() OVER w p,"
            + " cume_dist() OVER w u, ntile(4) OVER w t4, ntile(100) OVER w t100,"
            + " sum(x) OVER (ORDER BY k ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) a,"
            + " first(x) OVER (ORDER BY k RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) f,"
            + " last(x) OVER (ORDER BY k RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) l,"
            + " max_by(x, d) OVER (ORDER BY k ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) y,"
            + " count(*) OVER () c FROM "
            + table
            + " WINDOW w AS (ORDER BY k)",
        BothPlanners.Rows.ORDERED);
    planners.assertScanned(
        "SELECT *, percent_rank() OVER w p, cume_dist() OVER w u, dense_rank() OVER w r FROM "
            + table
            + " WINDOW w AS (ORDER BY g DESC)",
        BothPlanners.Rows.UNORDERED);
  }

  @Test
  void movesNoRowsIfNoResultDependsOnTheOrder() {
    Dataset<Row> totals =
        spark.sql(
            "SELECT *, sum(x) OVER () a, max(x) OVER (ORDER BY k"
                + " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) b FROM files");
    assertThat(totals.collectAsList()).hasSize(30);
    assertThat(Plans.executed(totals).exists(node -> node instanceof Exchange)).isFalse();
  }

  /** A partial sum may leave the range where the whole does not. */
  @Test
  void overflowsAsAWhole() {
    spark.conf().set("spark.sql.ansi.enabled", true);
    long large = Long.MAX_VALUE - 10;
    spark
        .sql(
            "SELECT explode(array(" + large + ", " + large + ", -" + large + ", -" + large + ")) x")
        .repartition(1)
        .createOrReplaceTempView("large");
    for (String table : List.of("(SELECT * FROM large ORDER BY x DESC)", "large")) {
      List<Row> rows = spark.sql("SELECT sum(x) OVER () FROM " + table).collectAsList();
      assertThat(rows).extracting(row -> row.getLong(0)).containsExactly(0L, 0L, 0L, 0L);
    }
    assertThatThrownBy(
            () -> spark.sql("SELECT sum(x) OVER () FROM large WHERE x > 0").collectAsList())
        .hasMessageContaining("ARITHMETIC_OVERFLOW");
  }

  /** The rows of a single partition are held until their total is known, on disk if need be. */
  @Test
  void spillsTheRowsOfASinglePartition() {
    spark.conf().set("spark.sql.windowExec.buffer.in.memory.threshold", 10);
    spark.conf().set("spark.sql.windowExec.buffer.spill.threshold", 10);
    planners.assertScanned(
        "SELECT *, sum(x) OVER () s, avg(d) OVER () a FROM single", BothPlanners.Rows.UNORDERED);
  }
}
