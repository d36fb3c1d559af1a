package io.sparkcumsum.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkcumsum.Plans;
import io.sparkcumsum.Seeds;
import io.sparkcumsum.Sessions;
import io.sparkcumsum.scan.PrefixScanExec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows with {@code PARTITION BY} over partitions of which some are much larger than others. */
class SkewedWindowTest {
  private static final List<String> KEYS =
      List.of(
          "`boolean`",
          "`int` % 2",
          "`tinyint`",
          "`string`",
          "`struct`",
          "`double`",
          "id < 1000000",
          "id % 2, `boolean`",
          "id < 90",
          "`timestamp`, `string`",
          "`array`",
          "id");

  private static final int QUERIES = 20;

  private final SparkSession spark = Sessions.shared().newSession();
  private final BothPlanners planners = new BothPlanners(spark, true);

  @BeforeEach
  void createTables() {
    spark.conf().set("spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes", "1");
    spark.conf().set("spark.sql.adaptive.skewJoin.skewedPartitionFactor", "1.5");
    spark.conf().set("spark.sql.adaptive.advisoryPartitionSizeInBytes", "2000");
    spark.conf().set("spark.sql.shuffle.partitions", "7");
    spark
        .range(0, 2000, 1, 5)
        .selectExpr(
            "id",
            "if(id % 10 = 0, id % 130, 7) AS p",
            "(id * 17) % 2000 AS k",
            "if(id % 3 = 1, null, id) AS x",
            "id / 4D AS d")
        .createOrReplaceTempView("t");
  }

