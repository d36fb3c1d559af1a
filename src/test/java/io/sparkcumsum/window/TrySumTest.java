package io.sparkcumsum.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.Partitions;
import io.sparkcumsum.Seeds;
import io.sparkcumsum.Sessions;
import io.sparkcumsum.accumulator.BoundedSums;
import java.math.BigInteger;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code try_sum} and {@code try_avg}: NULL from the first prefix on that overflows. */
class TrySumTest {
  private static final long MAX = Long.MAX_VALUE;
  private static final long MIN = Long.MIN_VALUE;

  private static final List<String> FRAMES =
      List.of(
          "",
          "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
          "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING",
          "ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
          "ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING");

  private final SparkSession spark = Sessions.shared().newSession();
  private final BothPlanners planners = new BothPlanners(spark);

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void staysNullAfterAnOverflow(boolean ansi) {
    configure(ansi);
    for (List<List<Long>> partitions :
        List.<List<List<Long>>>of(
            // Only the second partition overflows, not the prefixes in it.
            List.of(List.of(-MAX), List.of(MAX, MAX), List.of(), List.of(-MAX)),
            // A prefix overflows, and the total comes back.
            List.of(List.of(MAX), List.of(), List.of(MAX), List.of(-MAX, -MAX), List.of(1L)),
            List.of(List.of(-5L), List.of(MIN, 7L), List.of(9L)),
            // The greatest values that fit.
            List.of(List.of(1L), List.of(MAX - 1), List.of(-MAX), List.of(MIN, MAX)),
            List.of(List.of(), List.of(0L), List.of()))) {
      create(partitions);
      assertScanned("id");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 12, 4, true, id",
    "2, 40, 9, false, id DESC",
    "3, 60, 3, true, monotonically_increasing_id()",
    "4, 1, 3, false, id",
    "5, 25, 6, false, monotonically_increasing_id()",
    "6, 1500, 2, true, id"
  })
  void isThatOfSparkNearTheLimits(int seed, int rows, int partitions, boolean ansi, String order) {
    Random random = Seeds.random(rows + " rows in " + partitions + " partitions", seed);
    configure(ansi);
    List<Row> values = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      values.add(RowFactory.create(random.nextInt(5) == 0 ? null : nearTheLimits(random)));
    }
    List<List<Long>> split = new ArrayList<>();
    for (List<Row> partition : Partitions.split(values, partitions, random)) {
      List<Long> longs = new ArrayList<>();
      partition.forEach(row -> longs.add((Long) row.get(0)));
      split.add(longs);
    }
    create(split);
    assertScanned(order);
  }

  /** Mostly such that the sums of some stretches leave the range and come back. */
  private static long nearTheLimits(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> MAX;
      case 1 -> MIN;
      case 2, 3, 4 -> random.nextLong();
      default -> random.nextLong() >> random.nextInt(2, 63);
    };
  }

  private void configure(boolean ansi) {
    spark.conf().set("spark.sql.ansi.enabled", ansi);
    spark.conf().set("spark.cumsum.singlePartitionThreshold", "0");
    spark.conf().set("spark.sql.adaptive.coalescePartitions.enabled", "false");
    spark.conf().set("spark.sql.shuffle.partitions", "4");
    spark.conf().set("spark.sql.codegen.factoryMode", ansi ? "CODEGEN_ONLY" : "NO_CODEGEN");
  }

  private void assertScanned(String order) {
    List<String> columns = new ArrayList<>(List.of("id"));
    for (String frame : FRAMES) {
      for (String function :
          List.of(
              "try_sum(x)",
              "try_sum(i)",
              "try_sum(days)",
              "try_avg(days)",
              "try_sum(months)",
              "try_avg(months)",
              "try_sum(d)",
              "try_avg(d)")) {
        columns.add(function + " OVER (ORDER BY " + order + " " + frame + ")");
      }
    }
    planners.assertScanned(
        "SELECT " + String.join(", ", columns) + " FROM t", BothPlanners.Rows.ORDERED);
  }

  /** Without an order the rows stay in the order that they have. */
  @Test
  void overAllRows() {
    create(List.of(List.of(MAX), List.of(MAX), List.of(-MAX, -MAX), List.of(1L)));
    assertThat(spark.sql("SELECT try_sum(x) OVER () FROM t").collectAsList())
        .allMatch(row -> row.isNullAt(0));
    create(List.of(List.of(MAX), List.of(-MAX), List.of(MAX, -MAX), List.of(1L)));
    assertThat(spark.sql("SELECT try_sum(x) OVER () FROM t").collectAsList())
        .hasSize(5)
        .allMatch(row -> row.getLong(0) == 1);
  }

  /** Peers are in one order for both passes, though nobody says in which. */
  @Test
  void peersOverflowTogether() {
    configure(true);
    List<List<Long>> partitions = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      partitions.add(List.of(MAX / 4, MAX / 4, -MAX / 4, MAX / 4, -MAX / 4, 3L + i));
    }
    create(partitions);
    for (String key : List.of("id % 3", "id % 2", "id DIV 4")) {
      List<Row> rows =
          spark
              .sql(
                  "SELECT k, try_sum(x) OVER (ORDER BY k), sum(CAST(x AS DECIMAL(38, 0))) OVER"
                      + " (ORDER BY k) FROM (SELECT *, "
                      + key
                      + " AS k FROM t)")
              .collectAsList();
      assertThat(rows).hasSize(30);
      boolean isNull = false;
      Object last = null;
      for (Row row : rows) {
        // Peers share one result; after a NULL there are only more of them.
        assertThat(!isNull || row.isNullAt(1)).isTrue();
        isNull = row.isNullAt(1);
        assertThat(isNull || row.getDecimal(2).longValueExact() == row.getLong(1)).isTrue();
        last = row.get(1);
      }
      assertThat(last).as(key).isNull();
    }
  }

  /** Against exact arithmetic, in a range of a few numbers, where all cases come up. */
  @Test
  void offsetsAreThoseFromWhichNoPrefixLeavesTheRange() {
    Random random = Seeds.random("offsets in range", 7);
    for (int i = 0; i < 20_000; i++) {
      long lowest = random.nextBoolean() ? MIN : -8;
      long highest = lowest == MIN ? MAX : 7;
      BigInteger least = BigInteger.valueOf(lowest);
      BigInteger greatest = BigInteger.valueOf(highest);
      BigInteger sum = BigInteger.ZERO;
      long[] stretch = {0, lowest, highest};
      int values = random.nextInt(7);
      int parts = 1 + random.nextInt(3);
      for (int part = 0; part < parts; part++) {
        long[] later = {0, lowest, highest};
        for (int j = 0; j < values; j++) {
          long value = lowest == MIN ? nearTheLimits(random) : random.nextInt(-8, 8);
          later =
              concatenated(
                  later,
                  new long[] {
                    value,
                    BoundedSums.leastOffset(value, lowest),
                    BoundedSums.greatestOffset(value, highest)
                  });
          sum = sum.add(BigInteger.valueOf(value));
          least = least.max(BigInteger.valueOf(lowest).subtract(sum));
          greatest = greatest.min(BigInteger.valueOf(highest).subtract(sum));
        }
        stretch = concatenated(stretch, later);
      }
      assertThat(stretch[0]).isEqualTo(sum.longValue());
      if (least.compareTo(greatest) > 0) {
        assertThat(stretch[1]).isGreaterThan(stretch[2]);
      } else {
        assertThat(stretch[1]).isEqualTo(least.longValueExact());
        assertThat(stretch[2]).isEqualTo(greatest.longValueExact());
      }
    }
  }

  private static long[] concatenated(long[] first, long[] later) {
    return new long[] {
      first[0] + later[0],
      BoundedSums.leastOffset(first[0], first[1], first[2], later[1], later[2]),
      BoundedSums.greatestOffset(first[0], first[1], first[2], later[1], later[2])
    };
  }

  /** A view with the values as BIGINT, INT, decimals, days and months, near the end of each. */
  private void create(List<List<Long>> partitions) {
    List<List<Row>> rows = new ArrayList<>();
    long id = 0;
    for (List<Long> partition : partitions) {
      List<Row> part = new ArrayList<>();
      for (Long x : partition) {
        part.add(RowFactory.create(id++, x));
      }
      rows.add(part);
    }
    Partitions.dataFrame(
            spark,
            rows,
            new StructType().add("id", DataTypes.LongType, false).add("x", DataTypes.LongType))
        .selectExpr(
            "id",
            "x",
            "CAST(x DIV 4294967296 AS INT) AS i",
            "CAST(x AS DECIMAL(38, 0)) * 10000000000000000000BD AS d",
            "make_dt_interval(CAST(x DIV 86400000000 AS INT)) AS days",
            "make_ym_interval(0, CAST(x DIV 4294967296 AS INT)) AS months")
        .createOrReplaceTempView("t");
  }
}
