package io.sparkcumsum.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sparkcumsum.Sessions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everywhere in a query a window can stand, it is a scan and gives what Spark's gives. */
class RunningWindowPlacesTest {
  private final SparkSession spark = Sessions.shared().newSession();
  @TempDir private Path directory;

  private final BothPlanners planners = new BothPlanners(spark, true);

  @BeforeEach
  void createTables() {
    spark
        .range(0, 60, 1, 5)
        .selectExpr("id", "(id * 37) % 60 AS t", "id % 7 AS k", "IF(id % 5 = 0, NULL, id) AS x")
        .createOrReplaceTempView("t");
    spark.sql("CREATE OR REPLACE TEMP VIEW v AS SELECT *, sum(x) OVER (ORDER BY t) AS s FROM t");
  }

  @AfterEach
  void dropTables() {
    spark.sql("DROP TABLE IF EXISTS sums");
    spark.sql("DROP TABLE IF EXISTS moves");
  }

  static List<String> places() {
    return List.of(
        "SELECT * FROM (SELECT t, sum(x) OVER (ORDER BY t) s FROM t) WHERE s % 2 = 0",
        "WITH w AS (SELECT t, sum(x) OVER (ORDER BY t) s FROM t) SELECT max(s) FROM w",
        "WITH w AS (SELECT t, sum(x) OVER (ORDER BY t) s FROM t)"
            + " SELECT a.t, a.s, b.s FROM w a JOIN w b ON a.t = b.t + 1 ORDER BY a.t",
        "SELECT * FROM v ORDER BY s DESC, t LIMIT 7",
        "SELECT t, s FROM v WHERE s > (SELECT avg(s) FROM v) ORDER BY t",
        "SELECT t FROM t WHERE t IN (SELECT s FROM v) ORDER BY t",
        "SELECT id, EXISTS (SELECT 1 FROM v WHERE v.s = o.id) e FROM t o ORDER BY id",
        "SELECT v.s, t.k FROM v JOIN t ON v.s = t.id + 100 ORDER BY 1, 2",
        "SELECT /*+ BROADCAST(v) */ v.s, t.k FROM v JOIN t ON v.t = t.id ORDER BY 1, 2",
        "SELECT /*+ MERGE(v) */ v.s, t.k FROM t LEFT JOIN v ON v.s = t.id ORDER BY 1, 2",
        "SELECT s FROM v UNION ALL SELECT sum(x) OVER (ORDER BY t DESC) FROM t ORDER BY 1",
        "SELECT t, sum(s) OVER (ORDER BY t) ss FROM v",
        "SELECT t, sum(s) OVER (ORDER BY t DESC) ss FROM v",
        "SELECT t, sum(s) OVER (ORDER BY k, t) ss FROM v",
        "SELECT t, sum(x) OVER (ORDER BY t) a, sum(x) OVER (ORDER BY t DESC) b FROM t ORDER BY t",
        "SELECT k, sum(sum(x)) OVER (ORDER BY k) s FROM t GROUP BY k",
        "SELECT k, max(s) FROM v GROUP BY k ORDER BY k",
        "SELECT DISTINCT s FROM v ORDER BY s",
        "SELECT t, s FROM v ORDER BY t LIMIT 5 OFFSET 3",
        "SELECT t, sum(x) OVER (ORDER BY t) s FROM t LIMIT 5",
        "SELECT t, row_number() OVER (ORDER BY t) r FROM t LIMIT 5",
        "SELECT * FROM (SELECT t, row_number() OVER (ORDER BY t) r FROM t) WHERE r <= 5",
        "SELECT * FROM (SELECT t, rank() OVER (ORDER BY k) r FROM t) WHERE r <= 9 ORDER BY t",
        "SELECT * FROM (SELECT k, sum(x) OVER (ORDER BY t) s FROM t)"
            + " PIVOT (sum(s) FOR k IN (1, 2, 3))",
        "SELECT t, e FROM (SELECT t, collect_list(s) a FROM v GROUP BY t)"
            + " LATERAL VIEW explode(a) AS e ORDER BY t",
        "SELECT t, count(NULL) OVER (ORDER BY t) c FROM t",
        "SELECT t, sum(x) OVER w s, count(*) OVER w c FROM t WINDOW w AS (ORDER BY t)",
        "FROM t |> EXTEND sum(x) OVER (ORDER BY t) AS s |> WHERE s > 100 |> SELECT t, s");
  }

  @ParameterizedTest
  @MethodSource("places")
  void aWindowIsAScanThere(String query) {
    for (boolean adaptive : new boolean[] {true, false}) {
      spark.conf().set("spark.sql.adaptive.enabled", adaptive);
      planners.assertScanned(query, BothPlanners.Rows.ORDERED);
    }
  }

