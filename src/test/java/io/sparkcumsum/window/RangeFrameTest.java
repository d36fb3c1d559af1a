package io.sparkcumsum.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.Plans;
import io.sparkcumsum.Sessions;
import io.sparkcumsum.scan.RangeFramesExec;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames {@code RANGE BETWEEN a AND b} that end on both sides. */
class RangeFrameTest {
  /** A key and distances in its order. */
  private static final List<List<String>> KEYS =
      List.of(
          List.of("`tinyint`", "30Y", "60Y"),
          List.of("`smallint`", "1S", "8000S"),
          List.of("`int`", "3", "500000000"),
          List.of("`bigint`", "1000L", "2500L"),
          List.of("`float`", "0.25F", "1F"),
          List.of("`double`", "0.25D", "0.6D"),
          List.of("`double`", "1D", "CAST('INFINITY' AS DOUBLE)"),
          List.of("`float`", "1F", "CAST('INFINITY' AS FLOAT)"),
          List.of("`small_decimal`", "0.01BD", "12345.67BD"),
          List.of("`decimal`", "1BD", "10000000000000BD"),
          List.of("`months`", "INTERVAL '7' MONTH", "INTERVAL '15' MONTH"),
          List.of("`seconds`", "INTERVAL '7' MINUTE", "INTERVAL '20' MINUTE"),
          List.of("`date`", "1", "2"),
          List.of("`date`", "INTERVAL '1' DAY", "INTERVAL '3' DAY"),
          List.of("`date`", "INTERVAL '1' MONTH", "INTERVAL '2' MONTH"),
          List.of("`timestamp`", "INTERVAL '1' HOUR", "INTERVAL '3' HOUR"),
          List.of("`timestamp_ntz`", "INTERVAL '1' HOUR", "INTERVAL '26' HOUR"),
          List.of("`timestamp_ntz`", "INTERVAL '1' MONTH", "INTERVAL '2' MONTH"),
          List.of("`int` % 3", "1", "2"));

  /** Functions that need not be computed anew for each frame. */
  private static final List<String> SLIDING =
      List.of(
          "sum(`bigint`)~",
          "count(*)~",
          "max(`string`)~",
          "avg(`int`)~",
          "bit_xor(`smallint`)~",
          "sum(`double`)~");

  private static final List<String> OTHERS =
      List.of("sort_array(collect_list(id)~)", "max_by(id, id)~", "percentile(`int`, 0.5)~");

  private static final List<String> ONE_SIDED =
      List.of(
          "UNBOUNDED PRECEDING AND n PRECEDING",
          "UNBOUNDED PRECEDING AND f FOLLOWING",
          "n PRECEDING AND UNBOUNDED FOLLOWING",
          "f FOLLOWING AND UNBOUNDED FOLLOWING");

  private static final List<String> TWO_SIDED =
      List.of(
          "n PRECEDING AND CURRENT ROW",
          "f PRECEDING AND n FOLLOWING",
          "CURRENT ROW AND f FOLLOWING",
          "n FOLLOWING AND f FOLLOWING",
          "n PRECEDING AND n PRECEDING",
          "f PRECEDING AND n PRECEDING",
          "CURRENT ROW AND CURRENT ROW");

  private final SparkSession spark = Sessions.shared().newSession();
  private final BothPlanners planners = new BothPlanners(spark);

  @TempDir private Path directory;

