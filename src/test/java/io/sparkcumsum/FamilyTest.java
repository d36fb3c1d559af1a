package io.sparkcumsum;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkcumsum.accumulator.Operation;
import io.sparkcumsum.array.CumulativeFunction;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That each cumulative function is the same one by all ways to call it. */
class FamilyTest {
  private final SparkSession spark = Sessions.shared().newSession();

  /** A cumulative function of Java, with the column function that belongs to it. */
  private record InJava(Cumulative<?> ofColumn, Column ofArray, Column exclusiveReverse) {}

  private static InJava inJava(CumulativeFunction function) {
    Column a = col("a");
    return switch (function) {
      case CUMSUM ->
          new InJava(Cumsum.of("x"), Cumsum.cumsum(a, 0), Cumsum.cumsum(a, 0, null, true, true));
      case CUMPROD ->
          new InJava(
              Cumprod.of("x"), Cumprod.cumprod(a, 0), Cumprod.cumprod(a, 0, null, true, true));
      case CUMMAX ->
          new InJava(Cummax.of("x"), Cummax.cummax(a, 0), Cummax.cummax(a, 0, null, true, true));
      case CUMMIN ->
          new InJava(Cummin.of("x"), Cummin.cummin(a, 0), Cummin.cummin(a, 0, null, true, true));
      case NANCUMSUM ->
          new InJava(
              Nancumsum.of("x"),
              Nancumsum.nancumsum(a, 0),
              Nancumsum.nancumsum(a, 0, null, true, true));
      case NANCUMPROD ->
          new InJava(
              Nancumprod.of("x"),
              Nancumprod.nancumprod(a, 0),
              Nancumprod.nancumprod(a, 0, null, true, true));
      case CUMULATIVE_SUM ->
          new InJava(
              CumulativeSum.of("x"),
              CumulativeSum.cumulativeSum(a, 0),
              CumulativeSum.cumulativeSum(a, 0, null, true, true));
      case CUMULATIVE_PROD ->
          new InJava(
              CumulativeProd.of("x"),
              CumulativeProd.cumulativeProd(a, 0),
              CumulativeProd.cumulativeProd(a, 0, null, true, true));
    };
  }

  @BeforeEach
  void makeTable() {
    spark
        .sql(
            "SELECT * FROM VALUES (3, 2D, array(2D, 5D)), (1, 3D, array(3D, 1D)), (2, NULL, NULL),"
                + " (4, double('NaN'), array(double('NaN'), 4D)), (5, 7D, array(7D, NULL))"
                + " AS t(row, x, a)")
        .createOrReplaceTempView("t");
  }