  /** Collected one by one, and executed as for a cache or a client. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT t, s FROM v LIMIT 5",
        "SELECT t, s FROM v WHERE k > 1 LIMIT 25",
        "SELECT t, s FROM v LIMIT 7 OFFSET 30",
        "SELECT t, s FROM v OFFSET 30"
      })
  void theFirstRowsOfAResultAreThoseOfTheScan(String query) {
    Dataset<Row> first = spark.sql(query);
    assertThat(first.queryExecution().executedPlan().toString())
        .contains("CollectInOrder", "CollectLimit", "PrefixScan");
    spark.conf().set("spark.cumsum.window.enabled", false);
    List<Row> expected = spark.sql(query).collectAsList();
    spark.conf().set("spark.cumsum.window.enabled", true);
    assertThat(first.collectAsList()).isEqualTo(expected);
    assertThat(spark.sql(query).cache().collectAsList()).isEqualTo(expected);
    spark.catalog().clearCache();
  }

  /** It takes the first rows by their order, of as few partitions as have them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT count(*), max(s) FROM (SELECT s FROM v LIMIT 5)",
        "SELECT max(s) FROM (SELECT s FROM v WHERE k > 1 LIMIT 5 OFFSET 2)",
        "SELECT count(*), min(s) FROM (SELECT s FROM v OFFSET 20)",
        "SELECT max(s) FROM (SELECT s FROM (SELECT s FROM v LIMIT 40) LIMIT 30 OFFSET 20)",
        "SELECT a.t, a.s FROM (SELECT t, s FROM v) a LEFT JOIN t ON a.t = t.id - 7 LIMIT 5",
        "SELECT max(s) FROM (SELECT s FROM v UNION ALL SELECT s FROM v LIMIT 5)",
        "SELECT max(s) FROM (SELECT s FROM v LIMIT 500)",
        "SELECT count(*), max(s) FROM (SELECT sum(IF(t < 20, 1, 9223372036854775807)) OVER"
            + " (ORDER BY t) s FROM t LIMIT 5)",
        "SELECT a.s, b.s FROM (SELECT t, s FROM v LIMIT 9) a JOIN (SELECT t, s FROM v OFFSET 5) b"
            + " ON a.t = b.t ORDER BY a.t",
        "SELECT t, sum(s) OVER (ORDER BY t DESC) ss FROM (SELECT t, s FROM v LIMIT 33)"
      })
  void aLimitInsideOfAQueryTakesTheFirstRows(String query) {
    for (boolean adaptive : new boolean[] {true, false}) {
      spark.conf().set("spark.sql.adaptive.enabled", adaptive);
      planners.assertScanned(query, BothPlanners.Rows.ORDERED);
    }
  }

  @Test
  void aLimitOfWhatIsWritten() {
    String name = directory.resolve("limited").toString();
    spark.sql("SELECT t, s FROM v LIMIT 12").write().parquet(name);
    assertThat(spark.read().parquet(name).orderBy("t").collectAsList())
        .isEqualTo(spark.sql("SELECT t, s FROM v ORDER BY t LIMIT 12").collectAsList());
  }

  @Test
  void aColumnMayHaveAnyName() {
    planners.assertScanned(
        "SELECT t, count(country) OVER (ORDER BY t) c, sum(ansi) OVER (ORDER BY t) s"
            + " FROM (SELECT t, x AS country, x AS ansi FROM t)",
        BothPlanners.Rows.ORDERED);
  }

  @Test
  void whatIsObservedIsReadOnce() throws InterruptedException {
    for (String order : List.of("ORDER BY t", "ROWS UNBOUNDED PRECEDING")) {
      Observation observation = new Observation();
      Dataset<Row> sums =
          spark
              .table("t")
              .observe(observation, functions.count(functions.lit(1)).as("rows"))
              .selectExpr("sum(x) OVER (" + order + ")");
      assertThat(sums.queryExecution().sparkPlan().toString()).contains("PrefixScan");
      sums.collectAsList();
      assertThat(observation.getAsJava()).containsEntry("rows", 60L);
    }
  }

  @Test
  void statesAreOfAnyType() {
    for (String value :
        List.of(
            "make_interval(0, 0, 0, t)",
            "map(t, x)",
            "named_struct('a', array(t), 'b', map('x', x))",
            "parse_json(concat('[', t, ']'))",
            "NULL",
            "encode(string(t), 'UTF-8')")) {
      for (String function : List.of("first(%s)", "last(%s)", "max_by(%s, k)", "count(%s)")) {
        planners.assertScanned(
            "SELECT t, CAST(%s OVER (ORDER BY t) AS STRING) s FROM t"
                .formatted(function.formatted(value)),
            BothPlanners.Rows.ORDERED);
      }
    }
  }

  /** Spark's interpreter does not copy them, and rows are reused. */
  @Test
  void collatedStringsOutliveTheirRows() {
    spark.conf().set("spark.sql.codegen.factoryMode", "NO_CODEGEN");
    for (String function : List.of("min(s)", "first(s)", "max_by(s, t)")) {
      planners.assertScanned(
          "SELECT t, "
              + function
              + " OVER (ORDER BY row) w FROM (SELECT t, CAST(t AS STRING) COLLATE UTF8_LCASE AS s,"
              + " monotonically_increasing_id() AS row FROM t)",
          BothPlanners.Rows.ORDERED);
    }
  }

