package io.sparkcumsum.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.Plans;
import io.sparkcumsum.Sessions;
import java.io.Serial;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.exchange.Exchange;
import org.apache.spark.sql.expressions.Aggregator;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code lag}, {@code lead} and frames of a limited number of rows. */
class MovingFrameTest {
  private static final String NATURAL = "monotonically_increasing_id()";
  private static final String NEIGHBOURS =
      "lag(x) OVER (ORDER), lag(x, 3, -1L) OVER (ORDER), lag(x, 500) OVER (ORDER), lead(x) OVER (ORDER),"
          + " lead(x, 4, k) OVER (ORDER), lead(x, 500, 7L) OVER (ORDER), lag(x, -2) OVER (ORDER), lag(x, 0) OVER (ORDER),"
          + " lag(x, 2) IGNORE NULLS OVER (ORDER), lead(x, 3) IGNORE NULLS OVER (ORDER),"
          + " lag(sparse) IGNORE NULLS OVER (ORDER), lead(sparse, 2) IGNORE NULLS OVER (ORDER),"
          + " lag(none) IGNORE NULLS OVER (ORDER), lead(none, 3, 5L) IGNORE NULLS OVER (ORDER),"
          + " x - lag(x) OVER (ORDER) AS difference";
  private static final String MOVING =
      "sum(x) OVER (ORDER ROWS 3 PRECEDING) a, avg(d) OVER (ORDER ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING)"
          + " b, count(*) OVER (ORDER ROWS BETWEEN 9 PRECEDING AND 7 PRECEDING) c,"
          + " collect_list(k) OVER (ORDER ROWS BETWEEN 9 PRECEDING AND 7 PRECEDING) e,"
          + " max(x) OVER (ORDER ROWS BETWEEN 5 FOLLOWING AND 9 FOLLOWING) m,"
          + " collect_list(x) OVER (ORDER ROWS BETWEEN CURRENT ROW AND 2 FOLLOWING) l,"
          + " first(x) OVER (ORDER ROWS 100 PRECEDING) f, count(1) OVER (ORDER ROWS BETWEEN 40 FOLLOWING"
          + " AND 50 FOLLOWING) n, nth_value(x, 2) OVER (ORDER ROWS 2 PRECEDING) v";

  private final SparkSession spark = Sessions.shared().newSession();
  private final BothPlanners planners = new BothPlanners(spark, true);

  @TempDir private Path directory;

  @BeforeEach
  void createTables() {
    spark.conf().set("spark.cumsum.singlePartitionThreshold", "0");
    spark.conf().set("spark.sql.adaptive.coalescePartitions.enabled", "false");
    spark.conf().set("spark.sql.shuffle.partitions", "9");
    spark
        .sql(
            "SELECT (id * 17) % 40 AS k, id % 5 AS g, id / 4D AS d, if(id % 3 = 1, null, id) AS x,"
                + " if(id IN (4, 30, 31), id, null) AS sparse, CAST(null AS BIGINT) AS none"
                + " FROM range(0, 40, 1, 6)")
        .createOrReplaceTempView("t");
    String file = directory.resolve("t").toString();
    spark.table("t").write().parquet(file);
    spark.read().parquet(file).createOrReplaceTempView("files");
    String sorted = directory.resolve("sorted").toString();
    spark
        .table("t")
        .repartitionByRange(5, spark.table("t").col("k"))
        .sortWithinPartitions("k")
        .write()
        .parquet(sorted);
    spark.read().parquet(sorted).createOrReplaceTempView("sorted");
    spark.table("t").coalesce(1).createOrReplaceTempView("single");
    spark.table("t").filter("k < 0").createOrReplaceTempView("nothing");
    spark.table("t").filter("k IN (3, 25)").createOrReplaceTempView("few");
  }