  @BeforeEach
  void configure() {
    spark.conf().set("spark.cumsum.singlePartitionThreshold", "0");
    spark.conf().set("spark.sql.shuffle.partitions", "7");
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3})
  void areThoseOfSpark(long seed) {
    Random random = new Random(seed);
    spark.conf().set("spark.sql.ansi.enabled", random.nextBoolean());
    spark.conf().set("spark.sql.adaptive.enabled", random.nextBoolean());
    int rows = List.of(60, 400).get((int) seed - 2);
    List<String> tables =
        RandomTable.create(
            spark, rows, 1 + random.nextInt(6), false, random, directory.resolve("t"));
    for (List<String> key : KEYS) {
      planners.assertScanned(query(key, pick(tables, random), random), BothPlanners.Rows.UNORDERED);
    }
  }

  private static String query(List<String> key, String table, Random random) {
    String direction = pick(List.of("", " DESC", " ASC NULLS LAST", " DESC NULLS FIRST"), random);
    StringBuilder columns = new StringBuilder("id");
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      boolean slides = random.nextInt(3) > 0;
      List<String> frames = slides && random.nextBoolean() ? ONE_SIDED : TWO_SIDED;
      String frame =
          " OVER (ORDER BY "
              + key.get(0)
              + direction
              + " RANGE BETWEEN "
              + frame(pick(frames, random), key)
              + ")";
      String function = pick(slides ? SLIDING : OTHERS, random);
      columns.append(", ").append(function.replace("~", frame)).append(" AS w" + i);
    }
    if (random.nextInt(3) == 0) {
      columns.append(", sum(`int`) OVER (ORDER BY " + key.get(0) + direction + ") AS running");
    }
    return "SELECT " + columns + " FROM " + table;
  }

  private static String frame(String frame, List<String> key) {
    String near = key.get(1);
    String far = key.get(2);
    return frame
        .replace("n P", near + " P")
        .replace("n F", near + " F")
        .replace("f P", far + " P")
        .replace("f F", far + " F");
  }

  private static <T> T pick(List<T> choices, Random random) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** Peers of several keys. */
  @Test
  void ofPeers() {
    createKeys("id % 5");
    for (String order : List.of("k", "k, x % 3 DESC", "x % 2, k")) {
      planners.assertScanned(
          "SELECT x, count(*) OVER w AS c, sum(x) OVER w AS s FROM t WINDOW w AS (ORDER BY "
              + order
              + " RANGE BETWEEN CURRENT ROW AND CURRENT ROW)",
          BothPlanners.Rows.UNORDERED);
    }
    Dataset<Row> rows =
        spark.sql(
            "SELECT count(*) OVER (ORDER BY k RANGE BETWEEN CURRENT ROW AND CURRENT ROW) FROM t");
    rows.collectAsList();
    assertThat(partitions(rows)).isGreaterThan(1);
  }

  private void createKeys(String key) {
    String file = directory.resolve("keys").toString();
    spark
        .range(0, 3000, 1, 4)
        .selectExpr("id AS x", key + " AS k")
        .write()
        .mode("overwrite")
        .parquet(file);
    spark.read().parquet(file).createOrReplaceTempView("t");
  }

  /** Where frames need their rows, ranges are put together until most rows are in one only. */
  @ParameterizedTest
  @CsvSource({"300, 7", "700, 4", "10000, 2"})
  void framesThatAreComputedAnewHaveFewRanges(int width, int ranges) {
    createKeys("(id * 7) % 3000");
    String query = "SELECT x, first(x) OVER (ORDER BY k RANGE " + width + " PRECEDING) AS s FROM t";
    Dataset<Row> rows = spark.sql(query);
    rows.collectAsList();
    assertThat(partitions(rows)).isEqualTo(ranges);
    planners.assertScanned(query.replace("first(x)", "last(k)"), BothPlanners.Rows.ORDERED);
  }

  /** Rows between the ends of the frames of a range are a total there. */
  @ParameterizedTest
  @CsvSource({
    "'', 700 PRECEDING AND CURRENT ROW",
    "DESC, CURRENT ROW AND 1400 FOLLOWING",
    "ASC NULLS LAST, 1200 PRECEDING AND 1100 FOLLOWING",
    "DESC NULLS FIRST, 2500 PRECEDING AND 600 PRECEDING",
    "'', 500 FOLLOWING AND 2000 FOLLOWING",
    "DESC, 10000 PRECEDING AND 10000 FOLLOWING",
    "'', UNBOUNDED PRECEDING AND 700 PRECEDING",
    "DESC, UNBOUNDED PRECEDING AND 700 FOLLOWING",
    "ASC NULLS LAST, UNBOUNDED PRECEDING AND 1400 FOLLOWING",
    "DESC NULLS FIRST, 400 PRECEDING AND UNBOUNDED FOLLOWING",
    "'', 2000 FOLLOWING AND UNBOUNDED FOLLOWING",
    "DESC, 700 FOLLOWING AND UNBOUNDED FOLLOWING"
  })
  void wideFrames(String order, String frame) {
    String window = " OVER (ORDER BY k " + order + " RANGE BETWEEN " + frame + ")";
    String functions =
        "count(*)~ AS c, max(string(x))~ AS m, avg(CAST(x AS DECIMAL(9, 2)))~ AS a,"
            + " sum(x / 4)~ AS d, max(x) OVER (ORDER BY k "
            + order
            + " RANGE BETWEEN 900 PRECEDING AND 3 FOLLOWING) AS o";
    createKeys("if(id % 13 = 1, null, id % 1001 * 3)");
    planners.assertScanned(
        "SELECT x, " + functions.replace("~", window) + " FROM t", BothPlanners.Rows.UNORDERED);
    Dataset<Row> rows = spark.sql("SELECT sum(x)" + window + " FROM t");
    rows.collectAsList();
    // The eighth is that of rows without a key.
    assertThat(partitions(rows)).isEqualTo(8);
  }

  /** The frames of rows whose bound wraps reach any others, so that they need all in one place. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void boundsThatOverflow(boolean ansi) {
    spark.conf().set("spark.sql.ansi.enabled", ansi);
    createKeys("CAST(if(id = 17, 32767, (id * 7) % 3000) AS SHORT)");
    String query =
        "SELECT x, sum(x) OVER (ORDER BY k RANGE BETWEEN 1S PRECEDING AND 5S FOLLOWING) AS s FROM t";
    planners.assertScanned(query, BothPlanners.Rows.UNORDERED);
    if (!ansi) {
      Dataset<Row> rows = spark.sql(query);
      rows.collectAsList();
      assertThat(partitions(rows)).isEqualTo(1);
    }
  }

  /** Rows at the ends of months, which are in another order one month later. */
  @ParameterizedTest
  @ValueSource(strings = {"UTC", "America/New_York"})
  void monthsOfTimestamps(String zone) {
    createTimestamps(
        zone, "TIMESTAMP'2022-12-28' + make_interval(0, id % 24)", "6 * 24 * 60", "true");
    assertTimestamps(
        4,
        "INTERVAL '1' MONTH PRECEDING AND INTERVAL '1' MONTH PRECEDING",
        "INTERVAL '1' MONTH FOLLOWING AND INTERVAL '1' MONTH FOLLOWING",
        "CAST('1 month' AS INTERVAL) FOLLOWING AND CAST('1 month 6 hours' AS INTERVAL) FOLLOWING",
        "CAST('1 month 2 days' AS INTERVAL) PRECEDING AND CAST('1 month' AS INTERVAL) PRECEDING");
    assertTimestamps(1, "INTERVAL '1' MONTH PRECEDING AND CURRENT ROW");
    assertTotalled(
        "UNBOUNDED PRECEDING AND INTERVAL '1' MONTH PRECEDING",
        "UNBOUNDED PRECEDING AND CAST('1 month 6 hours' AS INTERVAL) FOLLOWING",
        "INTERVAL '1' MONTH PRECEDING AND UNBOUNDED FOLLOWING",
        "INTERVAL '5' MONTH PRECEDING AND INTERVAL '6' MONTH FOLLOWING",
        "INTERVAL '11' MONTH PRECEDING AND CURRENT ROW");
  }

  /**
   * Short ranges nine days behind the end of a month, or before it: their places in the order of
   * bounds are those of the end of the month, where bounds go back.
   */
  @Test
  void shortRangesAtADistanceFromTheEndOfAMonth() {
    String minutes = "365 * 24 * 60";
    String days = "CAST(pmod(xxhash64(id), " + minutes + ") DIV 1440 AS INT)";
    createTimestamps(
        "UTC",
        "TIMESTAMP'2023-01-01'",
        minutes,
        "id % 5 > 0",
        "TIMESTAMP'2023-02-08 03:00' - make_interval(0, 0, 0, " + days + ")");
    assertTotalled(
        "UNBOUNDED PRECEDING AND INTERVAL '1' MONTH FOLLOWING",
        "UNBOUNDED PRECEDING AND INTERVAL '1' MONTH PRECEDING",
        "INTERVAL '5' MONTH PRECEDING AND INTERVAL '6' MONTH FOLLOWING");
  }

  /** One row in ten is a month later. Only these are in frames of the others. */
  @Test
  void fewRowsAMonthLater() {
    createTimestamps(
        "UTC", "TIMESTAMP'2023-01-28'", "4 * 24 * 60", "id % 10 > 0", "TIMESTAMP'2023-02-28'");
    assertTimestamps(1, "INTERVAL '1' MONTH FOLLOWING AND INTERVAL '1' MONTH FOLLOWING");
  }

  /** Rows around the hours in which a time zone puts its clocks back or forward. */
  @ParameterizedTest
  @CsvSource({
    "America/New_York, 2024-11-01",
    "Europe/London, 2024-03-29",
    "Pacific/Apia, 2011-12-28"
  })
  void daysOfTimestamps(String zone, String day) {
    createTimestamps(zone, "TIMESTAMP'" + day + "'", "5 * 24 * 60", "true");
    assertTimestamps(
        zone.startsWith("Pacific") ? 1 : 2,
        "INTERVAL '24' HOUR FOLLOWING AND INTERVAL '25' HOUR FOLLOWING",
        "INTERVAL '25' HOUR PRECEDING AND INTERVAL '24' HOUR PRECEDING");
    assertTimestamps(
        1,
        "INTERVAL '1' DAY PRECEDING AND CURRENT ROW",
        "CURRENT ROW AND INTERVAL '1' DAY FOLLOWING");
    assertTotalled(
        "UNBOUNDED PRECEDING AND INTERVAL '1' DAY PRECEDING",
        "UNBOUNDED PRECEDING AND INTERVAL '1' DAY FOLLOWING",
        "INTERVAL '1' DAY PRECEDING AND UNBOUNDED FOLLOWING");
  }

  /**
   * @param from the first timestamp, or several
   * @param minutes how many minutes after it rows are at most
   * @param condition which rows are after {@code from}; the rest are after {@code others}
   */
  private void createTimestamps(String zone, String from, String minutes, String condition) {
    createTimestamps(zone, from, minutes, condition, from);
  }

  private void createTimestamps(
      String zone, String from, String minutes, String condition, String others) {
    interpret();
    spark.conf().set("spark.sql.session.timeZone", zone);
    spark.conf().set("spark.sql.shuffle.partitions", "20");
    String file = directory.resolve("timestamps").toString();
    spark
        .range(0, 1200, 1, 4)
        .selectExpr(
            "id AS x",
            "if(" + condition + ", " + from + ", " + others + ") AS day",
            "pmod(xxhash64(id), " + minutes + ") AS minute")
        .selectExpr("x", "timestamp_seconds(unix_timestamp(day) + minute * 60) AS k")
        .write()
        .parquet(file);
    spark
        .read()
        .parquet(file)
        .selectExpr("x", "k", "CAST(k AS TIMESTAMP_NTZ) AS n")
        .createOrReplaceTempView("t");
  }

  /** For few rows, generating code takes longer than it saves. */
  private void interpret() {
    spark.conf().set("spark.sql.codegen.wholeStage", false);
    spark.conf().set("spark.sql.codegen.factoryMode", "NO_CODEGEN");
  }

  private void assertTimestamps(int leastRanges, String... frames) {
    assertFrames(leastRanges, ", sort_array(collect_list(x)~) AS l", frames);
  }

  /** In frames of most rows, with functions that have a total of those in all of them. */
  private void assertTotalled(String... frames) {
    assertFrames(2, ", max(x)~ AS m", frames);
  }

  private void assertFrames(int leastRanges, String more, String... frames) {
    for (String frame : frames) {
      for (String order : List.of("k", frame.contains("MONTH") ? "n DESC" : "k DESC")) {
        String window = " OVER (ORDER BY " + order + " RANGE BETWEEN " + frame + ")";
        String functions = "count(*)~ AS c, sum(x / 4)~ AS s" + more;
        planners.assertScanned(
            "SELECT x, k, " + functions.replace("~", window) + " FROM t",
            BothPlanners.Rows.UNORDERED);
        Dataset<Row> rows = spark.sql("SELECT max(x)" + window + " FROM t");
        rows.collectAsList();
        assertThat(partitions(rows)).as(frame).isGreaterThanOrEqualTo(leastRanges);
      }
    }
  }

  /** A key plus an infinite distance may be infinite or NaN. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "id / 7",
        "if(id % 5 = 0, CAST('INFINITY' AS DOUBLE), id % 9)",
        "if(id % 3 = 0, CAST('-INFINITY' AS DOUBLE), if(id % 3 = 1, CAST('NAN' AS DOUBLE), id % 100))",
        "if(id % 2 = 0, CAST('NAN' AS DOUBLE), CAST('INFINITY' AS DOUBLE))"
      })
  void distancesThatAreNotFinite(String key) {
    interpret();
    createKeys(key);
    List<String> frames =
        List.of(
            "CAST('INFINITY' AS DOUBLE) PRECEDING AND CURRENT ROW",
            "CAST('INFINITY' AS DOUBLE) PRECEDING AND CAST('INFINITY' AS DOUBLE) FOLLOWING",
            "2D FOLLOWING AND CAST('INFINITY' AS DOUBLE) FOLLOWING",
            "CURRENT ROW AND CAST('NAN' AS DOUBLE) FOLLOWING",
            "CAST('NAN' AS DOUBLE) PRECEDING AND CURRENT ROW");
    List<String> unbounded =
        List.of(
            "UNBOUNDED PRECEDING AND CAST('INFINITY' AS DOUBLE) FOLLOWING",
            "UNBOUNDED PRECEDING AND CAST('NAN' AS DOUBLE) FOLLOWING");
    for (String order : List.of("k", "k DESC")) {
      planners.assertScanned(
          over(order, frames, "count(*)~", "size(collect_list(x)~)"), BothPlanners.Rows.UNORDERED);
      planners.assertScanned(over(order, frames, "sum(x)~"), BothPlanners.Rows.UNORDERED);
      planners.assertScanned(
          over(order, unbounded, "count(*)~", "sum(x)~"), BothPlanners.Rows.UNORDERED);
    }
    planners.assertLeftToSpark(over("1D", frames, "sum(x)~"), BothPlanners.Rows.UNORDERED);
    planners.assertLeftToSpark(over("1D", unbounded, "sum(x)~"), BothPlanners.Rows.UNORDERED);
  }

  /** A query of each function over each frame. */
  private static String over(String order, List<String> frames, String... functions) {
    StringBuilder query = new StringBuilder("SELECT x");
    for (String frame : frames) {
      for (String function : functions) {
        String window = " OVER (ORDER BY " + order + " RANGE BETWEEN " + frame + ")";
        query.append(", ").append(function.replace("~", window));
      }
    }
    return query.append(" FROM t WHERE x < 200").toString();
  }

  /** A RANGE compares row ids like any other key. */
  @Test
  void overTheOrderThatRowsHave() {
    createKeys("id");
    planners.assertScanned(
        "SELECT x, count(*) OVER (ORDER BY i RANGE BETWEEN 5 PRECEDING AND 7 FOLLOWING) AS c,"
            + " sum(x) OVER (ORDER BY i) AS s"
            + " FROM (SELECT x, monotonically_increasing_id() AS i FROM t)",
        BothPlanners.Rows.ORDERED);
  }

  private static long partitions(Dataset<Row> rows) {
    return frames(rows).metrics().apply("numPartitions").value();
  }

  private static SparkPlan frames(Dataset<Row> rows) {
    return Plans.executed(rows).find(node -> node instanceof RangeFramesExec).get();
  }

  /** A row whose key were another one the second time could be in two ranges, or in none. */
  @Test
  void ofKeysThatMayChangeAreComputedAllAnewOrNotAtAll() {
    spark.conf().set("spark.sql.adaptive.enabled", false);
    createKeys("id % 50");
    String window = "sum(x) OVER (ORDER BY k RANGE 1 PRECEDING) FROM ";
    assertThat(determinism("SELECT " + window + "t")).isEqualTo("UNORDERED");
    // A shuffle brings its rows in any order, and so with other random numbers.
    String shuffled = "(SELECT x, rand() AS k FROM (SELECT x FROM t DISTRIBUTE BY x % 3))";
    assertThat(determinism("SELECT " + window + shuffled)).isEqualTo("INDETERMINATE");
    // Peers are numbered in the order in which a shuffle brings them.
    assertThat(determinism("SELECT lag(x, 2000) OVER (ORDER BY k) FROM t"))
        .isEqualTo("INDETERMINATE");
  }

  private String determinism(String query) {
    return frames(spark.sql(query)).execute().outputDeterministicLevel().toString();
  }

  /** All functions of one window share its order. */
  @Test
  void besideOtherFunctions() {
    createKeys("(id * 7) % 3000");
    planners.assertScanned(
        "SELECT x, sum(x) OVER (ORDER BY k RANGE 9 PRECEDING) AS s, lag(x) OVER (ORDER BY k) AS l,"
            + " x - sum(x) OVER (ORDER BY k) AS d, sum(x) OVER () AS t, row_number() OVER (ORDER BY k)"
            + " AS n, min(x) OVER (ORDER BY k ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS m,"
            + " count(x) OVER (ORDER BY k RANGE BETWEEN 2 FOLLOWING AND 4 FOLLOWING) * 2 AS c FROM t",
        BothPlanners.Rows.ORDERED);
    planners.assertScanned(
        "SELECT x, collect_list(x) OVER (ORDER BY k RANGE 2 PRECEDING) AS l, sum(x) OVER (ORDER BY k"
            + " RANGE BETWEEN UNBOUNDED PRECEDING AND 9 PRECEDING) AS s, lead(x) OVER (ORDER BY k) AS n"
            + " FROM t",
        BothPlanners.Rows.ORDERED);
  }

  /** Functions that depend on the order of rows, which only unique keys give one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "UNBOUNDED PRECEDING AND 700 PRECEDING",
        "UNBOUNDED PRECEDING AND 5 FOLLOWING",
        "5 PRECEDING AND UNBOUNDED FOLLOWING",
        "700 FOLLOWING AND UNBOUNDED FOLLOWING"
      })
  void framesFromOneEndInTheOrderOfRows(String frame) {
    createKeys("if(id = 17, null, (id * 7) % 3000)");
    spark.table("t").filter("x % 4 = 1").createOrReplaceTempView("fourth");
    String functions =
        "first(x)~ f, last(x)~ l, first(if(x % 5 = 0, x, null), true)~ g, last(if(x % 900 = 7, x,"
            + " null), true)~ h, max_by(x, x % 7)~ a, min_by(string(x), x % 7)~ i,"
            + " try_sum(if(x % 3 = 0, 5000000000000000000, -x))~ t, max(array(x % 5, -0D))~ m,"
            + " sum(x)~ s, last(map(x, k))~ o, last(x) OVER (ORDER BY k) r, nth_value(x, 3)~ n";
    for (String order : List.of("k", "k DESC")) {
      String window = " OVER (ORDER BY " + order + " RANGE BETWEEN " + frame + ")";
      planners.assertScanned(
          "SELECT x, " + functions.replace("~", window) + " FROM fourth",
          BothPlanners.Rows.ORDERED);
    }
  }

  @Test
  void productsFromOneEndToADistance() {
    createKeys("(id * 7) % 3000");
    Column product = functions.product(functions.expr("if(x % 2 = 0, 2, 0.5)"));
    WindowSpec window = Window.orderBy("k");
    spark
        .table("t")
        .withColumn("p", product.over(window.rangeBetween(Window.unboundedPreceding(), -700)))
        .withColumn("q", product.over(window.rangeBetween(2500, Window.unboundedFollowing())))
        .createOrReplaceTempView("products");
    planners.assertScanned("SELECT * FROM products", BothPlanners.Rows.ORDERED);
  }

  /** Frames with many rows are not computed anew for each row. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "700 PRECEDING AND CURRENT ROW",
        "1 PRECEDING AND 1 FOLLOWING",
        "10 FOLLOWING AND 600 FOLLOWING"
      })
  void framesWithManyRows(String frame) {
    for (String key : List.of("if(id % 13 = 1, null, id % 4)", "(id * 7) % 3000")) {
      createKeys(key);
      String functions =
          "sum(x)~ AS s, count(k)~ AS c, min(x)~ AS m, max(string(x))~ AS n,"
              + " avg(CAST(x AS DECIMAL(9, 2)))~ AS a";
      String window = " OVER (ORDER BY k DESC RANGE BETWEEN " + frame + ")";
      planners.assertScanned(
          "SELECT x, " + functions.replace("~", window) + " FROM t", BothPlanners.Rows.UNORDERED);
    }
  }

  /** Bounds of the last keys wrap, when all rows are in the frame already. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void framesWithManyRowsAndBoundsThatOverflow(boolean ansi) {
    spark.conf().set("spark.sql.ansi.enabled", ansi);
    for (String key : List.of("id % 128", "if(id = 17, 120, 125)", "-(id % 129)")) {
      createKeys("CAST(" + key + " AS TINYINT)");
      for (String frame :
          List.of(
              "CURRENT ROW AND 5Y FOLLOWING",
              "5Y PRECEDING AND CURRENT ROW",
              "UNBOUNDED PRECEDING AND 5Y FOLLOWING",
              "5Y PRECEDING AND UNBOUNDED FOLLOWING")) {
        planners.assertScanned(
            "SELECT x, sum(x) OVER (ORDER BY k RANGE BETWEEN " + frame + ") AS s FROM t",
            BothPlanners.Rows.UNORDERED);
      }
    }
  }

  /** Such a bound is no value of the type of its column. */
  @Test
  void decimalBoundsOutOfRange() {
    createKeys("CAST(sign(id % 2 - 0.5) * (999.99 - (id % 50) / 100) AS DECIMAL(5, 2))");
    for (String frame :
        List.of(
            "UNBOUNDED PRECEDING AND 1BD FOLLOWING",
            "1BD PRECEDING AND UNBOUNDED FOLLOWING",
            "1BD PRECEDING AND 1BD FOLLOWING")) {
      planners.assertScanned(
          "SELECT x, sum(x / 4)~ AS s, count(*)~ AS c FROM t"
              .replace("~", " OVER (ORDER BY k RANGE BETWEEN " + frame + ")"),
          BothPlanners.Rows.UNORDERED);
    }
  }

  /** Frames at the distances 0.0 and -0.0 are the same. */
  @Test
  void distancesOfZero() {
    createKeys("CAST(id % 7 AS DOUBLE)");
    planners.assertScanned(
        "SELECT x, sum(x) OVER (ORDER BY k RANGE BETWEEN UNBOUNDED PRECEDING AND 0D FOLLOWING) AS s,"
            + " count(*) OVER (ORDER BY k RANGE BETWEEN UNBOUNDED PRECEDING AND 0D PRECEDING) AS c"
            + " FROM t",
        BothPlanners.Rows.UNORDERED);
  }

  /** Keys that cannot be null have no range for nulls. */
  @Test
  void framesFromOneEndInOneRange() {
    spark.range(0, 3000, 1, 4).createOrReplaceTempView("t");
    for (String key : List.of("id", "shiftright(id, 20)")) {
      for (String ranges : List.of("1", "5")) {
        spark.conf().set("spark.sql.shuffle.partitions", ranges);
        planners.assertScanned(
            "SELECT id, count(*) OVER (ORDER BY "
                + key
                + " RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS c FROM t",
            BothPlanners.Rows.UNORDERED);
      }
    }
  }

  /** The driver holds totals of 32 MiB. */
  @Test
  void totalsThatAreTooLargeAreOfFewerRanges() {
    spark.range(0, 200, 1, 4).selectExpr("id", "id * 7 % 200 AS k").createOrReplaceTempView("t");
    String query =
        "SELECT id, hash(max(repeat(string(id), 600000)) OVER (ORDER BY k RANGE BETWEEN UNBOUNDED"
            + " PRECEDING AND 1 FOLLOWING)) AS h FROM t";
    Dataset<Row> rows = spark.sql(query);
    rows.collectAsList();
    assertThat(partitions(rows)).isBetween(1L, 6L);
    planners.assertScanned(query, BothPlanners.Rows.UNORDERED);
  }

  /** Small rows are in one partition, as Spark has them, and halos are none. */
  @Test
  void fewRows() {
    createKeys("id % 500");
    spark.conf().set("spark.cumsum.singlePartitionThreshold", "16MB");
    String window = "OVER (ORDER BY k RANGE BETWEEN 2 PRECEDING AND 3 FOLLOWING) AS s FROM t";
    planners.assertScanned("SELECT x, sum(x) " + window, BothPlanners.Rows.UNORDERED);
    spark.table("t").filter("x % 40 = 1").coalesce(1).createOrReplaceTempView("single");
    planners.assertScanned(
        "SELECT x, max(x) " + window.replace("FROM t", "FROM single"), BothPlanners.Rows.UNORDERED);
  }
}
