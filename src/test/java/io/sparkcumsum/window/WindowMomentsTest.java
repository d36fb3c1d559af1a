package io.sparkcumsum.window;

import static io.sparkcumsum.accumulator.MomentsReference.nearest;
import static io.sparkcumsum.accumulator.MomentsReference.nearestRoot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkcumsum.Partitions;
import io.sparkcumsum.Plans;
import io.sparkcumsum.Seeds;
import io.sparkcumsum.Sessions;
import io.sparkcumsum.accumulator.MomentsReference;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.aggregate.PandasCovar;
import org.apache.spark.sql.catalyst.expressions.aggregate.PandasKurtosis;
import org.apache.spark.sql.catalyst.expressions.aggregate.PandasSkewness;
import org.apache.spark.sql.catalyst.expressions.aggregate.PandasStddev;
import org.apache.spark.sql.catalyst.expressions.aggregate.PandasVariance;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction1;

/**
 * Windows of standard deviations, correlations and the like: null and NaN where Spark's are, and
 * else the exact result, rounded once, in any number of partitions.
 */
class WindowMomentsTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.LongType, false)
          .add("x", DataTypes.DoubleType)
          .add("y", DataTypes.DoubleType);

  /** Results of one argument, of the moments of its values. */
  private static final Map<String, ToDoubleFunction<MomentsReference>> OF_VALUES =
      new LinkedHashMap<>();

  /** Results of two, of the moments of the pairs. */
  private static final Map<String, ToDoubleFunction<MomentsReference>> OF_PAIRS =
      new LinkedHashMap<>();

  static {
    OF_VALUES.put("var_samp(x)", m -> nearest(m.secondX(), m.n().multiply(less(m, 1))));
    OF_VALUES.put("var_pop(x)", m -> nearest(m.secondX(), m.n().pow(2)));
    OF_VALUES.put("stddev_samp(x)", m -> nearestRoot(m.secondX(), m.n().multiply(less(m, 1))));
    OF_VALUES.put("stddev_pop(x)", m -> nearestRoot(m.secondX(), m.n().pow(2)));
    OF_VALUES.put(
        "skewness(x)", m -> m.third().signum() * nearestRoot(m.third().pow(2), m.secondX().pow(3)));
    OF_VALUES.put(
        "kurtosis(x)",
        m ->
            nearest(
                m.fourth().subtract(m.secondX().pow(2).multiply(BigDecimal.valueOf(3))),
                m.secondX().pow(2)));
    OF_VALUES.put("pandas_variance(x)", m -> nearest(m.secondX(), m.n().pow(2)));
    OF_VALUES.put("pandas_stddev(x)", m -> nearestRoot(m.secondX(), m.n().multiply(less(m, 2))));
    OF_VALUES.put("pandas_skewness(x)", WindowMomentsTest::adjustedSkewness);
    OF_VALUES.put("pandas_kurtosis(x)", WindowMomentsTest::adjustedKurtosis);
    OF_PAIRS.put("covar_samp(x, y)", m -> nearest(m.product(), m.n().multiply(less(m, 1))));
    OF_PAIRS.put("covar_pop(x, y)", m -> nearest(m.product(), m.n().pow(2)));
    OF_PAIRS.put("pandas_covar(x, y)", m -> nearest(m.product(), m.n().multiply(less(m, 1))));
    OF_PAIRS.put(
        "corr(x, y)",
        m ->
            m.product().signum()
                * nearestRoot(m.product().pow(2), m.secondX().multiply(m.secondY())));
    OF_PAIRS.put(
        "regr_r2(y, x)",
        m ->
            m.secondY().signum() == 0
                ? 1.0
                : nearest(m.product().pow(2), m.secondX().multiply(m.secondY())));
    OF_PAIRS.put("regr_sxx(y, x)", m -> nearest(m.secondX(), m.n()));
    OF_PAIRS.put("regr_syy(y, x)", m -> nearest(m.secondY(), m.n()));
    OF_PAIRS.put("regr_sxy(y, x)", m -> nearest(m.product(), m.n()));
    OF_PAIRS.put("regr_slope(y, x)", m -> nearest(m.product(), m.secondX()));
    OF_PAIRS.put(
        "regr_intercept(y, x)",
        m ->
            nearest(
                m.sumY().multiply(m.secondX()).subtract(m.product().multiply(m.sumX())),
                m.n().multiply(m.secondX())));
  }

  private static BigDecimal less(MomentsReference moments, int rows) {
    return moments.n().subtract(BigDecimal.valueOf(rows));
  }

  /** sqrt(n - 1) * n / (n - 2) * m3 / sqrt(m2^3), as a root. */
  private static double adjustedSkewness(MomentsReference m) {
    BigDecimal numerator = m.n().multiply(less(m, 1)).multiply(m.third().pow(2));
    return m.third().signum()
        * nearestRoot(numerator, less(m, 2).pow(2).multiply(m.secondX().pow(3)));
  }

  private static double adjustedKurtosis(MomentsReference m) {
    BigDecimal product = less(m, 2).multiply(less(m, 3)).multiply(m.secondX().pow(2));
    BigDecimal first = m.n().add(BigDecimal.ONE).multiply(less(m, 1)).multiply(m.fourth());
    BigDecimal adjustment =
        less(m, 1).pow(2).multiply(BigDecimal.valueOf(3)).multiply(m.secondX().pow(2));
    return nearest(first.subtract(adjustment), product);
  }

  private final SparkSession spark = (SparkSession) Sessions.shared().newSession();

  /** Spark has no names for them in SQL. */
  @BeforeEach
  void nameTheFunctionsOfPandas() {
    name("pandas_variance", arguments -> new PandasVariance(arguments.apply(0), 0));
    name("pandas_stddev", arguments -> new PandasStddev(arguments.apply(0), 2));
    name("pandas_skewness", arguments -> new PandasSkewness(arguments.apply(0)));
    name("pandas_kurtosis", arguments -> new PandasKurtosis(arguments.apply(0)));
    name("pandas_covar", arguments -> new PandasCovar(arguments.apply(0), arguments.apply(1), 1));
  }

  private void name(
      String name, java.util.function.Function<Seq<Expression>, Expression> function) {
    spark
        .sessionState()
        .functionRegistry()
        .createOrReplaceTempFunction(
            name,
            new AbstractFunction1<Seq<Expression>, Expression>() {
              @Override
              public Expression apply(Seq<Expression> arguments) {
                return function.apply(arguments);
              }
            },
            "scala_udf");
  }

  private static List<String> functions() {
    List<String> functions = new ArrayList<>(OF_VALUES.keySet());
    functions.addAll(OF_PAIRS.keySet());
    return functions;
  }

  /** Which rows a frame has, of those that scans compute. */
  private enum Frame {
    RANGE("ORDER BY id"),
    ROWS("ORDER BY id ROWS UNBOUNDED PRECEDING"),
    WHOLE("ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"),
    FOLLOWING("ORDER BY id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING"),
    BEFORE("ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"),
    BEHIND("ORDER BY id ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING");

    final String sql;

    Frame(String sql) {
      this.sql = sql;
    }

    /** The rows of the frame of a row. */
    List<Row> of(List<Row> rows, int row) {
      return switch (this) {
        case RANGE, ROWS -> rows.subList(0, row + 1);
        case WHOLE -> rows;
        case FOLLOWING -> rows.subList(row, rows.size());
        case BEFORE -> rows.subList(0, row);
        case BEHIND -> rows.subList(row + 1, rows.size());
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Frame.class)
  void resultsAreExactAndRoundedOnceInAnyNumberOfPartitions(Frame frame) {
    Random random = Seeds.random("moments over " + frame, 31);
    List<Row> rows = new ArrayList<>();
    for (long id = 0; id < 60; id++) {
      Double x = random.nextInt(6) == 0 ? null : 1000 + random.nextGaussian();
      Double y = random.nextInt(6) == 0 ? null : random.nextDouble() - (x == null ? 0 : x / 3);
      rows.add(RowFactory.create(id, x, y));
    }
    List<Row> sparks = null;
    for (int partitions : new int[] {1, 3, 8}) {
      create(Partitions.split(rows, partitions, random));
      if (sparks == null) {
        sparks = run(frame, false);
      }
      assertExact(rows, frame, run(frame, true), sparks);
    }
  }

  /** Where Spark's squares overflow or underflow, only what is null or NaN in the end differs. */
  @ParameterizedTest
  @ValueSource(ints = {-320, -200, -100, 0, 100, 200, 307})
  void noMagnitudeDoesHarm(int exponent) {
    Random random = Seeds.random("moments about 1e" + exponent, 32);
    List<Row> rows = new ArrayList<>();
    for (long id = 0; id < 20; id++) {
      double x = random.nextGaussian() * Math.pow(10, exponent);
      rows.add(
          RowFactory.create(id, x, random.nextGaussian() * Math.pow(10, Math.min(-exponent, 300))));
    }
    create(Partitions.split(rows, 3, random));
    assertExact(rows, Frame.RANGE, run(Frame.RANGE, true), null);
  }

  /** Each result is the nearest to the exact one, and about Spark's if that is given. */
  private static void assertExact(
      List<Row> rows, Frame frame, List<Row> results, List<Row> sparks) {
    List<String> functions = functions();
    for (int row = 0; row < rows.size(); row++) {
      MomentsReference values = new MomentsReference();
      MomentsReference pairs = new MomentsReference();
      for (Row each : frame.of(rows, row)) {
        if (!each.isNullAt(1)) {
          values.add(each.getDouble(1), 0);
          if (!each.isNullAt(2)) {
            pairs.add(each.getDouble(1), each.getDouble(2));
          }
        }
      }
      for (int i = 0; i < functions.size(); i++) {
        String function = functions.get(i);
        boolean isOfValues = OF_VALUES.containsKey(function);
        String where = function + " in row " + row;
        if (sparks != null) {
          assertThat(results.get(row).isNullAt(i)).as(where).isEqualTo(sparks.get(row).isNullAt(i));
        }
        if (results.get(row).isNullAt(i)) {
          assertThat((isOfValues ? values : pairs).count()).as(where).isLessThan(4);
          continue;
        }
        double exact =
            isOfValues
                ? OF_VALUES.get(function).applyAsDouble(values)
                : OF_PAIRS.get(function).applyAsDouble(pairs);
        if (!isRoundedByPandas(function, values)) {
          assertThat(results.get(row).getDouble(i)).as(where).isEqualTo(exact);
        }
        if (sparks != null) {
          assertThat(sparks.get(row).getDouble(i))
              .as("Spark's %s", where)
              .isCloseTo(exact, within(1e-6 * (1 + Math.abs(exact))));
        }
      }
    }
  }

  /** Its formulas take what is below 1e-14 for zero. */
  private static boolean isRoundedByPandas(String function, MomentsReference values) {
    return (function.startsWith("pandas_skew") || function.startsWith("pandas_kurt"))
        && values.secondX().doubleValue() < 1e-10;
  }

  @ParameterizedTest
  @CsvSource({"true, true", "false, false"})
  void nullsAndWhatIsNotFiniteAreAsInSpark(boolean legacy, boolean generated) {
    spark.conf().set("spark.sql.legacy.statisticalAggregate", legacy);
    spark.conf().set("spark.sql.ansi.enabled", false);
    spark.conf().set("spark.sql.codegen.wholeStage", generated);
    spark.conf().set("spark.sql.codegen.factoryMode", generated ? "CODEGEN_ONLY" : "NO_CODEGEN");
    Double[][][] tables = {
      {{1.0, 2.0}},
      {{null, 1.0}, {1.0, null}, {null, null}, {3.0, 4.0}, {5.0, 3.0}},
      {{0.1, 0.2}, {0.1, 0.2}, {0.1, 0.2}, {0.1, 0.2}, {0.1, 0.2}},
      {{0.1, 1.0}, {0.1, 2.0}, {0.1, 4.0}, {0.1, 8.0}, {0.1, 16.0}},
      {{1.0, 0.1}, {2.0, 0.1}, {4.0, 0.1}, {8.0, 0.1}, {16.0, 0.1}},
      {{0.0, -0.0}, {-0.0, 0.0}, {-0.0, -0.0}},
      {{Double.NaN, 1.0}, {1.0, 2.0}, {2.0, 3.0}, {3.0, 5.0}, {4.0, 7.0}},
      {{1.0, Double.NaN}, {1.0, 2.0}, {2.0, 3.0}, {3.0, 5.0}, {4.0, 7.0}},
      {{1.0, 1.0}, {1.0, 2.0}, {2.0, Double.NaN}, {3.0, 5.0}, {4.0, 7.0}},
      {{1.0, 1.0}, {3.0, 2.0}, {2.0, INFINITY}, {3.0, 5.0}, {4.0, -INFINITY}},
      {{INFINITY, 1.0}, {INFINITY, 1.0}, {2.0, 1.0}, {3.0, 1.0}, {-INFINITY, 1.0}},
    };
    for (Double[][] table : tables) {
      List<List<Row>> partitions = new ArrayList<>();
      for (Double[] pair : table) {
        partitions.add(List.of(RowFactory.create((long) partitions.size(), pair[0], pair[1])));
      }
      create(partitions);
      assertLikeSpark(run(Frame.RANGE, true), run(Frame.RANGE, false), partitions.toString());
    }
  }

  private static void assertLikeSpark(List<Row> results, List<Row> sparks, String table) {
    for (int row = 0; row < results.size(); row++) {
      for (int i = 0; i < functions().size(); i++) {
        String where = functions().get(i) + " in row " + row + " over " + table;
        Row result = results.get(row);
        Row expected = sparks.get(row);
        assertThat(result.isNullAt(i)).as(where).isEqualTo(expected.isNullAt(i));
        if (!result.isNullAt(i)) {
          double difference = result.getDouble(i) - expected.getDouble(i);
          boolean isSame =
              Double.isNaN(result.getDouble(i))
                  ? isNaNOrSoon(functions().get(i), expected.getDouble(i))
                  : Math.abs(difference) < 1e-14 * (1 + Math.abs(result.getDouble(i)));
          assertThat(isSame)
              .as("%s: %s and Spark's %s", where, result.get(i), expected.get(i))
              .isTrue();
        }
      }
    }
  }

  /** Spark's covariance with an infinity is infinite for a row or two, before it is NaN. */
  private static boolean isNaNOrSoon(String function, double expected) {
    boolean isCovariance = function.contains("covar") || function.contains("sxy");
    return Double.isNaN(expected) || (isCovariance && Double.isInfinite(expected));
  }

  @Test
  void covariancesWithAnInfinityAreNotANumber() {
    create(
        List.of(
            List.of(RowFactory.create(0L, 1.0, 2.0)),
            List.of(RowFactory.create(1L, INFINITY, 3.0), RowFactory.create(2L, 2.0, 4.0))));
    assertThat(spark.sql("SELECT covar_pop(x, y) OVER (ORDER BY id) FROM t").collectAsList())
        .extracting(row -> row.getDouble(0))
        .containsExactly(0.0, Double.NaN, Double.NaN);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void divisionByZeroIsAnErrorWhereItIsInSpark(boolean enabled) {
    spark.conf().set("spark.cumsum.window.enabled", enabled);
    spark.conf().set("spark.sql.ansi.enabled", true);
    spark
        .range(0, 6, 1, 3)
        .selectExpr("id", "1D AS x", "id * 1D AS y")
        .createOrReplaceTempView("t");
    String condition = null;
    try {
      spark.sql("SELECT corr(x, y) OVER (ORDER BY id) FROM t").collectAsList();
    } catch (RuntimeException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        condition = cause instanceof SparkThrowable thrown ? thrown.getCondition() : condition;
      }
    }
    assertThat(condition).isEqualTo("DIVIDE_BY_ZERO");
  }

  /** Peers show one value, and arguments of any numeric type are taken. */
  @Test
  void peersAndOtherTypes() {
    BothPlanners planners = new BothPlanners(spark);
    spark
        .range(0, 8, 1, 5)
        .selectExpr(
            "id DIV 4 AS k", "CAST(id % 2 AS INT) AS i", "CAST(id % 2 AS DECIMAL(9, 2)) AS d")
        .createOrReplaceTempView("t");
    // Of as many zeros as ones, whose mean is a half, Spark's own results are exact.
    planners.assertScanned(
        "SELECT k, var_pop(i) OVER (ORDER BY k) v, stddev_pop(d) OVER (ORDER BY k) s,"
            + " covar_pop(i, d) OVER (ORDER BY k DESC) c, corr(i, -d) OVER (ORDER BY k) r FROM t",
        BothPlanners.Rows.UNORDERED);
  }

  private List<Row> run(Frame frame, boolean enabled) {
    spark.conf().set("spark.cumsum.window.enabled", enabled);
    List<String> columns = new ArrayList<>();
    for (String function : functions()) {
      columns.add(function + " OVER (" + frame.sql + ") AS w" + columns.size());
    }
    Dataset<Row> df = spark.sql("SELECT " + String.join(", ", columns) + ", id FROM t ORDER BY id");
    List<Row> rows = df.collectAsList();
    assertThat(Plans.executed(df).toString().contains("SinglePartition")).isEqualTo(!enabled);
    assertThat(Plans.executed(df).toString().contains("PrefixScan")).isEqualTo(enabled);
    return rows;
  }

  private void create(List<List<Row>> partitions) {
    Partitions.dataFrame(spark, partitions, SCHEMA).createOrReplaceTempView("t");
  }
}