  static Stream<Arguments> functionsAndOptions() {
    List<Arguments> all = new ArrayList<>();
    for (CumulativeFunction function : CumulativeFunction.values()) {
      for (boolean exclusive : new boolean[] {false, true}) {
        for (boolean reverse : new boolean[] {false, true}) {
          all.add(Arguments.of(function, exclusive, reverse));
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("functionsAndOptions")
  void wholeColumnsAreTheSameInJavaAndSql(
      CumulativeFunction function, boolean exclusive, boolean reverse) {
    Cumulative<?> java = inJava(function).ofColumn().axis(0).orderBy("row");
    java = exclusive ? java.exclusive() : java;
    java = reverse ? java.reverse() : java;
    List<Row> fromJava = java.apply(spark.table("t")).collectAsList();
    String name = function.sqlName();
    List<Row> fromSql =
        spark
            .sql(
                "SELECT * FROM %s_table(TABLE(t), 'x', 0, order_by => 'row', exclusive => %s, reverse => %s)"
                    .formatted(name, exclusive, reverse))
            .collectAsList();
    // As text, since no NaN equals one.
    assertThat(fromSql).hasToString(fromJava.toString()).hasSize(5);
    assertThat(fromJava).extracting(row -> row.getInt(0)).containsExactly(1, 2, 3, 4, 5);

    List<Object> expected =
        spark
            .sql(
                "SELECT %s(array_agg(x_or_nan), 0, NULL, %s, %s) FROM (SELECT x AS x_or_nan FROM t WHERE x IS NOT NULL ORDER BY row)"
                    .formatted(name, exclusive, reverse))
            .first()
            .getList(0);
    assertThat(fromJava.stream().filter(row -> !row.isNullAt(1)).map(row -> row.get(3)).toList())
        .hasToString(expected.toString());
    assertThat(fromJava.get(1).isNullAt(3)).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void arraysAreTheSameInJavaAndSql(CumulativeFunction function) {
    InJava java = inJava(function);
    String name = function.sqlName();
    Dataset<Row> t = spark.table("t").orderBy("row");
    assertThat(t.select(java.ofArray(), java.exclusiveReverse()).collectAsList().toString())
        .isEqualTo(
            t.selectExpr(
                    name + "(a, axis => 0)", name + "(a, 0, exclusive => true, reverse => true)")
                .collectAsList()
                .toString());
  }

  @ParameterizedTest
  @EnumSource
  void theJobRunsIt(CumulativeFunction function) {
    String query = "SELECT id AS i, id + 2 AS x FROM range(3)";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int status =
        CumsumJob.run(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            System.err,
            "--query",
            query,
            "--function",
            function.sqlName(),
            "--column",
            "x",
            "--axis",
            "0",
            "--order-by",
            "i",
            "--reverse",
            "--exclusive");
    assertThat(status).isZero();
    String results =
        switch (function.operation()) {
          case SUM -> "7,4,0";
          case PRODUCT -> "12,4,1";
          case MAXIMUM -> "4,4,NULL";
          case MINIMUM -> "3,4,NULL";
        };
    StringBuilder pattern = new StringBuilder("(?s).*x_" + function.sqlName() + ".*");
    for (String result : results.split(",", -1)) {
      pattern.append("\\|\\s*").append(result).append("\\s*\\|\\s");
      pattern.append(".*");
    }
    assertThat(out.toString(StandardCharsets.UTF_8)).matches(pattern.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cumulative_sum(array(array(1)))"
            + " | CUMSUM_AXIS_REQUIRED | arrays which have more than one dimension ``axis``",
        "cumulative_sum(array(1), include_initial => true, exclusive => true)"
            + " | CUMSUM_INVALID_ARGUMENT | include_initial of cumulative_sum",
        "cumsum(array(1), include_initial => true) | UNRECOGNIZED_PARAMETER_NAME | include_initial",
        "cumprod(array(INTERVAL '1' DAY)) | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE | NUMERIC",
        "cumprod(array(1), dtype => 'decimal(10,2)') | CUMSUM_UNKNOWN_DTYPE | decimal",
        "cummax(map(1, 2)) | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE | order",
        "cumsum(array(1), exclusive => 1) | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE | BOOLEAN",
      })
  void wrongCallsSayWhy(String call, String condition, String text) {
    assertThatThrownBy(() -> spark.sql("SELECT " + call))
        .isInstanceOfSatisfying(
            SparkThrowable.class, e -> assertThat(e.getCondition()).isEqualTo(condition))
        .hasMessageContaining(text);
  }

  @Test
  void wholeColumnsOfTheArrayApi() {
    assertThatThrownBy(
            () -> spark.sql("SELECT * FROM cumulative_sum_table(TABLE(t), 'a', order_by => 'row')"))
        .hasMessageContaining("CUMSUM_AXIS_REQUIRED");
    assertThatThrownBy(
            () ->
                spark.sql(
                    "SELECT * FROM cumulative_sum_table(TABLE(t), 'x', order_by => 'row',"
                        + " include_initial => true)"))
        .hasMessageContaining("CUMSUM_INVALID_ARGUMENT")
        .hasMessageContaining("would add a row");
  }

  @Test
  void extremesTakeEveryTypeWithAnOrder() {
    assertThat(
            spark
                .sql(
                    "SELECT cummax(array(date'2020-01-02', date'2019-01-01')) AS dates,"
                        + " cummin(array('b', 'a', 'c')) AS strings,"
                        + " cummax(array(struct(1, 'b'), struct(1, 'a'), NULL)) AS structs,"
                        + " cummax(array('a' COLLATE UTF8_LCASE, 'A', 'b')) AS collated,"
                        + " cummin(array(X'02', X'01')) AS bytes,"
                        + " cummax(array(1.5, 0.5, 2.5)) AS decimals,"
                        + " cummax(array(INTERVAL '2' YEAR, INTERVAL '1' YEAR)) AS intervals")
                .toJSON()
                .first())
        .isEqualTo(
            "{\"dates\":[\"2020-01-02\",\"2020-01-02\"],\"strings\":[\"b\",\"a\",\"a\"],"
                + "\"structs\":[{\"col1\":1,\"col2\":\"b\"},{\"col1\":1,\"col2\":\"b\"},null],"
                + "\"collated\":[\"a\",\"a\",\"b\"],\"bytes\":[\"Ag==\",\"AQ==\"],"
                + "\"decimals\":[1.5,1.5,2.5],"
                + "\"intervals\":[\"INTERVAL '2-0' YEAR TO MONTH\",\"INTERVAL '2-0' YEAR TO MONTH\"]}");
  }

  @Test
  void aTotalOutOfRangeIsNoErrorWhereNoResultIs() {
    spark.conf().set("spark.sql.ansi.enabled", true);
    // The second partition by itself is 2^63, which is out of range; the whole product is -2^63.
    Dataset<Row> factors =
        spark.sql(
            "SELECT id, element_at(array(1L, -1L, -4611686018427387904L, -2L), CAST(id AS INT) + 1)"
                + " AS x FROM range(0, 4, 1, 2)");
    assertThat(Cumprod.of("x").naturalOrder().apply(factors).collectAsList())
        .extracting(row -> row.getLong(2))
        .containsExactly(1L, -1L, 4611686018427387904L, Long.MIN_VALUE);
    assertThatThrownBy(
            () ->
                Cumprod.of("x")
                    .naturalOrder()
                    .apply(factors.selectExpr("id", "abs(x) AS x"))
                    .collectAsList())
        .hasStackTraceContaining("BIGINT overflow in cumprod");
    // What is excluded does not count.
    assertThat(
            Cumprod.of("x")
                .naturalOrder()
                .exclusive()
                .apply(factors.selectExpr("id", "abs(x) AS x"))
                .collectAsList())
        .extracting(row -> row.getLong(2))
        .containsExactly(1L, 1L, 1L, 4611686018427387904L);
  }

  @Test
  void aReverseScanGoesThroughManyBlocksOnDisk() {
    spark.conf().set("spark.sql.windowExec.buffer.in.memory.threshold", 100);
    spark.conf().set("spark.sql.windowExec.buffer.spill.threshold", 1000);
    int rows = 10_000;
    Dataset<Row> numbers =
        spark.range(0, rows, 1, 3).selectExpr("id AS x", "repeat('x', 100) AS wide");
    List<Row> sums =
        Cumsum.of("x").naturalOrder().reverse().out("s").apply(numbers).collectAsList();
    assertThat(sums).hasSize(rows);
    long suffix = 0;
    for (int i = rows - 1; i >= 0; i--) {
      suffix += i;
      assertThat(sums.get(i).getLong(0)).isEqualTo(i);
      assertThat(sums.get(i).getLong(2)).isEqualTo(suffix);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cumulative_sum(array(9223372036854775807, 1)) | BIGINT overflow in cumulative_sum",
        "nancumsum(array(9.9BD, 0.1BD), dtype => 'decimal(2,1)')"
            + " | DECIMAL(2,1) overflow in nancumsum",
        "nancumprod(array(4611686018427387904, 4)) | BIGINT overflow in nancumprod",
      })
  void overflowNamesTheFunction(String call, String message) {
    spark.conf().set("spark.sql.ansi.enabled", true);
    assertThatThrownBy(() -> spark.sql("SELECT " + call).collectAsList())
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void intervalsOutOfRangeAlwaysFail(boolean ansi) {
    spark.conf().set("spark.sql.ansi.enabled", ansi);
    String years = "INTERVAL '178000000' YEAR";
    assertThatThrownBy(
            () -> spark.sql("SELECT cumsum(array(%s, %1$s))".formatted(years)).collectAsList())
        .hasMessageContaining("INTERVAL_ARITHMETIC_OVERFLOW");
    Dataset<Row> rows = spark.sql("SELECT id, %s AS x FROM range(2)".formatted(years));
    assertThatThrownBy(() -> Cumsum.of("x").orderBy("id").apply(rows).collectAsList())
        .hasStackTraceContaining("INTERVAL_ARITHMETIC_OVERFLOW");
  }

  @Test
  void castsHaveTheTimeZoneOfTheSession() {
    spark.conf().set("spark.sql.session.timeZone", "America/Los_Angeles");
    String dates = "array(DATE'2012-01-01', NULL, DATE'2011-01-01')";
    String expected = "[\"2012-01-01T00:00:00.000-08:00\",null,\"2012-01-01T00:00:00.000-08:00\"]";
    assertThat(
            spark
                .sql("SELECT to_json(cummax(%s, dtype => 'timestamp'))".formatted(dates))
                .first()
                .getString(0))
        .isEqualTo(expected);
    assertThat(
            spark
                .sql(
                    ("SELECT to_json(x_cummax) FROM cummax_table(TABLE(SELECT %s AS x), 'x',"
                            + " axis => 1, dtype => 'timestamp')")
                        .formatted(dates))
                .first()
                .getString(0))
        .isEqualTo(expected);
  }

  @Test
  void aReverseScanSaysSo() {
    Dataset<Row> numbers = spark.range(3).toDF("x");
    Cumsum sum = Cumsum.of("x").naturalOrder();
    assertThat(Plans.executed(sum.reverse().apply(numbers)).toString()).contains(", reverse");
    assertThat(Plans.executed(sum.apply(numbers)).toString())
        .contains("PrefixScan")
        .doesNotContain("reverse", "false");
  }

  @Test
  void everyOperationHasAFunction() {
    assertThat(CumulativeFunction.values())
        .extracting(CumulativeFunction::operation)
        .contains(Operation.values());
  }
}
