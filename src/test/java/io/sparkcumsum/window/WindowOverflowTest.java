package io.sparkcumsum.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sparkcumsum.Partitions;
import io.sparkcumsum.Sessions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors come where a prefix overflows, never where only a partition's own sum does. */
class WindowOverflowTest {
  private static final long MAX = Long.MAX_VALUE;

  private final SparkSession spark = Sessions.shared().newSession();
  private final BothPlanners planners = new BothPlanners(spark);

  /** The sums that wrap, throw, or become null, as the mode has it. */
  private static final String SUMS =
      "SELECT row, sum(x) OVER (ORDER BY row) s, sum(days) OVER (ORDER BY row) i,"
          + " avg(days) OVER (ORDER BY row) a, sum(d) OVER (ORDER BY row) d FROM t";

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPartitionMayOverflowWhereNoPrefixDoes(boolean ansi) {
    spark.conf().set("spark.sql.ansi.enabled", ansi);
    create(List.of(List.of(-MAX), List.of(MAX, MAX), List.of(), List.of(-MAX, -MAX, MAX)));
    planners.assertScanned(SUMS, BothPlanners.Rows.ORDERED);
    create(List.of(List.of(-MAX, -1L), List.of(MAX, MAX), List.of(-MAX, -MAX), List.of(MAX, 5L)));
    planners.assertScanned(SUMS, BothPlanners.Rows.ORDERED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sum(x)", "sum(days)", "avg(days)", "sum(months)", "avg(months)", "sum(d)"})
  void anOverflowIsTheErrorOfSpark(String function) {
    create(List.of(List.of(MAX), List.of(MAX, -MAX)));
    String query = "SELECT " + function + " OVER (ORDER BY row) s FROM t";
    planners.assertScanned(query, BothPlanners.Rows.ORDERED);
    assertThat(message(query, true)).isEqualTo(message(query, false));
  }

  /** Spark adds up a frame from its first row on. Here it is put together in another way. */
  @ParameterizedTest
  @CsvSource({"true, 1, 38, 40", "false, 1, 38, 40", "true, 990, 310, 1000"})
  void aFrameOverflowsWhereTheSumOfItsFirstRowsDoes(
      boolean ansi, int rowsBefore, int rowsBetween, int distance) {
    spark.conf().set("spark.sql.ansi.enabled", ansi);
    List<Long> before = Collections.nCopies(rowsBefore, 0L);
    List<Long> between = Collections.nCopies(rowsBetween, 0L);
    String frame =
        " OVER (ORDER BY row ROWS BETWEEN %1$d PRECEDING AND %1$d FOLLOWING) ".formatted(distance);
    String sums = "SELECT row, sum(x)~a, sum(days)~b, avg(days)~c, try_sum(x)~e, sum(d)~f FROM t";
    String months = "SELECT row, sum(months)~a, avg(months)~b, avg(d)~c FROM t";
    // The last rows alone overflow, and those after the first.
    create(List.of(before, List.of(-MAX), between, List.of(MAX, MAX)));
    planners.assertScanned(sums.replace("~", frame), BothPlanners.Rows.ORDERED);
    planners.assertScanned(months.replace("~", frame), BothPlanners.Rows.ORDERED);
    // All together they do not, but the first do.
    create(List.of(before, List.of(MAX), between, List.of(MAX, -MAX)));
    planners.assertScanned(sums.replace("~", frame), BothPlanners.Rows.ORDERED);
    for (String sum : List.of("sum(x)", "sum(days)", "avg(days)", "sum(months)", "sum(d)")) {
      String query = "SELECT " + sum + frame + "s FROM t";
      planners.assertScanned(query, BothPlanners.Rows.ORDERED);
      if (ansi || sum.contains("s)")) {
        assertThat(message(query, true)).isEqualTo(message(query, false));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sum(x)", "sum(days)", "avg(days)", "sum(months)", "sum(d)"})
  void theLastRowsAloneAreNotShownAfterAnOverflow(String function) {
    create(List.of(List.of(MAX), List.of(MAX), List.of(), List.of(2L)));
    Dataset<Row> sums = spark.sql("SELECT " + function + " OVER (ORDER BY row) s FROM t");
    assertThatThrownBy(() -> sums.tail(1))
        .hasStackTraceContaining(
            function.equals("sum(d)") ? "NUMERIC_VALUE_OUT_OF_RANGE" : "ARITHMETIC_OVERFLOW");
  }

  @Test
  void rowsBeforeAnOverflowAreShown() {
    create(List.of(List.of(5L, 6L), List.of(MAX, 1L)));
    List<Row> first = spark.sql("SELECT sum(x) OVER (ORDER BY row) s FROM t").takeAsList(2);
    assertThat(first).extracting(row -> row.getLong(0)).containsExactly(5L, 11L);
  }

  private String message(String query, boolean enabled) {
    spark.conf().set("spark.cumsum.window.enabled", enabled);
    Throwable cause = catchThrowable(() -> spark.sql(query).collectAsList());
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage();
  }

  /** A view with the values as BIGINT, DECIMAL(38, 0) near its end, dayseconds and months. */
  private void create(List<List<Long>> partitions) {
    List<List<Row>> rows = new ArrayList<>();
    for (List<Long> partition : partitions) {
      rows.add(new ArrayList<>());
      for (long x : partition) {
        rows.get(rows.size() - 1).add(RowFactory.create(x));
      }
    }
    Partitions.dataFrame(spark, rows, new StructType().add("x", DataTypes.LongType, false))
        .selectExpr(
            "x",
            "CAST(x AS DECIMAL(38, 0)) * 10000000000000000000BD AS d",
            "make_dt_interval(CAST(x DIV 86400000000 AS INT)) AS days",
            "make_ym_interval(0, CAST(x DIV 4294967296 AS INT)) AS months",
            "monotonically_increasing_id() AS row")
        .createOrReplaceTempView("t");
  }
}
