package io.sparkcumsum.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkcumsum.RecordedLog;
import io.sparkcumsum.Sessions;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no scan is left to Spark, whole, and the log says why. */
class WindowsLeftToSparkTest {
  private final SparkSession spark = Sessions.shared().newSession();
  private final BothPlanners planners = new BothPlanners(spark);
  private final RecordedLog recorder = new RecordedLog(RunningWindowStrategy.class.getName());

  @BeforeEach
  void createTable() {
    spark.conf().set("spark.sql.session.timeZone", "Europe/Berlin");
    spark
        .range(0, 30, 1, 3)
        .selectExpr("id AS x", "id % 4 AS k", "id / 4 AS d")
        .createOrReplaceTempView("t");
  }

  @AfterEach
  void stopRecording() {
    recorder.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sum(x) OVER (ORDER BY 1 RANGE BETWEEN 1 FOLLOWING AND 2 FOLLOWING) | frame",
        "sum(x) OVER (ORDER BY d RANGE CAST(NULL AS DOUBLE) PRECEDING) | NULL",
        "collect_list(x) OVER (ORDER BY x RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) | merge",
        "collect_list(x) OVER (ORDER BY x) | merge",
        "approx_count_distinct(x) OVER (ORDER BY x) | merge",
        "percentile(x, 0.5) OVER (ORDER BY x) | merge",
        "mode(x) OVER (ORDER BY x) | merge",
      })
  void aWindowThatIsNoScanIsSparks(String window, String reason) {
    planners.assertLeftToSpark("SELECT x, " + window + " AS w FROM t", BothPlanners.Rows.UNORDERED);
    assertThat(recorder.messages)
        .singleElement()
        .asString()
        .startsWith("INFO Left to Spark, which moves all rows into one partition: ")
        .contains(reason);
  }

  @Test
  void aWindowIsLeftWhole() {
    planners.assertLeftToSpark(
        "SELECT x, sum(x) OVER (ORDER BY x) s, mode(x) OVER (ORDER BY x) d,"
            + " lag(x) OVER (ORDER BY x) l FROM t",
        BothPlanners.Rows.ORDERED);
    assertThat(recorder.messages).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void eachWindowIsLoggedOnce(boolean adaptive) {
    spark.conf().set("spark.sql.adaptive.enabled", adaptive);
    spark
        .sql(
            "SELECT k, count(*), max(s) FROM (SELECT k, percentile(CAST(x AS DOUBLE), 0.5)"
                + " OVER (ORDER BY x) s FROM t"
                + " DISTRIBUTE BY k) JOIN t USING (k) GROUP BY k ORDER BY k")
        .collectAsList();
    assertThat(recorder.messages)
        .containsExactly(
            "INFO Left to Spark, which moves all rows into one partition: percentile(CAST(id AS"
                + " DOUBLE), 0.5D, 1L) OVER (ORDER BY t.x ASC NULLS FIRST RANGE BETWEEN UNBOUNDED"
                + " PRECEDING AND CURRENT ROW) has partial results that do not merge exactly.");
  }

  @Test
  void windowsOverPartitionsAreNoneOfOurBusiness() {
    planners.assertLeftToSpark(
        "SELECT x, sum(x) OVER (PARTITION BY k ORDER BY x) s FROM t", BothPlanners.Rows.UNORDERED);
    assertThat(recorder.messages).isEmpty();
  }

  @Test
  void scansAreNotLogged() {
    planners.assertScanned(
        "SELECT x, sum(x) OVER (ORDER BY x) s FROM t", BothPlanners.Rows.ORDERED);
    assertThat(recorder.messages).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sum(d)",
        "avg(d)",
        "avg(x)",
        "try_avg(x)",
        "sum(CAST(d AS FLOAT))",
        "avg(CAST(x AS DECIMAL(9, 2)))",
        "var_pop(x - x)",
        "regr_slope(x, x)"
      })
  void floatingPointCanBeSwitchedOff(String function) {
    String query = "SELECT x, " + function + " OVER (ORDER BY x) w FROM t";
    planners.assertScanned(query, BothPlanners.Rows.ORDERED);
    spark.conf().set("spark.cumsum.window.floatingPoint", "OFF");
    planners.assertLeftToSpark(query, BothPlanners.Rows.ORDERED);
    planners.assertScanned(
        "SELECT x, sum(x) OVER (ORDER BY x) s, max(d) OVER (ORDER BY x) m,"
            + " avg(CAST(x AS DECIMAL(20, 2))) OVER (ORDER BY x) a FROM t",
        BothPlanners.Rows.ORDERED);
  }

  @Test
  void theSettingsAreThoseOfSparkSql() {
    assertThat(spark.sql("SET -v").filter("key LIKE 'spark.cumsum.%'").collectAsList())
        .extracting(row -> row.getString(0) + " " + row.getString(1))
        .containsExactlyInAnyOrder(
            "spark.cumsum.maxTotalsOnDriver 64MB",
            "spark.cumsum.singlePartitionThreshold 0",
            "spark.cumsum.window.enabled true",
            "spark.cumsum.window.floatingPoint reproducible",
            "spark.cumsum.window.partitioned auto");
    assertThatThrownBy(() -> spark.conf().set("spark.cumsum.window.enabled", "maybe"))
        .hasMessageContaining("spark.cumsum.window.enabled");
    assertThatThrownBy(() -> spark.conf().set("spark.cumsum.window.floatingPoint", "sometimes"))
        .hasMessageContaining("reproducible");
    assertThatThrownBy(() -> spark.conf().set("spark.cumsum.window.partitioned", "sometimes"))
        .hasMessageContaining("always");
    assertThatThrownBy(() -> spark.conf().set("spark.cumsum.singlePartitionThreshold", "few"))
        .hasMessageContaining("few");
  }

  @Test
  void streamsAreRejectedBySpark() {
    assertThatThrownBy(
            () ->
                spark
                    .readStream()
                    .format("rate")
                    .load()
                    .selectExpr("sum(value) OVER (ORDER BY timestamp)")
                    .writeStream()
                    .format("noop")
                    .start())
        .hasMessageContaining("NON_TIME_WINDOW_NOT_SUPPORTED_IN_STREAMING");
  }
}
