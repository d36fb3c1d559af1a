package io.sparkcumsum.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkcumsum.Partitions;
import io.sparkcumsum.Seeds;
import io.sparkcumsum.Sessions;
import io.sparkcumsum.accumulator.ScaledProduct;
import io.sparkcumsum.accumulator.WrappingProducts;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.aggregate.PandasProduct;
import org.apache.spark.sql.catalyst.expressions.aggregate.Product;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Function1;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction1;

/** Running products: those of Spark's API, and those of pandas API on Spark. */
class WindowProductTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private final SparkSession spark = (SparkSession) Sessions.shared().newSession();
  private final BothPlanners planners = new BothPlanners(spark);

  /** Spark has no names for them in SQL. */
  @BeforeEach
  void nameTheFunctions() {
    name("product", Product::new);
    name("pandas_product", factor -> new PandasProduct(factor, true));
    name("pandas_product_with_nulls", factor -> new PandasProduct(factor, false));
  }

  private void name(String name, java.util.function.Function<Expression, Expression> function) {
    Function1<Seq<Expression>, Expression> builder =
        new AbstractFunction1<>() {
          @Override
          public Expression apply(Seq<Expression> arguments) {
            return function.apply(arguments.apply(0));
          }
        };
    spark.sessionState().functionRegistry().createOrReplaceTempFunction(name, builder, "scala_udf");
  }

  @ParameterizedTest
  @CsvSource({"1,3", "2,3", "7,30", "40,150", "5,308"})
  void everyPrefixIsItsProductRoundedOnce(int partitions, int digits) {
    Random random = Seeds.random("factors in " + partitions + " partitions", 9);
    create(partitions, factors(digits, random), random);
    BigDecimal product = BigDecimal.ONE;
    boolean empty = true;
    for (Row row :
        spark
            .sql(
                "SELECT x, product(x) OVER (ORDER BY id) p, pandas_product(x) OVER (ORDER BY id) q"
                    + " FROM t")
            .collectAsList()) {
      if (!row.isNullAt(0)) {
        product = product.multiply(new BigDecimal(row.getDouble(0)));
        empty = false;
      }
      assertThat(row.getDouble(2)).isEqualTo(product.doubleValue());
      assertThat(row.isNullAt(1)).isEqualTo(empty);
      assertThat(empty || row.getDouble(1) == product.doubleValue()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"1,3", "7,30", "40,150", "5,308"})
  void everySuffixIsItsProductRoundedOnce(int partitions, int digits) {
    Random random = Seeds.random("factors in " + partitions + " partitions", 10);
    create(partitions, factors(digits, random), random);
    List<Row> rows =
        spark
            .sql(
                "SELECT x, product(x) OVER (ORDER BY id ROWS BETWEEN CURRENT ROW AND UNBOUNDED"
                    + " FOLLOWING) p, product(x) OVER (ORDER BY id ROWS BETWEEN 1 FOLLOWING AND"
                    + " UNBOUNDED FOLLOWING) behind FROM t")
            .collectAsList();
    assertThat(rows).hasSize(300);
    BigDecimal product = BigDecimal.ONE;
    Double expected = null;
    for (int i = rows.size() - 1; i >= 0; i--) {
      Row row = rows.get(i);
      assertThat(row.get(2)).isEqualTo(expected);
      if (!row.isNullAt(0)) {
        product = product.multiply(new BigDecimal(row.getDouble(0)));
        expected = product.doubleValue();
      }
      assertThat(row.get(1)).isEqualTo(expected);
    }
  }

  @Test
  void whatHasNoSignificandIsAsSparksIs() {
    for (List<Double> factors :
        List.of(
            List.of(2.0, 0.0, -3.0),
            List.of(-2.0, -0.0, 3.0, -1.0),
            List.of(INFINITY, -2.0, 4.0, -INFINITY),
            List.of(2.0, Double.NaN, 4.0),
            List.of(1.0, -1.0, -1.0, 1.0),
            Arrays.asList(null, 2.0, null, -0.5, 4.0))) {
      create(factors.size(), factors, Seeds.random("splits", 1));
      planners.assertScanned(
          "SELECT product(x) OVER (ORDER BY id) p, product(f) OVER (ORDER BY id) f,"
              + " round(pandas_product(x) OVER (ORDER BY id), 9) q,"
              + " round(pandas_product_with_nulls(x) OVER (ORDER BY id), 9) n FROM t",
          BothPlanners.Rows.ORDERED);
      String following = " OVER (ORDER BY id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)";
      planners.assertScanned(
          "SELECT product(x)"
              + following
              + " p, round(pandas_product(x)"
              + following
              + ", 9) q, round(pandas_product_with_nulls(x)"
              + following
              + ", 9) n FROM t",
          BothPlanners.Rows.ORDERED);
    }
  }

  /** IEEE multiplication makes NaN of it, and pandas API on Spark a zero. */
  @Test
  void aZeroTimesInfinity() {
    create(3, List.of(INFINITY, 0.0, 2.0), Seeds.random("splits", 1));
    planners.assertScanned(
        "SELECT product(x) OVER (ORDER BY id) p, pandas_product(x) OVER (ORDER BY id) q FROM t",
        BothPlanners.Rows.ORDERED);
  }

  @Test
  void subnormalProductsAreRoundedOnce() {
    Random random = Seeds.random("subnormal products", 5);
    for (int i = 0; i < 2000; i++) {
      double left = Math.scalb(1 + random.nextDouble(), -500 - random.nextInt(80));
      double right = Math.scalb(1 + random.nextDouble(), -500 - random.nextInt(60));
      ScaledProduct product = new ScaledProduct();
      product.step(left);
      assertThat(product.step(-right))
          .isEqualTo(new BigDecimal(left).multiply(new BigDecimal(-right)).doubleValue());
    }
    assertThat(new ScaledProduct().step(-Double.MIN_VALUE)).isEqualTo(-Double.MIN_VALUE);
    assertThat(new ScaledProduct().step(Double.MAX_VALUE)).isEqualTo(Double.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void integersMultiplyAsSparksDo(boolean ansi) {
    spark.conf().set("spark.sql.ansi.enabled", ansi);
    long big = 1L << 40;
    for (List<List<Long>> partitions :
        List.of(
            List.of(List.of(3L, -5L), List.<Long>of(), List.of(7L, 1L)),
            List.of(List.of(2L, 0L), List.of(big, big, big), List.of(big, 5L)),
            List.of(List.of(big), List.of(big, 0L), List.of(big, big)),
            List.of(List.of(-1L), List.of(1L << 62, 2L), List.of(1L)),
            List.of(List.of(1L << 62), List.of(-2L), List.of(1L)),
            List.of(List.of(1L << 62), List.of(2L), List.of(1L)),
            List.of(List.of(3037000500L), List.of(3037000500L), List.of(1L)),
            List.of(List.of(3037000499L), List.of(3037000499L), List.of(1L)))) {
      List<List<Row>> rows = new ArrayList<>();
      long id = 0;
      for (List<Long> partition : partitions) {
        List<Row> row = new ArrayList<>();
        for (long factor : partition) {
          row.add(RowFactory.create(id++, factor, id % 3 == 0 ? null : factor));
        }
        rows.add(row);
      }
      Partitions.dataFrame(
              spark,
              rows,
              new StructType()
                  .add("id", DataTypes.LongType, false)
                  .add("n", DataTypes.LongType, false)
                  .add("m", DataTypes.LongType))
          .createOrReplaceTempView("t");
      for (String factor : List.of("n", "m", "CAST(n % 1000 AS INT)")) {
        planners.assertScanned(
            "SELECT pandas_product(" + factor + ") OVER (ORDER BY id) p FROM t",
            BothPlanners.Rows.ORDERED);
        planners.assertScanned(
            "SELECT pandas_product_with_nulls(" + factor + ") OVER (ORDER BY id) p FROM t",
            BothPlanners.Rows.ORDERED);
      }
    }
  }

  /** The last partition alone does not see where an earlier one overflowed. */
  @Test
  void theLastRowsAloneAreNotShownAfterAnOverflow() {
    spark.range(1, 401, 1, 2).createOrReplaceTempView("t");
    Dataset<Row> products = spark.sql("SELECT pandas_product(id) OVER (ORDER BY id) p FROM t");
    assertThatThrownBy(() -> products.tail(1)).hasStackTraceContaining("ARITHMETIC_OVERFLOW");
    spark.range(0, 400, 1, 2).createOrReplaceTempView("with_zero");
    assertThat(
            ((Row[])
                    spark
                        .sql("SELECT pandas_product(id) OVER (ORDER BY id) p FROM with_zero")
                        .tail(1))
                [0].getLong(0))
        .isZero();
  }

  @Test
  void aTotalFitsIfTheProductDoes() {
    assertThat(WrappingProducts.fits(Long.MIN_VALUE, -0x1p63)).isTrue();
    assertThat(WrappingProducts.fits(Long.MIN_VALUE, 0x1p63)).isFalse();
    assertThat(WrappingProducts.fits(0, 0)).isTrue();
    assertThat(WrappingProducts.fits(0, 0x1p64)).isFalse();
    assertThat(WrappingProducts.fits(0, Double.POSITIVE_INFINITY)).isFalse();
    assertThat(WrappingProducts.fits(0, Double.NEGATIVE_INFINITY)).isFalse();
  }

  /** Factors that have the same sum of bits, and nearly the same product. */
  @Test
  void changedFactorsAreNoticed(@TempDir Path directory) throws IOException {
    for (int file = 0; file < 3; file++) {
      Files.writeString(directory.resolve(file + ".csv"), "1.25\n1.75\n");
    }
    spark.conf().set("spark.sql.files.openCostInBytes", 1 << 30);
    JavaRDD<Row> products =
        spark
            .read()
            .schema("x DOUBLE")
            .csv(directory.toString())
            .selectExpr("x", "monotonically_increasing_id() AS row")
            .selectExpr("product(x) OVER (ORDER BY row) AS p")
            .toJavaRDD();
    assertThat(products.getNumPartitions()).isEqualTo(3);
    products.count();
    Files.writeString(directory.resolve("1.csv"), "1.50\n1.50\n");
    assertThatThrownBy(products::count).hasStackTraceContaining("CUMSUM_INPUT_CHANGED");
  }

  @Test
  void productsInDoubleCanBeSwitchedOff() {
    create(3, List.of(1.0, 2.0, 3.0), Seeds.random("splits", 1));
    spark.conf().set("spark.cumsum.window.floatingPoint", "off");
    planners.assertLeftToSpark(
        "SELECT product(x) OVER (ORDER BY id) p FROM t", BothPlanners.Rows.ORDERED);
    planners.assertScanned(
        "SELECT pandas_product(id) OVER (ORDER BY id) p FROM t", BothPlanners.Rows.ORDERED);
  }

  /** Factors of at most so many digits before and behind the point. */
  private static List<Double> factors(int digits, Random random) {
    List<Double> factors = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      double factor =
          (1 + random.nextDouble()) * Math.pow(10, random.nextInt(-digits, digits + 1) * 0.999);
      factors.add(random.nextInt(6) == 0 ? null : random.nextBoolean() ? factor : -factor);
    }
    return factors;
  }

  private void create(int partitions, List<Double> factors, Random random) {
    List<Row> rows = new ArrayList<>();
    for (Double factor : factors) {
      Float single = factor == null ? null : Float.valueOf(factor.floatValue());
      rows.add(RowFactory.create((long) rows.size(), factor, single));
    }
    Partitions.dataFrame(
            spark,
            Partitions.split(rows, partitions, random),
            new StructType()
                .add("id", DataTypes.LongType, false)
                .add("x", DataTypes.DoubleType)
                .add("f", DataTypes.FloatType))
        .createOrReplaceTempView("t");
  }
}