  /** Generated code, whose compilation takes most of the time, is left to the order by a key. */
  private void assertScanned(String functions, String table, String order) {
    boolean isGenerated = !order.equals(NATURAL);
    spark.conf().set("spark.sql.codegen.wholeStage", isGenerated);
    spark.conf().set("spark.sql.codegen.factoryMode", isGenerated ? "FALLBACK" : "NO_CODEGEN");
    String query = "SELECT *, " + functions + " FROM " + table;
    planners.assertScanned(
        query.replace("(ORDER", "(ORDER BY " + order), BothPlanners.Rows.ORDERED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"t", "sorted", "few"})
  void areThoseOfSpark(String table) {
    for (String order : List.of("k DESC", NATURAL)) {
      assertScanned(NEIGHBOURS, table, order);
      assertScanned(MOVING, table, order);
    }
    spark.conf().set("spark.cumsum.singlePartitionThreshold", "16MB");
    assertScanned(NEIGHBOURS, table, "k");
  }

  /** All functions of one window share its order, and are computed over it together. */
  @ParameterizedTest
  @ValueSource(strings = {"files", "sorted", "single"})
  void besideOtherFunctions(String table) {
    String functions =
        "sum(x) OVER (ORDER) s, lag(x) OVER (ORDER) l, avg(x) OVER (ORDER ROWS 2 PRECEDING) a,"
            + " row_number() OVER (ORDER) n, percent_rank() OVER (ORDER) p, sum(x) OVER () t,"
            + " first(d) OVER (ORDER) f,"
            + " x - lag(x) OVER (ORDER) + sum(x) OVER (ORDER ROWS 1 PRECEDING) AS e";
    assertScanned(functions, table, "k");
  }

  @ParameterizedTest
  @ValueSource(strings = {"files", "few"})
  void rowsFromTheCurrentOneOn(String table) {
    assertScannedInFrame(" OVER (ORDER ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)", table);
    assertScannedInFrame(" OVER (ORDER ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)", table);
    assertScannedInFrame(" OVER (ORDER ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)", table);
  }

  /** All peers show the result of the first of them, whose frame has all others. */
  @ParameterizedTest
  @ValueSource(strings = {"files", "few"})
  void peersAndRowsBehindThem(String table) {
    spark.conf().set("spark.sql.windowExec.buffer.in.memory.threshold", 7);
    String range = " OVER (ORDER RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)";
    for (String order : List.of("g", "g DESC", "x", "x DESC NULLS FIRST", "k", "g IS NULL")) {
      assertScannedUnordered("sum(x)_ a, avg(d)_ b, count(*)_ c, max(k)_ m", range, table, order);
      assertScannedUnordered(
          "sum(x)_ a, sum(x) OVER (ORDER) r, min(k) OVER () m, rank() OVER (ORDER) n",
          range,
          table,
          order);
    }
    String functions =
        "first(x)~ a, row_number() OVER (ORDER) n, sum(d) OVER (ORDER ROWS BETWEEN CURRENT ROW AND"
            + " UNBOUNDED FOLLOWING) d, last(sparse, true)~ s, sum(k)~ k";
    assertScanned(functions.replace("~", range), table, "g, k");
  }

  /** The sum of some peers and the rows behind them may not fit, where that of all does. */
  @Test
  void peersThatOverflowOnlyInPart() {
    spark.conf().set("spark.sql.ansi.enabled", true);
    spark
        .sql(
            "SELECT id AS x, id DIV 1500 AS k, CASE WHEN id % 2 = 0 THEN 9223372036854770000 ELSE"
                + " -9223372036854769999 END AS v FROM range(0, 3000, 1, 1)")
        .createOrReplaceTempView("large");
    assertScannedUnordered(
        "sum(v)_ s, avg(v)_ a, sum(CAST(v AS DECIMAL(38, 18)))_ d",
        " OVER (ORDER RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)",
        "large",
        "k");
  }

  /** Many more peers than a block has. */
  @Test
  void peersInSeveralBlocks() {
    spark
        .sql("SELECT id % 3 AS g, id AS x FROM range(0, 9000, 1, 3)")
        .createOrReplaceTempView("many");
    assertScannedUnordered(
        "sum(x)_ s, count(*)_ c",
        " OVER (ORDER RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)",
        "many",
        "g");
  }

