package io.sparkcumsum.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.KeptRows;
import io.sparkcumsum.Plans;
import io.sparkcumsum.Sessions;
import io.sparkcumsum.scan.PrefixScanExec;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.ExplainMode;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Option;
import scala.runtime.BoxedUnit;

/** What moves and what is sorted below a running window. */
class RunningWindowPlanTest {
  private final SparkSession spark = Sessions.shared().newSession();
  private final BothPlanners planners = new BothPlanners(spark);

  @BeforeEach
  void createTables() {
    spark.range(0, 40, 1, 4).selectExpr("id AS x", "id % 6 AS k").createOrReplaceTempView("t");
    spark
        .sql("SELECT *, monotonically_increasing_id() AS row FROM t")
        .createOrReplaceTempView("numbered");
    spark.conf().set("spark.sql.adaptive.enabled", false);
  }

  @Test
  void nothingIsMovedIntoOnePartition() {
    for (String mode : List.of("simple", "extended", "cost", "formatted", "codegen")) {
      String plan =
          spark
              .sql("SELECT x, sum(x) OVER (ORDER BY k) AS s FROM t")
              .queryExecution()
              .explainString(ExplainMode.fromString(mode));
      assertThat(plan).as(mode).contains("PrefixScan").doesNotContain("SinglePartition");
    }
  }

  @Test
  void rowsThatAreInOrderAreNotMovedAgain() {
    String twice =
        "SELECT x, sum(s) OVER (ORDER BY k, x) AS ss"
            + " FROM (SELECT x, k, sum(x) OVER (ORDER BY k, x) AS s FROM t)";
    assertThat(isShuffledByScan(twice)).containsExactly(false, true);
    planners.assertScanned(twice, BothPlanners.Rows.ORDERED);
  }

  /** Rows sorted by (k, x) are in the order of k, but rows of one k may be in two partitions. */
  @ParameterizedTest
  @ValueSource(strings = {"sum(x)", "rank()", "dense_rank()"})
  void peersOnBothSidesOfABoundaryAreMovedTogether(String function) {
    spark.conf().set("spark.sql.shuffle.partitions", 7);
    String query =
        "SELECT x, k, " + function + " OVER (ORDER BY k) AS s FROM (SELECT * FROM t ORDER BY k, x)";
    spark
        .sql("SELECT * FROM t")
        .repartitionByRange(7, spark.table("t").col("k"), spark.table("t").col("x"))
        .createOrReplaceTempView("ranges");
    planners.assertScanned(query, BothPlanners.Rows.UNORDERED);
    planners.assertScanned(
        query.replace("(SELECT * FROM t ORDER BY k, x)", "ranges"), BothPlanners.Rows.UNORDERED);
    assertThat(isShuffledByScan(query.replace("(SELECT * FROM t ORDER BY k, x)", "ranges")))
        .containsExactly(true);
  }

