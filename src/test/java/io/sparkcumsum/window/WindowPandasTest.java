package io.sparkcumsum.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkcumsum.Partitions;
import io.sparkcumsum.Seeds;
import io.sparkcumsum.Sessions;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.expressions.EWM;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NullIndex;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Function1;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction1;

/** Window functions that only pandas API on Spark has. */
class WindowPandasTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;
  private static final MathContext MANY_DIGITS = new MathContext(80);

  private final SparkSession spark = (SparkSession) Sessions.shared().newSession();
  private final BothPlanners planners = new BothPlanners(spark);

  /** Spark has no names for them in SQL. */
  @BeforeEach
  void nameTheFunctions() {
    name("null_index", arguments -> new NullIndex(arguments.apply(0)));
    name("ewm", arguments -> ewm(arguments, false));
    name("ewm_ignoring_nulls", arguments -> ewm(arguments, true));
  }

  private static Expression ewm(Seq<Expression> arguments, boolean ignoresNulls) {
    double alpha = ((Number) arguments.apply(1).eval(null)).doubleValue();
    return new EWM(arguments.apply(0), alpha, ignoresNulls);
  }

  private void name(
      String name, java.util.function.Function<Seq<Expression>, Expression> function) {
    Function1<Seq<Expression>, Expression> builder =
        new AbstractFunction1<>() {
          @Override
          public Expression apply(Seq<Expression> arguments) {
            return function.apply(arguments);
          }
        };
    spark.sessionState().functionRegistry().createOrReplaceTempFunction(name, builder, "scala_udf");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0.5, ewm",
    "7, 0.001, ewm",
    "40, 0.3, ewm_ignoring_nulls",
    "5, 1, ewm",
    "9, 1e-9, ewm_ignoring_nulls"
  })
  void everyMeanIsRoundedOnce(int partitions, double alpha, String function) {
    Random random = Seeds.random("values in " + partitions + " partitions", partitions);
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      values.add(random.nextInt(4) == 0 ? null : random.nextGaussian() * 1000);
    }
    create(partitions, values, random);
    BigDecimal decay = new BigDecimal(1.0 - alpha);
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal weight = BigDecimal.ZERO;
    Double expected = null;
    for (Row row :
        spark
            .sql("SELECT x, %s(x, %sD) OVER (ORDER BY id) AS m FROM t".formatted(function, alpha))
            .collectAsList()) {
      if (!row.isNullAt(0) || function.equals("ewm")) {
        sum = sum.multiply(decay, MANY_DIGITS);
        weight = weight.multiply(decay, MANY_DIGITS);
      }
      if (!row.isNullAt(0)) {
        sum = sum.add(new BigDecimal(row.getDouble(0)), MANY_DIGITS);
        weight = weight.add(BigDecimal.ONE, MANY_DIGITS);
        expected = sum.divide(weight, MANY_DIGITS).doubleValue();
      }
      assertThat(row.get(1)).isEqualTo(expected);
    }
  }

  /** After thousands of rows without a value, weights are below the least DOUBLE. */
  @Test
  void longStretchesOfNulls() {
    List<Double> values = new ArrayList<>(List.of(3.0, 1.0));
    values.addAll(Collections.nCopies(5000, null));
    values.add(7.0);
    values.addAll(Collections.nCopies(5000, null));
    create(23, values, Seeds.random("splits", 4));
    List<Row> means =
        spark.sql("SELECT ewm(x, 0.5D) OVER (ORDER BY id) AS m FROM t").collectAsList();
    assertThat(means.get(5001).getDouble(0)).isEqualTo((3.0 * 0.5 + 1.0) / 1.5);
    assertThat(means.get(5002).getDouble(0)).isEqualTo(7.0);
    assertThat(means.get(10_002).getDouble(0)).isEqualTo(7.0);
  }

  /** Spark's sum of the weighted values overflows, and its mean with it. */
  @Test
  void aMeanOfTheLargestValuesDoesNotOverflow() {
    double most = Double.MAX_VALUE;
    create(3, List.of(most, most, -most, most, most), Seeds.random("splits", 2));
    for (Row row :
        spark.sql("SELECT ewm(x, 0.1D) OVER (ORDER BY id) AS m FROM t").collectAsList()) {
      assertThat(row.getDouble(0)).isBetween(most * 0.2, most);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.4D", "1.0D"})
  void infinitiesAndNansAreThoseOfSpark(String alpha) {
    for (List<Double> values :
        List.of(
            List.of(1.0, INFINITY, 2.0, 3.0),
            Arrays.asList(INFINITY, null, null, 4.0),
            List.of(5.0, INFINITY, -INFINITY, 1.0),
            List.of(2.0, Double.NaN, 4.0),
            Arrays.asList(null, null, 2.0, null))) {
      create(values.size(), values, Seeds.random("splits", 1));
      planners.assertScanned(
          "SELECT ewm(x, ~) OVER (ORDER BY id) AS e, ewm_ignoring_nulls(x, ~) OVER (ORDER BY id) AS i"
                  .replace("~", alpha)
              + " FROM t",
          BothPlanners.Rows.ORDERED);
    }
  }

  @Test
  void meansAreNearThoseOfSpark() {
    Random random = Seeds.random("values", 12);
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      values.add(random.nextInt(10) == 0 ? null : random.nextDouble());
    }
    create(11, values, random);
    String query = "SELECT ewm(x, 0.01D) OVER (ORDER BY id) AS m FROM t";
    List<Row> actual = spark.sql(query).collectAsList();
    spark.conf().set("spark.cumsum.window.enabled", false);
    List<Row> expected = spark.sql(query).collectAsList();
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).isNullAt(0)).isEqualTo(expected.get(i).isNullAt(0));
      if (!expected.get(i).isNullAt(0)) {
        assertThat(actual.get(i).getDouble(0))
            .isCloseTo(expected.get(i).getDouble(0), within(1e-12));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 3", "6, 3", "25, 40", "4, 1000"})
  void nullIndexes(int partitions, int nulls) {
    Random random = Seeds.random("values in " + partitions + " partitions", nulls);
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      values.add(random.nextInt(nulls) == 0 ? 1.0 : null);
    }
    create(partitions, values, random);
    for (String order : List.of("id", "id DESC", "monotonically_increasing_id()")) {
      planners.assertScanned(
          "SELECT id, null_index(x) OVER (ORDER BY ~) AS n, null_index(id) OVER (ORDER BY ~) AS z"
                  .replace("~", order)
              + " FROM t",
          BothPlanners.Rows.ORDERED);
    }
  }

  @Test
  void meansCanBeSwitchedOff() {
    create(3, List.of(1.0, 2.0, 3.0), Seeds.random("splits", 1));
    spark.conf().set("spark.cumsum.window.floatingPoint", "off");
    planners.assertLeftToSpark(
        "SELECT ewm(x, 0.5D) OVER (ORDER BY id) AS m FROM t", BothPlanners.Rows.ORDERED);
    planners.assertScanned(
        "SELECT null_index(x) OVER (ORDER BY id) AS n FROM t", BothPlanners.Rows.ORDERED);
  }

  private void create(int partitions, List<Double> values, Random random) {
    List<Row> rows = new ArrayList<>();
    for (Double value : values) {
      rows.add(RowFactory.create((long) rows.size(), value));
    }
    Partitions.dataFrame(
            spark,
            Partitions.split(rows, partitions, random),
            new StructType().add("id", DataTypes.LongType, false).add("x", DataTypes.DoubleType))
        .createOrReplaceTempView("t");
  }
}