  /** Frames from one end of the table to some rows before or behind the current one. */
  @ParameterizedTest
  @ValueSource(strings = {"files", "few"})
  void framesFromOneEndToSomeRows(String table) {
    String functions =
        "sum(x)_ a, avg(d)_ b, count(x)_ c, count(*)_ e, max(x)_ m, first(x)_ f, last(x)_ l,"
            + " last(sparse, true)_ h, nth_value(x, 3)_ n, sum(x) OVER (ORDER) s";
    for (String end :
        List.of("2 PRECEDING", "0 PRECEDING", "7 FOLLOWING", "30 PRECEDING", "500 FOLLOWING")) {
      String frame = " OVER (ORDER ROWS BETWEEN UNBOUNDED PRECEDING AND " + end + ")";
      assertScanned(functions.replace(")_ ", ")" + frame + " "), table, "k");
    }
    String reversed =
        "count(x)_ c, max(x)_ m, first(x)_ f, last(x)_ l, first(sparse, true)_ h, sum(x)_ s, avg(d)_ a";
    for (String start : List.of("2 FOLLOWING", "0 FOLLOWING", "7 PRECEDING", "500 FOLLOWING")) {
      String frame = " OVER (ORDER ROWS BETWEEN " + start + " AND UNBOUNDED FOLLOWING)";
      String order = start.startsWith("7") ? NATURAL : "k DESC";
      assertScanned(reversed.replace("_", frame), table, order);
    }
    assertScanned(
        "sum(x) OVER (ORDER ROWS BETWEEN 3 FOLLOWING AND UNBOUNDED FOLLOWING) - x AS s",
        table,
        "k");
  }

  @ParameterizedTest
  @ValueSource(strings = {"files", "few"})
  void valuesOfRowsByTheirNumber(String table) {
    for (String order : List.of("k", "k DESC", NATURAL)) {
      assertScanned(
          "nth_value(x, 2) OVER (ORDER) a, nth_value(x, 23) OVER (ORDER ROWS UNBOUNDED PRECEDING) b,"
              + " nth_value(x, 7) IGNORE NULLS OVER (ORDER) c, nth_value(sparse, 3) IGNORE NULLS"
              + " OVER (ORDER) e, nth_value(x, 41) OVER (ORDER) n, nth_value(d, 5) OVER (ORDER ROWS"
              + " BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) w, sum(x) OVER (ORDER) s,"
              + " lag(x) OVER (ORDER) l",
          table,
          order);
    }
    assertScannedUnordered(
        "nth_value(g, 9) OVER (ORDER) a, nth_value(g, 30) OVER (ORDER) b", "", table, "g");
    assertScannedUnordered(
        "nth_value(g, 9)_ a, nth_value(g, 2)_ b",
        " OVER (ORDER RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)",
        table,
        "g");
    for (String start : List.of("CURRENT ROW", "3 PRECEDING", "2 FOLLOWING")) {
      String frame = " OVER (ORDER ROWS BETWEEN " + start + " AND UNBOUNDED FOLLOWING)";
      assertScanned(
          ("nth_value(x, 2)~ a, nth_value(x, 5) IGNORE NULLS~ b, nth_value(sparse, 2) IGNORE NULLS~"
                  + " c, nth_value(d, 39)~ e")
              .replace("~", frame),
          table,
          "k");
    }
  }

  /** They are frames of the numbers of rows. */
  @ParameterizedTest
  @ValueSource(strings = {"k DESC", NATURAL})
  void framesOfManyRows(String order) {
    String file = directory.resolve("many").toString();
    spark
        .sql("SELECT (id * 7) % 2500 AS k, if(id % 3 = 1, null, id) AS x FROM range(0, 2500, 1, 4)")
        .write()
        .parquet(file);
    spark.read().parquet(file).createOrReplaceTempView("many");
    assertScanned(
        "sum(x) OVER (ORDER ROWS 1500 PRECEDING) a, max(x) OVER (ORDER ROWS BETWEEN 1000 FOLLOWING AND"
            + " 1500 FOLLOWING) b, lag(x, 1200) OVER (ORDER) c, lead(x, 2000, k) OVER (ORDER) d,"
            + " lag(x, 7000, -1L) OVER (ORDER) e, count(*) OVER (ORDER ROWS BETWEEN 1600 PRECEDING AND"
            + " CURRENT ROW) f, lag(x, -1001) OVER (ORDER) - x AS g, sum(x) OVER (ORDER) r,"
            + " lead(x) OVER (ORDER) l, sum(x) OVER (ORDER ROWS BETWEEN UNBOUNDED PRECEDING AND 1500"
            + " PRECEDING) h",
        "many",
        order);
    assertScanned(
        "lag(x, 1100) IGNORE NULLS OVER (ORDER) a, lead(x, 1300, -7L) IGNORE NULLS OVER (ORDER) b,"
            + " lag(x, 2000, k) IGNORE NULLS OVER (ORDER) c, lead(x, 1200) OVER (ORDER) d",
        "many",
        order);
    String frame = " OVER (ORDER ROWS BETWEEN 1300 PRECEDING AND 1100 PRECEDING)";
    assertScanned(
        ("first(x)~ a, first(x, true)~ b, last(x)~ c, last(x, true)~ d, max_by(k, x % 7)~ e, min_by(k,"
                + " x % 7)~ f, nth_value(x, 1)~ h, nth_value(x, 2)~")
            .replace("~", frame),
        "many",
        order);
  }

