package io.sparkcumsum.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.Plans;
import io.sparkcumsum.scan.PrefixScanExec;
import io.sparkcumsum.scan.RangeFramesExec;
import io.sparkcumsum.scan.ShufflePartitionsExec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.execution.window.WindowExec;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Runs a query with windows planned by Spark and by this project, and compares all there is. */
final class BothPlanners {
  /** What a window may fail with; anything else would be a test that compares no results. */
  private static final Set<String> ERRORS_OF_SUMS =
      new HashSet<>(
          Arrays.asList(
              null,
              "ARITHMETIC_OVERFLOW",
              "DIVIDE_BY_ZERO",
              "BINARY_ARITHMETIC_OVERFLOW",
              "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
              "INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION",
              "INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION"));

  private static final String WHOLE_STAGE = "spark.sql.codegen.wholeStage";
  private static final String FACTORY_MODE = "spark.sql.codegen.factoryMode";

  private final SparkSession spark;
  private final boolean interpretsSpark;

  BothPlanners(SparkSession spark) {
    this(spark, false);
  }

  /**
   * @param interpretsSpark whether Spark's own window runs without generated code, which for few
   *     rows takes longer to compile than it saves
   */
  BothPlanners(SparkSession spark, boolean interpretsSpark) {
    this.spark = spark;
    this.interpretsSpark = interpretsSpark;
  }

  /** Whether the rows come in one order only, or are to be compared as a bag. */
  enum Rows {
    ORDERED,
    UNORDERED
  }

  /** The windows of the query are scans, and give what Spark's give. */
  void assertScanned(String query, Rows rows) {
    Outcome expected = runBySpark(query, rows);
    assertThat(expected.error).as("error of Spark in %s", query).isIn(ERRORS_OF_SUMS);
    assertThat(expected.windows).as("windows of Spark in %s", query).isPositive();
    assertThat(expected.scans).as("scans without the rule in %s", query).isZero();

    Outcome actual = run(query, true, rows);
    assertThat(actual.scans).as("scans in %s", query).isGreaterThanOrEqualTo(expected.windows);
    assertThat(actual.windows).as("windows left to Spark in %s", query).isZero();
    assertSame(query, actual, expected);
  }

  /** Some window of the query is left to Spark, and the answer is that of Spark. */
  void assertLeftToSpark(String query, Rows rows) {
    Outcome expected = runBySpark(query, rows);
    Outcome actual = run(query, true, rows);
    assertThat(actual.windows).as("windows left to Spark in %s", query).isPositive();
    assertSame(query, actual, expected);
  }

  /**
   * The query gives what Spark's gives.
   *
   * @return whether adaptive execution divided some window of it
   */
  boolean assertSameIfDivided(String query) {
    Outcome expected = runBySpark(query, Rows.UNORDERED);
    assertThat(expected.error).as("error of Spark in %s", query).isIn(ERRORS_OF_SUMS);
    Outcome actual = run(query, true, Rows.UNORDERED);
    assertSame(query, actual, expected);
    return actual.isDivided;
  }

  private static void assertSame(String query, Outcome actual, Outcome expected) {
    assertThat(actual.error).as("error of %s", query).isEqualTo(expected.error);
    assertThat(actual.schema).as("schema of %s", query).isEqualTo(expected.schema);
    assertThat(actual.rows).as("rows of %s", query).isEqualTo(expected.rows);
  }

  /** What became of a query: its rows, or the condition of its error. */
  private record Outcome(
      List<String> rows,
      String schema,
      String error,
      long scans,
      long windows,
      boolean isDivided) {}

  private Outcome runBySpark(String query, Rows rows) {
    String wholeStage = spark.conf().get(WHOLE_STAGE);
    String factoryMode = spark.conf().get(FACTORY_MODE);
    if (interpretsSpark) {
      spark.conf().set(WHOLE_STAGE, "false");
      spark.conf().set(FACTORY_MODE, "NO_CODEGEN");
    }
    try {
      return run(query, false, rows);
    } finally {
      spark.conf().set(WHOLE_STAGE, wholeStage);
      spark.conf().set(FACTORY_MODE, factoryMode);
    }
  }

  private Outcome run(String query, boolean enabled, Rows order) {
    spark.conf().set("spark.cumsum.window.enabled", enabled);
    Dataset<Row> df = spark.sql(query);
    QueryExecution execution = df.queryExecution();
    assertThat(ids(execution.sparkPlan().output()))
        .as("attributes of %s", query)
        .isEqualTo(ids(execution.optimizedPlan().output()));
    List<String> rows = new ArrayList<>();
    String error = null;
    try {
      for (Row row : df.collectAsList()) {
        rows.add(show(row));
      }
    } catch (RuntimeException e) {
      error = condition(e);
      rows.clear();
    }
    if (order == Rows.UNORDERED) {
      Collections.sort(rows);
    }
    return new Outcome(
        rows,
        df.schema().treeString(),
        error,
        count(execution.executedPlan(), PrefixScanExec.class)
            + count(execution.executedPlan(), RangeFramesExec.class),
        count(execution.executedPlan(), WindowExec.class),
        Plans.executed(df).exists(node -> node instanceof ShufflePartitionsExec));
  }

  private static List<Long> ids(Seq<Attribute> attributes) {
    return CollectionConverters.asJava(attributes).stream()
        .map(attribute -> attribute.exprId().id())
        .toList();
  }

  /** How many operators of a class a plan has, its subqueries included. */
  private static long count(SparkPlan plan, Class<? extends SparkPlan> operator) {
    if (plan instanceof AdaptiveSparkPlanExec adaptive) {
      return count(adaptive.initialPlan(), operator);
    }
    long count = operator.isInstance(plan) ? 1 : 0;
    for (SparkPlan child : CollectionConverters.asJava(plan.children())) {
      count += count(child, operator);
    }
    for (SparkPlan subquery : CollectionConverters.asJava(plan.subqueries())) {
      count += count(subquery, operator);
    }
    return count;
  }

  private static String condition(Throwable error) {
    String condition = null;
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof SparkThrowable thrown && thrown.getCondition() != null) {
        condition = thrown.getCondition();
      }
    }
    if (condition == null) {
      throw new AssertionError("an error without a condition", error);
    }
    return condition;
  }

  /** A value with all its bits: zeros with their signs, and binaries. */
  private static String show(Object value) {
    if (value instanceof Row row) {
      List<String> fields = new ArrayList<>();
      for (int i = 0; i < row.length(); i++) {
        fields.add(show(row.get(i)));
      }
      return fields.toString();
    }
    if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
    return value instanceof Object[] array ? Arrays.deepToString(array) : String.valueOf(value);
  }
}