  @Test
  void rowsOfOwnResultsNeedNoPeers() {
    spark
        .table("t")
        .repartitionByRange(7, spark.table("t").col("k"), spark.table("t").col("x"))
        .createOrReplaceTempView("ranges");
    assertThat(
            isShuffledByScan(
                "SELECT sum(x) OVER (ORDER BY k ROWS UNBOUNDED PRECEDING) FROM ranges"))
        .containsExactly(false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT *, sum(x) OVER (ORDER BY row) s FROM numbered",
        "SELECT *, sum(x) OVER (ORDER BY row ROWS UNBOUNDED PRECEDING) s FROM numbered",
        "SELECT *, sum(x) OVER (ORDER BY r, x) s FROM (SELECT x, row AS r FROM numbered)",
        "SELECT *, sum(x) OVER (ORDER BY row) s FROM numbered WHERE k > 2",
        "SELECT *, rank() OVER (ORDER BY row) s, max(k) OVER (ORDER BY row) m FROM numbered",
        "SELECT *, first(k) OVER (ORDER BY row) s FROM numbered"
      })
  void theNaturalOrderNeedsNoShuffleAndNoSort(String query) {
    assertThat(plan(query)).contains("PrefixScan").doesNotContain("Exchange", "Sort ");
    planners.assertScanned(query, BothPlanners.Rows.ORDERED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT *, sum(x) OVER (ORDER BY row DESC) s FROM numbered",
        "SELECT *, sum(x) OVER (ORDER BY row) s FROM (SELECT * FROM numbered DISTRIBUTE BY k)",
        "SELECT *, sum(x) OVER (ORDER BY row) s FROM (SELECT * FROM numbered SORT BY x DESC)",
        "SELECT *, sum(x) OVER (ORDER BY row) s FROM"
            + " (SELECT * FROM numbered UNION ALL SELECT x, k, row + 1 FROM numbered)",
        "SELECT *, sum(x) OVER (ORDER BY -row) s FROM numbered"
      })
  void anOrderThatRowsDoNotHaveIsMade(String query) {
    assertThat(isShuffledByScan(query)).containsExactly(true);
    planners.assertScanned(query, BothPlanners.Rows.UNORDERED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT *, sum(x) OVER (ORDER BY x) s FROM t",
        "SELECT *, sum(x) OVER (ORDER BY x DESC) s FROM"
            + " (SELECT 39 - id AS x, id % 6 AS k FROM range(0, 40, 1, 4))",
        "SELECT *, sum(x) OVER (ORDER BY k, x) s FROM t WHERE k = 2",
        "SELECT *, sum(x) OVER (ORDER BY x) s FROM t WHERE x > 25",
        "SELECT *, sum(x) OVER (ORDER BY row) s FROM"
            + " (SELECT /*+ COALESCE(2) */ * FROM numbered)"
      })
  void anOrderThatRowsTurnOutToHaveIsFound(String query) {
    assertThat(isShuffledByScan(query)).containsExactly(false);
    planners.assertScanned(query, BothPlanners.Rows.ORDERED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anOrderIsFoundInRowsThatAreJoinedWithABroadcast(boolean adaptive) {
    spark.conf().set("spark.sql.adaptive.enabled", adaptive);
    String query =
        "SELECT *, sum(x) OVER (ORDER BY square) s FROM"
            + " (SELECT /*+ BROADCAST(u) */ t.x, t.x * t.x AS square, y FROM t JOIN"
            + " (SELECT x % 40 AS x, count(*) AS y FROM t GROUP BY ALL) u USING (x))";
    assertThat(isShuffledByScan(query)).containsExactly(false);
    planners.assertScanned(query, BothPlanners.Rows.ORDERED);
  }

  @Test
  void anOrderIsFoundInACheckpointOnly() {
    String query = "SELECT *, sum(x) OVER (ORDER BY x) s FROM rows";
    // Squares, as a checkpoint of x itself is known to be in order.
    Dataset<Row> rows = spark.table("t").selectExpr("x * x AS x");
    rows.localCheckpoint().createOrReplaceTempView("rows");
    assertThat(isShuffledByScan(query)).containsExactly(false);
    planners.assertScanned(query, BothPlanners.Rows.ORDERED);
    spark.createDataFrame(rows.toJavaRDD(), rows.schema()).createOrReplaceTempView("rows");
    assertThat(isShuffledByScan(query)).containsExactly(true);
    planners.assertScanned(query, BothPlanners.Rows.UNORDERED);
  }

  @Test
  void rowsWithoutAnOrderStayWhereTheyAre() {
    for (String query :
        List.of(
            "SELECT x, row_number() OVER (ORDER BY 'any') s FROM t",
            "SELECT x, sum(x) OVER (ROWS UNBOUNDED PRECEDING) s FROM t")) {
      assertThat(plan(query)).contains("PrefixScan").doesNotContain("Exchange", "Sort ");
      planners.assertScanned(query, BothPlanners.Rows.ORDERED);
    }
  }

  @Test
  void aSinglePartitionIsReadOnce() {
    KeptRows kept = KeptRows.since();
    Dataset<Row> sums =
        spark.range(0, 10, 1, 1).toDF("x").selectExpr("x", "first(x) OVER (ORDER BY x) AS f");
    assertThat(sums.repartition(1).selectExpr("last(f) OVER (ORDER BY x)").collectAsList())
        .hasSize(10);
    assertThat(sums.collectAsList()).hasSize(10);
    assertThat(kept.count()).isZero();
    assertThat(
            sums.queryExecution()
                .executedPlan()
                .find(node -> node.nodeName().equals("PrefixScan"))
                .get()
                .metrics()
                .apply("numPartitions")
                .value())
        .isEqualTo(1);
  }

  @Test
  void peersAreEqualAsTheOrderSees() {
    spark
        .sql(
            "SELECT * FROM VALUES (0.0D, 1), (-0.0D, 2), (double('NaN'), 3), (-double('NaN'), 4),"
                + " (NULL, 5), (NULL, 6) AS d(k, x)")
        .repartition(3)
        .createOrReplaceTempView("d");
    planners.assertScanned(
        "SELECT x, sum(x) OVER (ORDER BY k) s, rank() OVER (ORDER BY k) r,"
            + " dense_rank() OVER (ORDER BY k DESC) d FROM d",
        BothPlanners.Rows.UNORDERED);
  }

  @Test
  void manyPeersAreSpilled() {
    spark.conf().set("spark.sql.windowExec.buffer.in.memory.threshold", 10);
    spark.conf().set("spark.sql.windowExec.buffer.spill.threshold", 20);
    Dataset<Row> sums =
        spark
            .range(0, 3000, 1, 3)
            .selectExpr("id", "id % 3 AS k")
            .selectExpr("id", "k", "sum(id) OVER (ORDER BY k) AS s");
    for (Row row : sums.collectAsList()) {
      long expected = List.of(1_498_500L, 2_998_000L, 4_498_500L).get((int) row.getLong(1));
      assertThat(row.getLong(2)).isEqualTo(expected);
    }
    assertThat(
            sums.queryExecution()
                .executedPlan()
                .find(node -> node.nodeName().equals("PrefixScan"))
                .get()
                .metrics()
                .apply("spillSize")
                .value())
        .isPositive();
  }

  /** Of each scan in a query, from the top, whether it shuffled its rows. */
  private List<Boolean> isShuffledByScan(String query) {
    Dataset<Row> df = spark.sql(query);
    df.collectAsList();
    List<Boolean> shuffled = new ArrayList<>();
    Plans.executed(df)
        .foreach(
            node -> {
              if (node instanceof PrefixScanExec scan) {
                Option<SQLMetric> written = scan.metrics().get("shuffleRecordsWritten");
                shuffled.add(written.isDefined() && written.get().value() > 0);
              }
              return BoxedUnit.UNIT;
            });
    return shuffled;
  }

  private String plan(String query) {
    return spark.sql(query).queryExecution().executedPlan().toString();
  }
}