  /** Frames of so many rows that they are merged from totals, where that gives Spark's bits. */
  @ParameterizedTest
  @ValueSource(strings = {"k DESC", NATURAL})
  void framesThatSlide(String order) {
    String file = directory.resolve("sliding").toString();
    spark
        .sql(
            "SELECT (id * 7) % 1300 AS k, if(id % 3 = 1, null, id) AS x, CAST(id % 11 AS INT) AS i,"
                + " element_at(array(-0.0D, 0.0D, DOUBLE('NaN'), null, -3.5D), INT(id % 5) + 1) AS f,"
                + " element_at(array('a', 'A', 'b', null, 'B'), INT(id % 5) + 1) AS s,"
                + " CAST(id % 13 AS DECIMAL(34, 2)) AS w, CAST(id % 17 AS DECIMAL(9, 3)) AS n,"
                + " make_dt_interval(INT(id % 19)) AS t, if(id % 23 = 2, null, (id % 97) / 7D) AS d,"
                + " if(id % 400 = 7, DOUBLE('Infinity'), -0.0D) AS e FROM range(0, 1300, 1, 4)")
        .write()
        .parquet(file);
    spark.read().parquet(file).createOrReplaceTempView("many");
    List<String> functions =
        List.of(
            "sum(x)~, avg(i)~, count(x)~, count(*)~, min(f)~, max(f)~, sum(i)~, first(x, true)~,"
                + " CAST(max(s COLLATE UTF8_LCASE)~ AS STRING), min(s)~, first(x)~, last(f)~,"
                + " last(x, true)~, nth_value(x, 1)~, max_by(k, x % 7)~, min_by(k, f)~, sum(w)~",
            "max(struct(f, s))~, bit_xor(x)~, bool_and(x > 99)~, try_sum(x)~, avg(w)~, sum(n)~,"
                + " avg(n)~, sum(t)~, avg(t)~, try_avg(t)~, sum(x) OVER (ORDER), lag(x, 70) OVER (ORDER),"
                + " avg(f)~, stddev(i)~",
            "sum(d)~, avg(d)~, avg(x)~, sum(FLOAT(d))~, avg(FLOAT(d))~, sum(e)~, avg(e)~, sum(f)~,"
                + " try_sum(d)~, max(d)~, count(d)~, sum(k)~, collect_list(d)~");
    for (String frame :
        List.of(
            "40 PRECEDING AND CURRENT ROW",
            "1 FOLLOWING AND 60 FOLLOWING",
            "50 PRECEDING AND 9 PRECEDING")) {
      for (String ofFrame : functions) {
        assertScanned(between(frame, ofFrame), "many", order);
      }
      // The next are computed in blocks of few rows.
      spark.conf().set("spark.sql.windowExec.buffer.in.memory.threshold", 270);
    }
    String someFunctions = "sum(x)~, first(x, true)~, max_by(k, x % 7)~, max(f)~";
    assertScanned(between("600 PRECEDING AND 500 FOLLOWING", someFunctions), "many", order);
  }

