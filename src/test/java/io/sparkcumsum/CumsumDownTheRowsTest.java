package io.sparkcumsum;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sums across rows of every type, against exact arithmetic, in every way that Spark can run them.
 */
class CumsumDownTheRowsTest {
  private static final int ROWS = 150;

  /** The ways to run a query; {@link CumulativeColumnsTest} draws the others. */
  private enum Mode {
    GENERATED,
    WITHOUT_ANSI;

    SparkSession session() {
      SparkSession session = Sessions.shared().newSession();
      switch (this) {
        case GENERATED -> {}
        case WITHOUT_ANSI -> session.conf().set("spark.sql.ansi.enabled", false);
      }
      return session;
    }
  }

  static Stream<Arguments> typesAndModes() {
    return Reference.TYPES.stream()
        .flatMap(type -> Stream.of(Mode.values()).map(mode -> Arguments.of(type, mode)));
  }

  static List<DataType> types() {
    return Reference.TYPES;
  }

  @ParameterizedTest
  @MethodSource("typesAndModes")
  void scalarsInNaturalOrder(DataType type, Mode mode) {
    Random random = Seeds.random("scalarsInNaturalOrder " + type.sql(), 11);
    List<Object> values = draw(type, ROWS, random);
    List<Object> expected = Reference.cumsum(type, values);
    int[] partitionCounts = mode == Mode.GENERATED ? new int[] {1, 2, 7, 64} : new int[] {7};
    for (int partitions : partitionCounts) {
      List<List<Row>> split = Partitions.split(numbered(values), partitions, random);
      Dataset<Row> df = Partitions.dataFrame(mode.session(), split, schema(type));
      Dataset<Row> sums = Cumsum.of("x").naturalOrder().apply(df);
      assertThat(column(sums, "x_cumsum")).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("typesAndModes")
  void scalarsInGivenOrder(DataType type, Mode mode) {
    Random random = Seeds.random("scalarsInGivenOrder " + type.sql(), 12);
    List<Object> values = draw(type, ROWS, random);
    List<Row> shuffled = new ArrayList<>(numbered(values));
    Collections.shuffle(shuffled, random);
    List<List<Row>> split = Partitions.split(shuffled, 5, random);
    Dataset<Row> df = Partitions.dataFrame(mode.session(), split, schema(type));

    Dataset<Row> ascending = Cumsum.of("x").axis(0).orderBy("row").apply(df);
    assertThat(column(ascending, "row")).isSorted();
    assertThat(column(ascending, "x_cumsum")).isEqualTo(Reference.cumsum(type, values));

    Collections.reverse(values);
    Dataset<Row> descending = Cumsum.of("x").axis(0).orderBy(col("row").desc()).apply(df);
    assertThat(column(descending, "x_cumsum")).isEqualTo(Reference.cumsum(type, values));
  }

  @ParameterizedTest
  @MethodSource("types")
  void arraysElementwise(DataType type) {
    int width = 3;
    Random random = Seeds.random("arraysElementwise " + type.sql(), 13);
    List<Object> values = draw(type, ROWS * width, random);
    List<Object> arrays = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      arrays.add(row % 10 == 3 ? null : values.subList(row * width, (row + 1) * width));
    }
    List<List<Object>> expected = new ArrayList<>();
    for (int element = 0; element < width; element++) {
      List<Object> down = new ArrayList<>();
      for (Object array : arrays) {
        down.add(array == null ? null : ((List<?>) array).get(element));
      }
      expected.add(Reference.cumsum(type, down));
    }
    List<List<Row>> split = Partitions.split(numbered(arrays), 7, random);
    DataType arrayType = DataTypes.createArrayType(type);
    Dataset<Row> df = Partitions.dataFrame(Sessions.shared(), split, schema(arrayType));

    List<Object> sums = column(Cumsum.of("x").axis(0).orderBy("row").apply(df), "x_cumsum");
    for (int row = 0; row < ROWS; row++) {
      if (arrays.get(row) == null) {
        assertThat(sums.get(row)).isNull();
      } else {
        for (int element = 0; element < width; element++) {
          assertThat(list(sums.get(row)).get(element)).isEqualTo(expected.get(element).get(row));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void arraysFlattened(DataType type) {
    Random random = Seeds.random("arraysFlattened " + type.sql(), 14);
    List<Object> values = new ArrayList<>();
    List<Object> arrays = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      List<Object> array = draw(type, random.nextInt(5), random);
      arrays.add(row % 10 == 3 ? null : array);
      if (row % 10 != 3) {
        values.addAll(array);
      }
    }
    List<List<Row>> split = Partitions.split(numbered(arrays), 7, random);
    DataType arrayType = DataTypes.createArrayType(type);
    Dataset<Row> df = Partitions.dataFrame(Sessions.shared(), split, schema(arrayType));

    List<Object> sums = column(Cumsum.of("x").orderBy("row").apply(df), "x_cumsum");
    List<Object> flattened = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      if (arrays.get(row) == null) {
        assertThat(sums.get(row)).isNull();
      } else {
        assertThat(list(sums.get(row))).hasSameSizeAs((List<?>) arrays.get(row));
        flattened.addAll(list(sums.get(row)));
      }
    }
    assertThat(flattened).isEqualTo(Reference.cumsum(type, values));
  }

  private static List<Object> draw(DataType type, int count, Random random) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(Reference.draw(type, random));
    }
    return values;
  }

  private static List<Row> numbered(List<Object> values) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      Object value = values.get(i);
      // A view of a list does not travel to Spark's tasks.
      rows.add(
          RowFactory.create(
              i, value instanceof List<?> list ? list.toArray(Object[]::new) : value));
    }
    return rows;
  }

  private static StructType schema(DataType type) {
    return new StructType().add("row", DataTypes.IntegerType).add("x", type);
  }

  private static List<Object> column(Dataset<Row> df, String name) {
    List<Object> values = new ArrayList<>();
    for (Row row : df.select(name).collectAsList()) {
      values.add(row.get(0));
    }
    return values;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object array) {
    return scala.jdk.javaapi.CollectionConverters.asJava((scala.collection.Seq<Object>) array);
  }
}
