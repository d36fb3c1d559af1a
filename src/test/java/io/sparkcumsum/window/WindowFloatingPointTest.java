package io.sparkcumsum.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.Partitions;
import io.sparkcumsum.Seeds;
import io.sparkcumsum.Sessions;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums and averages in DOUBLE are exact, rounded once, in any number of partitions. */
class WindowFloatingPointTest {
  private final SparkSession spark = Sessions.shared().newSession();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 40})
  void everyPrefixIsItsExactSumRoundedOnce(int partitions) {
    Random random = Seeds.random("doubles in " + partitions + " partitions", 21);
    List<Row> rows = new ArrayList<>();
    for (int id = 0; id < 300; id++) {
      double x = (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-30, 30));
      boolean isNull = random.nextInt(6) == 0;
      rows.add(RowFactory.create((long) id, isNull ? null : x, isNull ? null : (float) x));
    }
    create(Partitions.split(rows, partitions, random));
    BigDecimal sum = BigDecimal.ZERO;
    BigDecimal floatSum = BigDecimal.ZERO;
    long count = 0;
    for (Row row :
        spark
            .sql(
                "SELECT x, f, sum(x) OVER (ORDER BY id) s, avg(x) OVER (ORDER BY id) a,"
                    + " sum(f) OVER (ORDER BY id) fs, avg(f) OVER (ORDER BY id) fa FROM t")
            .collectAsList()) {
      if (!row.isNullAt(0)) {
        sum = sum.add(new BigDecimal(row.getDouble(0)));
        floatSum = floatSum.add(new BigDecimal(row.getFloat(1)));
        count++;
      }
      if (count == 0) {
        assertThat(row.isNullAt(2) && row.isNullAt(3) && row.isNullAt(4) && row.isNullAt(5))
            .isTrue();
      } else {
        assertThat(row.getDouble(2)).isEqualTo(sum.doubleValue());
        assertThat(row.getDouble(3)).isEqualTo(sum.doubleValue() / count);
        assertThat(row.getDouble(4)).isEqualTo(floatSum.doubleValue());
        assertThat(row.getDouble(5)).isEqualTo(floatSum.doubleValue() / count);
      }
    }
  }

  @Test
  void zerosAndWhatIsNotFiniteAreThoseOfSpark() {
    BothPlanners planners = new BothPlanners(spark);
    double infinity = Double.POSITIVE_INFINITY;
    for (List<Double> values :
        List.of(
            List.of(-0.0, -0.0),
            List.of(0.0, -0.0, 1.0, -1.0, -0.0),
            List.of(1.0, infinity, 2.0, -infinity, 3.0),
            List.of(Double.NaN, 1.0, -infinity),
            List.of(Double.MIN_VALUE, -Double.MIN_VALUE, Double.MIN_VALUE))) {
      List<List<Row>> partitions = new ArrayList<>();
      for (int id = 0; id < values.size(); id++) {
        double x = values.get(id);
        partitions.add(List.of(RowFactory.create((long) id, x, (float) x)));
      }
      create(partitions);
      planners.assertScanned(
          "SELECT sum(x) OVER (ORDER BY id) s, avg(x) OVER (ORDER BY id) a,"
              + " sum(f) OVER (ORDER BY id) fs, min(x) OVER (ORDER BY id) mi,"
              + " max(x) OVER (ORDER BY id) ma, max(f) OVER (ORDER BY id) mf FROM t",
          BothPlanners.Rows.ORDERED);
    }
  }

  @Test
  void everySumHasItsOwnState() {
    spark
        .range(0, 12, 1, 3)
        .selectExpr("id", "id / 4 AS x", "CAST(id AS DECIMAL(10, 2)) AS d")
        .createOrReplaceTempView("t");
    new BothPlanners(spark)
        .assertScanned(
            "SELECT sum(x) OVER (ORDER BY id) s, avg(x) OVER (ORDER BY id) a,"
                + " avg(d) OVER (ORDER BY id) d, sum(x + 0) OVER (ORDER BY id) t FROM t",
            BothPlanners.Rows.ORDERED);
  }

  /** The passes may each meet another zero first, which is no change of the input. */
  @Test
  void zerosOfBothSignsAreEqual() {
    spark
        .range(0, 400, 1, 5)
        .selectExpr("(id * 37 + 1) % 400 AS id", "IF((id * 37 + 1) % 2 = 0, 0.0D, -0.0D) AS x")
        .createOrReplaceTempView("zeros");
    assertThat(
            spark
                .sql(
                    "SELECT min(x) OVER (ORDER BY id) mi, max(float(x)) OVER (ORDER BY id) ma"
                        + " FROM zeros")
                .filter("mi = 0 AND ma = 0")
                .collectAsList())
        .hasSize(400);
  }

  @Test
  void aSumThatComesBackIntoRangeIsThereAgain() {
    List<List<Row>> partitions = new ArrayList<>();
    for (double x : new double[] {1.7e308, 1e308, -1e308, 1.0}) {
      partitions.add(List.of(RowFactory.create((long) partitions.size(), x, 0f)));
    }
    create(partitions);
    assertThat(spark.sql("SELECT sum(x) OVER (ORDER BY id) s FROM t").collectAsList())
        .extracting(row -> row.getDouble(0))
        .containsExactly(1.7e308, Double.POSITIVE_INFINITY, 1.7e308, 1.7e308);
  }

  private void create(List<List<Row>> partitions) {
    Partitions.dataFrame(
            spark,
            partitions,
            new StructType()
                .add("id", DataTypes.LongType, false)
                .add("x", DataTypes.DoubleType)
                .add("f", DataTypes.FloatType))
        .createOrReplaceTempView("t");
  }

  /** The list needs Spark's frame, in which the one is lost. */
  @Test
  void sumsAreExactBesideFunctionsThatAreSparks() {
    Row last =
        spark
            .sql(
                "SELECT k, sum(d) OVER w, collect_list(d) OVER w FROM VALUES (1, 1e16D), (2, 1D), (3,"
                    + " -1e16D) AS t(k, d) WINDOW w AS (ORDER BY k RANGE 2 PRECEDING) ORDER BY k DESC")
            .first();
    assertThat(last.getDouble(1)).isEqualTo(1.0);
  }
}