  /** The two functions are equal as expressions, and Spark's own window takes one for the other. */
  @Test
  void functionsOfDifferentZeros() {
    Row first =
        spark
            .sql(
                "SELECT lag(d, 2, 0.0D) OVER w a, lag(d, 2, -0.0D) OVER w b, max(if(k = 0, 0.0D, -5D))"
                    + " OVER (ORDER BY k ROWS 40 PRECEDING) c, max(if(k = 0, -0.0D, -5D)) OVER"
                    + " (ORDER BY k ROWS 40 PRECEDING) e FROM files WINDOW w AS (ORDER BY k)")
            .first();
    assertThat(first.toString()).isEqualTo("[0.0,-0.0,0.0,-0.0]");
  }

  private static String between(String frame, String functions) {
    return functions.replace("~", " OVER (ORDER ROWS BETWEEN " + frame + ")");
  }

  private void assertScannedUnordered(String functions, String frame, String table, String order) {
    String query = "SELECT *, " + functions.replace(")_ ", ")" + frame + " ") + " FROM " + table;
    planners.assertScanned(
        query.replace("(ORDER", "(ORDER BY " + order), BothPlanners.Rows.UNORDERED);
  }

  private void assertScannedInFrame(String frame, String table) {
    String functions =
        "sum(x)_ a, avg(d)_ b, count(x)_ c, max(x)_ m, first(x)_ f, first(x, true)_ g, last(x)_ l,"
            + " last(sparse, true)_ h, first(sparse, true)_ i";
    assertScanned(functions.replace("_", frame), table, "k");
    assertScanned(functions.replace("_", frame), table, NATURAL);
    assertScanned(
        (functions + ", sum(x) OVER (ORDER) s, lead(x) OVER (ORDER) n").replace("_", frame),
        table,
        "k");
  }

  /** Over files that are sorted already, and in the order of rows, none is moved. */
  @Test
  void moveNoRowsThatAreInOrder() {
    for (String order : List.of("k", NATURAL)) {
      Dataset<Row> rows =
          spark.sql(
              "SELECT *, lag(x) OVER w, lead(x) OVER w, sum(x) OVER w FROM sorted WINDOW w AS"
                  + " (ORDER BY "
                  + order
                  + ")");
      rows.collectAsList();
      assertThat(Plans.executed(rows).exists(node -> node instanceof Exchange)).isFalse();
    }
  }

  /** Neighbours of rows with equal keys are those that other functions see. */
  @ParameterizedTest
  @ValueSource(strings = {"g", "g DESC", "d > 5"})
  void seeOneOrderOfPeers(String order) {
    for (String y : List.of("x", "array(x)", "struct(x, d)")) {
      String query =
          "SELECT row_number() OVER w n, lag(y) OVER w, y, lead(y) OVER w, lag(y, 3) OVER w FROM"
              + " (SELECT *, "
              + y
              + " AS y FROM files) WINDOW w AS (ORDER BY "
              + order
              + ")";
      List<Row> rows = spark.sql(query).sort("n").collectAsList();
      assertThat(rows).hasSize(40);
      for (int i = 0; i < rows.size(); i++) {
        Row row = rows.get(i);
        assertThat(row.get(1)).isEqualTo(i == 0 ? null : rows.get(i - 1).get(2));
        assertThat(row.get(3)).isEqualTo(i == 39 ? null : rows.get(i + 1).get(2));
        assertThat(row.get(4)).isEqualTo(i < 3 ? null : rows.get(i - 3).get(2));
      }
    }
  }

  /** The last value that is not null is no neighbour of the row that comes next in the halo. */
  @Test
  void doNotFailForRowsOfOtherPartitions() {
    spark.conf().set("spark.sql.ansi.enabled", true);
    spark
        .sql(
            "SELECT id AS k, if(id = 4, id, null) AS sparse, CASE WHEN id = 4 THEN "
                + Long.MAX_VALUE
                + " WHEN id IN (3, 5) THEN -5 ELSE 5 END AS x FROM range(0, 60, 1, 7)")
        .createOrReplaceTempView("large");
    assertScanned(
        "lag(sparse) IGNORE NULLS OVER (ORDER) l, sum(x) OVER (ORDER ROWS 1 PRECEDING) s",
        "large",
        "k");
  }