  @Test
  void stringsThatAreEqualInTheirCollationArePeers() {
    spark
        .sql(
            "SELECT *, s COLLATE UTF8_LCASE AS c FROM VALUES (1, 'b'), (2, 'A'), (3, 'a'), (4, 'B'),"
                + " (5, 'aa'), (6, 'AA'), (7, NULL) AS v(id, s)")
        .repartition(4)
        .createOrReplaceTempView("strings");
    planners.assertScanned(
        "SELECT id, sum(id) OVER (ORDER BY c) s, rank() OVER (ORDER BY c) r,"
            + " dense_rank() OVER (ORDER BY c) d FROM strings",
        BothPlanners.Rows.UNORDERED);
    planners.assertScanned(
        "SELECT id, min(c) OVER (ORDER BY id) mi, max(c) OVER (ORDER BY id) ma,"
            + " max(array(c)) OVER (ORDER BY id) aa FROM strings",
        BothPlanners.Rows.ORDERED);
  }

  /** Spark supports FILTER in windows since 4.2. */
  @Test
  void filtersAreOfTheScan() {
    assumeThat(spark.version()).isGreaterThanOrEqualTo("4.2");
    for (String function :
        List.of(
            "sum(x)",
            "count(*)",
            "count(x)",
            "avg(x)",
            "max(x)",
            "last(x, true)",
            "sum(0.1 * x)")) {
      for (String frame : List.of("", " ROWS BETWEEN UNBOUNDED PRECEDING AND 2 PRECEDING")) {
        planners.assertScanned(
            "SELECT t, "
                + function
                + " FILTER (WHERE k > 2) OVER (ORDER BY t"
                + frame
                + ") s FROM t",
            BothPlanners.Rows.ORDERED);
      }
    }
    planners.assertLeftToSpark(
        "SELECT t, last(x) FILTER (WHERE k > 2) OVER (ORDER BY t) s FROM t",
        BothPlanners.Rows.ORDERED);
  }

  @Test
  void tablesAreCreatedFromScans() {
    spark.sql("CREATE TABLE sums USING parquet AS SELECT t, s FROM v");
    spark.sql("INSERT INTO sums SELECT t + 100, s FROM v");
    spark.sql("INSERT OVERWRITE TABLE sums SELECT t, s FROM v WHERE t < 50");
    spark.sql("INSERT INTO sums SELECT t, s FROM v WHERE t >= 50");
    assertRows("SELECT * FROM sums ORDER BY t", "SELECT t, s FROM v ORDER BY t");
  }

  @Test
  void aCachedScanIsReadFromTheCache() {
    Dataset<Row> cached = spark.sql("SELECT t, s FROM v").cache();
    cached.createOrReplaceTempView("cached");
    try {
      assertThat(cached.count()).isEqualTo(60);
      assertRows("SELECT t, s FROM cached ORDER BY t", "SELECT t, s FROM v ORDER BY t");
      planners.assertScanned(
          "SELECT t, sum(s) OVER (ORDER BY t) FROM cached", BothPlanners.Rows.ORDERED);
    } finally {
      cached.unpersist();
    }
  }

  @Test
  void severalQueriesRunAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Row> expected = spark.sql("SELECT t, s FROM v ORDER BY t").collectAsList();
    List<Future<List<Row>>> answers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      answers.add(threads.submit(() -> spark.sql("SELECT t, s FROM v ORDER BY t").collectAsList()));
    }
    for (Future<List<Row>> answer : answers) {
      assertThat(answer.get()).isEqualTo(expected);
    }
    threads.shutdown();
  }

  @Test
  void oneDataFrameIsCollectedTwice() {
    Dataset<Row> sums = spark.sql("SELECT t, s FROM v");
    assertThat(sums.collectAsList()).isEqualTo(sums.collectAsList());
    assertThat(sums.count()).isEqualTo(60);
    assertThat(sums.toJavaRDD().count()).isEqualTo(60);
    assertThat((Row[]) sums.tail(1)).containsExactly(sums.collectAsList().get(59));
  }

  private void assertRows(String query, String expected) {
    List<Row> scanned = spark.sql(query).collectAsList();
    spark.conf().set("spark.cumsum.window.enabled", false);
    assertThat(scanned).isEqualTo(spark.sql(expected).collectAsList());
    spark.conf().set("spark.cumsum.window.enabled", true);
    assertThat(spark.sql(expected).queryExecution().sparkPlan().toString()).contains("PrefixScan");
  }
}
