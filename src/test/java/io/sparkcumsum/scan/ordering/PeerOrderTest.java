package io.sparkcumsum.scan.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.KeptRows;
import io.sparkcumsum.Seeds;
import io.sparkcumsum.Sessions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Functions whose results depend on the order of rows with equal keys see these rows in one order:
 * the order in which the query returns them.
 */
class PeerOrderTest {
  private static final int ROWS = 600;
  private static final String MANY_EQUAL = "k DIV 20";
  private static final double OTHER_NAN = Double.longBitsToDouble(0x7ff8_0000_0000_0123L);
  private static final StructType SCHEMA =
      new StructType()
          .add("k", DataTypes.IntegerType)
          .add("d", DataTypes.DoubleType)
          .add("f", DataTypes.FloatType)
          .add("s", DataTypes.StringType)
          .add("t", DataTypes.createDecimalType(20, 2));

  private final SparkSession spark = Sessions.shared().newSession();
  private final KeptRows keptRows = KeptRows.since();

  @BeforeEach
  void shuffleIntoRanges() {
    spark.conf().set("spark.cumsum.singlePartitionThreshold", "0");
    spark.conf().set("spark.sql.adaptive.coalescePartitions.enabled", "false");
    spark.conf().set("spark.sql.shuffle.partitions", "7");
  }

  private void assertRowsAreKept(boolean kept) {
    assertThat(keptRows.count() > 0).isEqualTo(kept);
  }

  /** With dense_rank, whose totals need all keys, totals come from a pass of their own. */
  static Stream<Arguments> keysAndRanks() {
    List<String> keys =
        List.of("k", "k DESC NULLS LAST", "k DIV 4, k % 4 DESC", MANY_EQUAL, "k IS NULL");
    return keys.stream()
        .flatMap(key -> Stream.of(Arguments.of(key, false), Arguments.of(key, true)));
  }

  @ParameterizedTest
  @MethodSource("keysAndRanks")
  void isThatOfTheResult(String key, boolean ranks) {
    Random random = Seeds.random(key, 11);
    spark
        .createDataFrame(IntStream.range(0, ROWS).mapToObj(i -> row(random)).toList(), SCHEMA)
        .repartition(5)
        .createOrReplaceTempView("peers");
    List<String> columns = new ArrayList<>();
    for (String column : List.of("d", "f", "s", "t")) {
      columns.add("first(" + column + ") OVER w");
      columns.add("first(" + column + ", true) OVER w");
      columns.add("last(" + column + ", true) OVER w");
    }
    columns.add("max_by(s, d) OVER w");
    columns.add("min_by(t, d) OVER w");
    columns.add("row_number() OVER w");
    if (ranks) {
      columns.add("dense_rank() OVER w");
    }
    List<Row> rows =
        spark
            .sql(
                "SELECT *, "
                    + String.join(", ", columns)
                    + " FROM peers WINDOW w AS (ORDER BY "
                    + key
                    + " ROWS UNBOUNDED PRECEDING)")
            .collectAsList();
    assertThat(rows).hasSize(ROWS);
    assertRowsAreKept(key.equals(MANY_EQUAL) || key.equals("k IS NULL"));
    for (int i = 0; i < ROWS; i++) {
      assertThat(results(rows.get(i), SCHEMA.size() + columns.size() - (ranks ? 1 : 0)))
          .as("row %d", i)
          .isEqualTo(expected(rows.subList(0, i + 1)));
    }
  }

  /** More peers of one key than are sorted on the heap, among keys of few rows. */
  @ParameterizedTest
  @ValueSource(strings = {"k", "k DESC", "CAST(k AS DOUBLE)", "CAST(k AS STRING)"})
  void manyPeersAmongFew(String key) {
    int peers = 3 * SortedPeers.MOST_ON_HEAP;
    spark
        .range(0, 4L * peers, 1, 5)
        .selectExpr(
            "if(id % 4 = 0, 17, id DIV 2) AS k", "id * 7919 % " + (4 * peers) + " AS x", "id")
        .createOrReplaceTempView("peers");
    List<Row> rows =
        spark
            .sql(
                "SELECT *, lag(x) OVER (ORDER BY "
                    + key
                    + "), last(x) OVER (ORDER BY "
                    + key
                    + " ROWS UNBOUNDED PRECEDING) FROM peers")
            .collectAsList();
    List<Row> sorted = spark.sql("SELECT * FROM peers ORDER BY " + key + ", x").collectAsList();
    for (int i = 0; i < sorted.size(); i++) {
      Row row = sorted.get(i);
      assertThat(rows.get(i))
          .isEqualTo(
              RowFactory.create(
                  row.get(0),
                  row.get(1),
                  row.get(2),
                  i == 0 ? null : sorted.get(i - 1).get(1),
                  row.get(1)));
    }
    assertRowsAreKept(false);
  }

  @Test
  void isUnknownForValuesThatLookDifferentThoughEqual() {
    spark
        .createDataFrame(List.of(row(new Random(1)), row(new Random(2))), SCHEMA)
        .repartition(2)
        .createOrReplaceTempView("peers");
    assertThat(
            spark
                .sql("SELECT first(array(d)) OVER (ORDER BY s IS NULL, s) FROM peers")
                .collectAsList())
        .hasSize(2);
    assertRowsAreKept(true);
  }

  private static Row row(Random random) {
    List<Double> doubles = new ArrayList<>(List.of(0.0, -0.0, 1.5, Double.NaN, OTHER_NAN));
    List<Float> floats = new ArrayList<>(List.of(0f, -0f, 2f));
    List<String> strings = new ArrayList<>(List.of("", "a", "b"));
    doubles.add(null);
    floats.add(null);
    strings.add(null);
    return RowFactory.create(
        random.nextInt(10) == 0 ? null : random.nextInt(600),
        doubles.get(random.nextInt(6)),
        floats.get(random.nextInt(4)),
        strings.get(random.nextInt(4)),
        random.nextInt(3) == 0 ? null : new java.math.BigDecimal(random.nextInt(3) + ".50"));
  }

  /** The results as text that tells zeros and NaNs apart. */
  private static List<String> results(Row row, int until) {
    return IntStream.range(SCHEMA.size(), until).mapToObj(i -> text(row.get(i))).toList();
  }

  private static String text(Object value) {
    return value instanceof Double number
        ? number + " " + Long.toHexString(Double.doubleToRawLongBits(number))
        : String.valueOf(value);
  }

  private static List<String> expected(List<Row> rows) {
    List<String> expected = new ArrayList<>();
    for (int column = 1; column <= 4; column++) {
      int of = column;
      List<Object> values =
          rows.stream().map(row -> row.get(of)).filter(value -> value != null).toList();
      expected.add(text(rows.get(0).get(column)));
      expected.add(values.isEmpty() ? "null" : text(values.get(0)));
      expected.add(values.isEmpty() ? "null" : text(values.get(values.size() - 1)));
    }
    Row greatest = null;
    Row least = null;
    for (Row row : rows) {
      if (!row.isNullAt(1)) {
        greatest = greatest == null || compare(row, greatest) >= 0 ? row : greatest;
        least = least == null || compare(row, least) <= 0 ? row : least;
      }
    }
    expected.add(greatest == null ? "null" : text(greatest.get(3)));
    expected.add(least == null ? "null" : text(least.get(4)));
    expected.add(String.valueOf(rows.size()));
    return expected;
  }

  /** As Spark compares: zeros are equal, and so are NaNs, which are greatest. */
  private static int compare(Row row, Row other) {
    return Double.compare(row.getDouble(1) + 0.0, other.getDouble(1) + 0.0);
  }
}