  /** A total may be out of range where no prefix is, beside functions that need what follows. */
  @Test
  void doNotFailForTotalsOfOtherFunctions() {
    spark.conf().set("spark.sql.ansi.enabled", true);
    spark
        .sql(
            "SELECT id AS k, CASE WHEN id = 0 THEN -9000000000000000000 WHEN id < 4 THEN 5 * id"
                + " WHEN id < 6 THEN 5000000000000000000 ELSE -5000000000000000000 END AS x"
                + " FROM range(0, 8, 1, 4)")
        .createOrReplaceTempView("large");
    for (String order : List.of("k", NATURAL)) {
      assertScanned("sum(x) OVER (ORDER) s, lead(x) OVER (ORDER) l", "large", order);
    }
  }

  @Test
  void keepManyLastValues() {
    List<String> columns = new ArrayList<>();
    List<String> windows = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      columns.add("if(id % 70 = " + i + ", id, null) AS c" + i);
      windows.add("lag(c" + i + ") IGNORE NULLS OVER (ORDER)");
    }
    spark
        .sql("SELECT id AS k, " + String.join(", ", columns) + " FROM range(0, 140, 1, 9)")
        .createOrReplaceTempView("wide");
    assertScanned(String.join(", ", windows) + ", lead(k) OVER (ORDER)", "wide", "k");
  }

  /** An aggregate of a user may have no result without a row. */
  @Test
  void areNotComputedOfNoRows() {
    spark.udf().register("ratio", functions.udaf(new Ratio(), Encoders.LONG()));
    assertScanned("ratio(k + 1) OVER (ORDER ROWS 2 PRECEDING)", "files", "k");
  }

  /** A hundred by the sum. */
  static final class Ratio extends Aggregator<Long, Long, Long> {
    @Serial private static final long serialVersionUID = 1L;

    @Override
    public Long zero() {
      return 0L;
    }

    @Override
    public Long reduce(Long buffer, Long value) {
      return buffer + value;
    }

    @Override
    public Long merge(Long left, Long right) {
      return left + right;
    }

    @Override
    public Long finish(Long buffer) {
      return 100 / buffer;
    }

    @Override
    public Encoder<Long> bufferEncoder() {
      return Encoders.LONG();
    }

    @Override
    public Encoder<Long> outputEncoder() {
      return Encoders.LONG();
    }
  }

  /** No frame has the last row, whose value would be too much. */
  @Test
  void overflowOnlyWhereSparkDoes() {
    spark.conf().set("spark.sql.ansi.enabled", true);
    spark
        .sql("SELECT id AS k, IF(id < 25, 7, " + Long.MAX_VALUE + ") AS x FROM range(0, 26, 1, 5)")
        .createOrReplaceTempView("large");
    String before = "OVER (ORDER ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)";
    assertScanned("sum(x) " + before, "large", "k");
    assertScanned("sum(x) " + before, "large", "k DESC");
    assertScanned("avg(x) " + before + ", sum(CAST(x AS DECIMAL(20, 0))) " + before, "large", "k");
  }

  /** A partition is computed in blocks, unless frames reach as far as a buffer in memory. */
  @ParameterizedTest
  @ValueSource(ints = {3, 9, 13})
  void inBlocks(int rowsInMemory) {
    spark.conf().set("spark.sql.windowExec.buffer.in.memory.threshold", rowsInMemory);
    spark.conf().set("spark.sql.windowExec.buffer.spill.threshold", rowsInMemory);
    spark.conf().set("spark.sql.shuffle.partitions", "2");
    for (String table : List.of("files", "single")) {
      assertScanned(
          "lag(x) OVER (ORDER) l, sum(x) OVER (ORDER ROWS 3 PRECEDING) s, sum(x) OVER (ORDER) r,"
              + " lead(x, 1, k) OVER (ORDER) n, count(x) OVER (ORDER ROWS BETWEEN 3 PRECEDING AND 2"
              + " PRECEDING) c",
          table,
          "k");
      assertScanned("lead(x, 4) OVER (ORDER)", table, "k");
      assertScanned("max(x) OVER (ORDER ROWS BETWEEN 2 FOLLOWING AND 4 FOLLOWING)", table, "k");
      assertScanned("lag(x) OVER (ORDER), lead(sparse) IGNORE NULLS OVER (ORDER)", table, "k");
    }
  }
}