  @Tag("spark-alone")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sum(x) OVER w",
        "sum(x) OVER w, row_number() OVER w, rank() OVER w, lag(x) OVER w, avg(d) OVER w",
        "lead(x, 3) OVER w, sum(x) OVER (w ROWS 5 PRECEDING), collect_list(k) OVER (w ROWS 2 PRECEDING)",
        "ntile(5) OVER w, percent_rank() OVER w, cume_dist() OVER w",
        "sum(x) OVER (PARTITION BY p), count(*) OVER (PARTITION BY p), max(k) OVER (PARTITION BY p)",
        "sum(x) OVER (w ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING), sum(x) OVER w",
        "nth_value(x, 3) OVER w, first(x) OVER w, last(d) OVER w, max(x) OVER w",
        "sum(x) OVER w, sum(x) OVER (PARTITION BY p ORDER BY k DESC)"
      })
  void isThatOfSpark(String functions) {
    String query =
        "SELECT *, "
            + functions.replace("OVER w", "OVER (w)").replace("(w", "(PARTITION BY p ORDER BY k")
            + " FROM t";
    spark.conf().set("spark.cumsum.window.enabled", false);
    List<String> expected = rows(spark.sql(query));
    spark.conf().set("spark.cumsum.window.enabled", true);
    Dataset<Row> divided = spark.sql(query);
    assertThat(rows(divided)).isEqualTo(expected);
    assertThat(Plans.executed(divided).exists(node -> node instanceof PrefixScanExec))
        .as("%s", Plans.executed(divided))
        .isTrue();
  }

  /** As {@code rank} of groups in pandas API on Spark has it. */
  @Tag("spark-alone")
  @Test
  void windowsOverPartsOfGroups() {
    assertThat(
            planners.assertSameIfDivided(
                "SELECT *, min(n) OVER (PARTITION BY p, x), sum(k) OVER (PARTITION BY x, p ORDER BY k)"
                    + " FROM (SELECT *, row_number() OVER (PARTITION BY p ORDER BY k) AS n FROM t)"))
        .isTrue();
  }

  /** Zeros are one group, and so are NaNs, whatever their bits are. */
  @Tag("spark-alone")
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void groupsOfFloatingPoint(boolean together) {
    spark.conf().set("spark.sql.adaptive.skewJoin.skewedPartitionFactor", "0");
    spark.conf().set("spark.sql.adaptive.advisoryPartitionSizeInBytes", "100");
    if (together) {
      spark.conf().unset("spark.cumsum.singlePartitionThreshold");
    }
    double[] values = {0.0, -0.0, Double.NaN, Double.longBitsToDouble(0x7ff8_0000_0000_0123L)};
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      rows.add(RowFactory.create(i, values[i % 4], (float) values[i / 4 % 4]));
    }
    StructType columns = new StructType().add("k", "int").add("d", "double").add("f", "float");
    spark.createDataFrame(rows, columns).repartition(5).createOrReplaceTempView("zeros");
    String query =
        "SELECT *, count(*) OVER (PARTITION BY d, f), sum(k) OVER (PARTITION BY d ORDER BY k),"
            + " lead(k) OVER (PARTITION BY f ORDER BY k), sum(k) OVER (PARTITION BY f ORDER BY k"
            + " RANGE 9 PRECEDING), max(k) OVER (PARTITION BY struct(f), array(d) ORDER BY k ROWS"
            + " BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) FROM zeros WHERE k < ";
    for (int most : new int[] {4, 40, 400}) {
      assertThat(planners.assertSameIfDivided(query + most)).isTrue();
    }
  }

  /** Rows without an order are divided by a hash, which Spark has not for each type. */
  @Test
  void rowsOfTypesWithoutAHash() {
    assertThat(
            planners.assertSameIfDivided(
                "SELECT p, k, to_json(max_by(v, k) OVER (PARTITION BY p)), max_by(m, k) OVER"
                    + " (PARTITION BY p) FROM (SELECT *, parse_json(CAST(k AS STRING)) AS v,"
                    + " map(k, x) AS m FROM t)"))
        .isTrue();
  }

  @Tag("spark-alone")
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSettingAndAHintSayAlwaysOrNever(boolean adaptive) {
    spark.conf().set("spark.sql.adaptive.enabled", adaptive);
    String query = "sum(x) OVER (PARTITION BY p ORDER BY k) FROM t";
    assertThat(scans("SELECT " + query)).isEqualTo(adaptive ? 1 : 0);
    assertThat(scans("SELECT /*+ CUMSUM_PARTITIONED(never) */ " + query)).isZero();
    spark.conf().set("spark.cumsum.window.partitioned", "never");
    assertThat(scans("SELECT " + query)).isZero();
    assertThat(scans("SELECT /*+ CUMSUM_PARTITIONED('always') */ " + query)).isOne();
    spark.conf().set("spark.cumsum.window.partitioned", "always");
    assertThat(scans("SELECT " + query)).isOne();
    assertThat(scans("SELECT /*+ cumsum_partitioned(NEVER) */ " + query)).isZero();
    assertThatThrownBy(() -> spark.sql("SELECT /*+ CUMSUM_PARTITIONED(maybe) */ " + query))
        .hasMessageContaining("CUMSUM_INVALID_ARGUMENT");
  }

  @Test
  void aHintIsForTheWindowsBelowItThatNoOtherIsNearerTo() {
    spark.conf().set("spark.sql.adaptive.enabled", false);
    String window =
        "sum(x) OVER (PARTITION BY p ORDER BY k) AS s, count(*) OVER (PARTITION BY p) AS c";
    String always = "SELECT /*+ CUMSUM_PARTITIONED(always) */ ";
    assertThat(scans("SELECT s FROM (" + always + "p, " + window + " FROM t) WHERE p = 7")).isOne();
    assertThat(scans(always + window + " FROM t ORDER BY k")).isOne();
    assertThat(
            scans(
                always + "s FROM (SELECT /*+ CUMSUM_PARTITIONED(never) */ " + window + " FROM t)"))
        .isZero();
    Dataset<Row> rows = spark.sql("SELECT " + window + " FROM t");
    assertThat(scans(rows.hint("cumsum_partitioned", "always"))).isOne();
    assertThat(scans(rows)).isZero();
  }

  /** Spark takes the partitions of the window for those that the query asks for. */
  @Test
  void repartitionedRowsStayTogether() {
    Dataset<Row> rows =
        spark.sql(
            "SELECT /*+ REPARTITION(p) */ p, sum(x) OVER (PARTITION BY p ORDER BY k) AS s FROM t");
    assertThat(partitions(rows)).filteredOn(of -> of.contains("[7,")).hasSize(1);
  }

  /** Small partitions and ranges of large ones would each begin to count anew. */
  @Tag("spark-alone")
  @Test
  void valuesOfPartitionsBetweenWindowsAreThoseOfSpark() {
    String query =
        "SELECT i, sum(n) OVER (PARTITION BY p ORDER BY k DESC) FROM (SELECT *, %s AS i FROM"
            + " (SELECT p, k, row_number() OVER (PARTITION BY p ORDER BY k) AS n FROM t))";
    Dataset<Row> numbered = spark.sql(query.formatted("monotonically_increasing_id()"));
    assertThat(scans(numbered)).isZero();
    assertThat(numbered.select("i").distinct().count()).isEqualTo(2000);
    assertThat(scans(query.formatted("k + 1"))).isOne();
  }

  /** Spark does not sort what the window has sorted, even if no function needs that. */
  @Tag("spark-alone")
  @Test
  void rowsAreInTheOrderOfTheWindow() {
    Dataset<Row> rows =
        spark.sql(
            "SELECT * FROM (SELECT p, k, sum(x) OVER (PARTITION BY p ORDER BY k ROWS BETWEEN"
                + " UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS s FROM t) SORT BY p, k");
    String sorted =
        rows.collectAsList().stream()
            .sorted(
                Comparator.<Row>comparingLong(row -> row.getLong(0))
                    .thenComparing(row -> row.getLong(1)))
            .map(Row::toString)
            .collect(Collectors.joining());
    for (String partition : partitions(rows)) {
      int place = 0;
      for (String row : partition.split("(?=\\[)", -1)) {
        place = sorted.indexOf(row, place);
        assertThat(place).as("%s in %s", row, partition).isNotNegative();
      }
    }
    assertThat(scans(rows)).isOne();
  }

  /** The rows of each partition as text. */
  private static List<String> partitions(Dataset<Row> rows) {
    return rows.toJavaRDD()
        .mapPartitions(
            of -> {
              StringBuilder text = new StringBuilder();
              of.forEachRemaining(row -> text.append(row));
              return List.of(text.toString()).iterator();
            })
        .collect();
  }

  private long scans(String query) {
    return scans(spark.sql(query));
  }

  private static long scans(Dataset<Row> rows) {
    rows.collectAsList();
    return Plans.executed(rows).exists(node -> node instanceof PrefixScanExec) ? 1 : 0;
  }

  /** Operators above that need groups together get them as Spark gives them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT p, max(s) FROM (SELECT p, sum(x) OVER (PARTITION BY p ORDER BY k) s FROM t) GROUP BY p",
        "SELECT /*+ MERGE(u) */ v.p, s, u.n FROM (SELECT p, k, sum(x) OVER (PARTITION BY p ORDER BY k) s"
            + " FROM t) v JOIN (SELECT p, count(*) n FROM t GROUP BY p) u ON v.p = u.p",
        "SELECT * FROM (SELECT p, k, row_number() OVER (PARTITION BY p ORDER BY k) n FROM t) WHERE n <= 2",
        "SELECT p, k, s, sum(s) OVER (PARTITION BY p ORDER BY k) FROM (SELECT p, k, sum(x) OVER"
            + " (PARTITION BY p ORDER BY k DESC) s FROM t)",
        "SELECT p, k, s, sum(s) OVER (ORDER BY k) FROM (SELECT p, k, sum(x) OVER (PARTITION BY p ORDER"
            + " BY k) s FROM t)",
        "SELECT s FROM (SELECT sum(x) OVER (PARTITION BY p ORDER BY k) s FROM t) ORDER BY s LIMIT 9"
      })
  void operatorsAbove(String query) {
    planners.assertSameIfDivided(query);
  }

  /** Random windows within groups of every kind of key and size. */
  @Tag("spark-alone")
  @ParameterizedTest
  @CsvSource({
    "1, 0, 3, 0",
    "2, 1, 1, 0",
    "3, 40, 3, 4",
    "4, 150, 7, 4",
    "5, 150, 4, 4",
    "6, 400, 5, 4",
    "7, 2500, 3, 4"
  })
  void randomWindowsAreThoseOfSpark(
      int seed, int rows, int partitions, int leastDivided, @TempDir Path directory) {
    Random random = Seeds.random(rows + " rows in " + partitions + " partitions", seed);
    List<String> tables = RandomTable.create(spark, rows, partitions, false, random, directory);
    int divided = 0;
    for (int i = 0; i < QUERIES; i++) {
      boolean generated = random.nextInt(5) == 0;
      spark.conf().set("spark.sql.codegen.wholeStage", generated);
      spark.conf().set("spark.sql.codegen.factoryMode", generated ? "FALLBACK" : "NO_CODEGEN");
      spark.conf().set("spark.sql.ansi.enabled", random.nextBoolean());
      String factor = random.nextInt(3) == 0 ? "0.001" : "1.2";
      spark.conf().set("spark.sql.adaptive.skewJoin.skewedPartitionFactor", factor);
      spark.conf().set("spark.sql.shuffle.partitions", 1 + random.nextInt(9));
      String table = tables.get(i % tables.size());
      String keys = KEYS.get(random.nextInt(KEYS.size()));
      String query =
          random.nextInt(4) == 0
              ? rangeFrames(table, random)
              : RandomWindow.draw(table, random.nextBoolean(), false, random).query();
      query = query.replace("OVER (", "OVER (PARTITION BY " + keys + " ");
      divided += planners.assertSameIfDivided(query) ? 1 : 0;
    }
    assertThat(divided).isGreaterThanOrEqualTo(leastDivided);
    spark.table("cached").unpersist();
  }

  private static String rangeFrames(String table, Random random) {
    String order = List.of("", " DESC", " ASC NULLS LAST").get(random.nextInt(3));
    String frame =
        List.of(
                "3 PRECEDING AND CURRENT ROW",
                "500000000 PRECEDING AND 1 FOLLOWING",
                "1 FOLLOWING AND 900000000 FOLLOWING")
            .get(random.nextInt(3));
    String window = " OVER (ORDER BY `int`" + order + " RANGE BETWEEN " + frame + ")";
    return "SELECT id, sum(`bigint`)~ a, count(*)~ b, sort_array(collect_list(id)~) c, max(`string`)~ d, rank() OVER (ORDER BY `int`"
            .replace("~", window)
        + order
        + ") FROM "
        + table;
  }

  private static List<String> rows(Dataset<Row> query) {
    List<String> rows = new ArrayList<>();
    query.collectAsList().forEach(row -> rows.add(row.toString()));
    Collections.sort(rows);
    return rows;
  }
}
