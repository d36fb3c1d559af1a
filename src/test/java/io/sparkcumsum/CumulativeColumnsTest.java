package io.sparkcumsum;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.accumulator.Operation;
import io.sparkcumsum.accumulator.ScanOptions;
import io.sparkcumsum.array.CumulativeFunction;
import java.math.BigDecimal;
import java.math.MathContext;
import java.sql.Date;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.YearMonthIntervalType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every cumulative function of whole columns of every type, with every option and along every axis,
 * against exact arithmetic; over several numbers of partitions and in every way that Spark runs it.
 */
class CumulativeColumnsTest {
  private static final int ROWS = 120;
  private static final int WIDTH = 3;
  private static final int[] PARTITIONS = {1, 2, 7, 24};

  static Stream<Arguments> requests() {
    List<Arguments> requests = new ArrayList<>();
    for (CumulativeFunction function : CumulativeFunction.values()) {
      for (boolean exclusive : new boolean[] {false, true}) {
        for (boolean reverse : new boolean[] {false, true}) {
          for (Integer axis : Arrays.asList(null, 0, 1)) {
            if (axis != null || !function.isOfArrayApi()) {
              requests.add(
                  Arguments.of(function, new ScanOptions(exclusive, reverse, false), axis));
            }
          }
        }
      }
    }
    return requests.stream();
  }

  @ParameterizedTest
  @MethodSource("requests")
  void resultsAreExact(CumulativeFunction function, ScanOptions options, Integer axis) {
    Random random =
        Seeds.random(function + " " + options + " " + axis, (function + " " + options).hashCode());
    List<DataType> types = types(function.operation());
    List<List<Object>> scalars = new ArrayList<>();
    List<List<Object>> arrays = new ArrayList<>();
    StructType schema = new StructType().add("row", DataTypes.IntegerType);
    for (DataType type : types) {
      scalars.add(draw(function, type, ROWS, random));
      arrays.add(draw(function, type, ROWS * WIDTH, random));
      String name = "c" + (scalars.size() - 1);
      schema = schema.add(name, type).add(name + "s", DataTypes.createArrayType(type));
    }
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      List<Object> values = new ArrayList<>(List.of(row));
      for (int c = 0; c < types.size(); c++) {
        values.add(scalars.get(c).get(row));
        List<Object> array = arrays.get(c).subList(row * WIDTH, (row + 1) * WIDTH);
        values.add(isNullArray(row) ? null : array.toArray());
      }
      rows.add(RowFactory.create(values.toArray()));
    }
    boolean isOrdered = random.nextBoolean();
    if (isOrdered) {
      Collections.shuffle(rows, random);
    }
    SparkSession session = session(random);
    List<List<Row>> partitions =
        Partitions.split(rows, PARTITIONS[random.nextInt(PARTITIONS.length)], random);
    Dataset<Row> df = Partitions.dataFrame(session, partitions, schema);

    List<String> columns = new ArrayList<>();
    for (int c = 0; c < types.size(); c++) {
      if (axis == null || axis == 0) {
        columns.add("c" + c);
      }
      columns.add("c" + c + "s");
    }
    List<Column> order = isOrdered ? List.of(functions.col("row")) : List.of();
    List<Row> results =
        new CumulativeRequest(
                function, columns, axis, null, options, List.of(), List.of(), order, !isOrdered)
            .apply(df)
            .collectAsList();
    if (Integer.valueOf(1).equals(axis)) {
      // Nothing crosses rows, so that nothing orders them.
      results = results.stream().sorted(Comparator.comparing(row -> row.getInt(0))).toList();
    }

    assertThat(results).extracting(row -> row.getInt(0)).isSorted().hasSize(ROWS);
    for (int c = 0; c < types.size(); c++) {
      Line line = new Line(function, types.get(c), options);
      String suffix = "_" + function.sqlName();
      if (columns.contains("c" + c)) {
        assertThat(column(results, "c" + c + suffix))
            .as("%s of %s", line, types.get(c).sql())
            .isEqualTo(line.of(scalars.get(c)));
      }
      assertThat(column(results, "c" + c + "s" + suffix))
          .as("%s of arrays of %s", line, types.get(c).sql())
          .isEqualTo(ofArrays(line, arrays.get(c), axis));
    }
  }

  private static boolean isNullArray(int row) {
    return row % 10 == 3;
  }

  private static SparkSession session(Random random) {
    SparkSession session = Sessions.shared().newSession();
    session.conf().set("spark.sql.ansi.enabled", false);
    session.conf().set("spark.sql.adaptive.enabled", random.nextBoolean());
    session.conf().set("spark.cumsum.maxTotalsOnDriver", random.nextBoolean() ? "0" : "64MB");
    if (random.nextInt(3) == 0) {
      session.conf().set("spark.sql.codegen.wholeStage", false);
      session.conf().set("spark.sql.codegen.factoryMode", "NO_CODEGEN");
    }
    return session;
  }

  private static List<DataType> types(Operation operation) {
    List<DataType> types = new ArrayList<>(Reference.TYPES);
    if (!operation.hasIdentity()) {
      types.addAll(List.of(DataTypes.StringType, DataTypes.DateType, DataTypes.TimestampType));
    }
    types.removeIf(type -> operation.resultType(type).isEmpty());
    return types;
  }

  private static List<Object> draw(
      CumulativeFunction function, DataType type, int length, Random random) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      Object value;
      if (type.equals(DataTypes.StringType)) {
        value = random.nextInt(8) == 0 ? null : Integer.toString(random.nextInt(100000), 36);
      } else if (type.equals(DataTypes.DateType)) {
        value =
            random.nextInt(8) == 0 ? null : Date.valueOf("2020-01-" + (10 + random.nextInt(20)));
      } else if (type.equals(DataTypes.TimestampType)) {
        value = random.nextInt(8) == 0 ? null : new Timestamp(random.nextInt() * 1000L);
      } else {
        value = Reference.draw(type, random);
      }
      if (function.skipsNan() && random.nextInt(5) == 0) {
        value =
            type instanceof DoubleType
                ? (Object) Double.NaN
                : type instanceof FloatType ? (Object) Float.NaN : value;
      }
      values.add(value);
    }
    return values;
  }

  private static List<Object> column(List<Row> rows, String name) {
    List<Object> column = new ArrayList<>();
    for (Row row : rows) {
      int index = row.fieldIndex(name);
      column.add(
          row.isNullAt(index) || !(row.get(index) instanceof scala.collection.Seq)
              ? row.get(index)
              : new ArrayList<>(row.getList(index)));
    }
    return column;
  }

  private static List<Object> ofArrays(Line line, List<Object> elements, Integer axis) {
    List<Object> results = new ArrayList<>(Collections.nCopies(elements.size(), null));
    if (axis == null) {
      List<Integer> places = new ArrayList<>();
      for (int i = 0; i < elements.size(); i++) {
        if (!isNullArray(i / WIDTH)) {
          places.add(i);
        }
      }
      fill(line, elements, places, results);
    } else if (axis == 0) {
      for (int element = 0; element < WIDTH; element++) {
        List<Integer> places = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
          if (!isNullArray(row)) {
            places.add(row * WIDTH + element);
          }
        }
        fill(line, elements, places, results);
      }
    } else {
      for (int row = 0; row < ROWS; row++) {
        fill(
            line.sequential(),
            elements,
            List.of(row * WIDTH, row * WIDTH + 1, row * WIDTH + 2),
            results);
      }
    }
    List<Object> arrays = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      arrays.add(
          isNullArray(row)
              ? null
              : new ArrayList<>(results.subList(row * WIDTH, (row + 1) * WIDTH)));
    }
    return arrays;
  }

  private static void fill(
      Line line, List<Object> elements, List<Integer> places, List<Object> results) {
    List<Object> values = line.of(places.stream().map(elements::get).toList());
    for (int i = 0; i < values.size(); i++) {
      results.set(places.get(i), values.get(i));
    }
  }

  /** The function along one line of values, by exact arithmetic. */
  private record Line(
      CumulativeFunction function, DataType type, ScanOptions options, boolean rounds) {
    Line(CumulativeFunction function, DataType type, ScanOptions options) {
      this(function, type, options, false);
    }

    /** Rounds each step, as floats are accumulated along a row's array. */
    Line sequential() {
      return new Line(function, type, options, true);
    }

    List<Object> of(List<Object> values) {
      List<Object> inDirection = new ArrayList<>(values);
      if (options.reverse()) {
        Collections.reverse(inDirection);
      }
      List<Object> results = new ArrayList<>();
      Object state = null;
      for (Object value : inDirection) {
        Object before = state;
        if (value != null) {
          state = state == null ? exact(value) : combined(state, exact(value));
        }
        results.add(value == null ? null : shown(options.exclusive() ? before : state));
      }
      if (options.reverse()) {
        Collections.reverse(results);
      }
      return results;
    }

    private Object exact(Object value) {
      if (!function.operation().hasIdentity()) {
        return value;
      }
      if (value instanceof Number number && Double.isNaN(number.doubleValue())) {
        return BigDecimal.valueOf(function.operation().identity());
      }
      BigDecimal exact = Reference.exactly(value);
      boolean isMultipliedAsDouble =
          function.operation() == Operation.PRODUCT && type instanceof DecimalType;
      return isMultipliedAsDouble ? new BigDecimal(exact.doubleValue()) : exact;
    }

    @SuppressWarnings("unchecked")
    private Object combined(Object left, Object right) {
      return switch (function.operation()) {
        case SUM -> rounded(((BigDecimal) left).add((BigDecimal) right));
        case PRODUCT -> rounded(product((BigDecimal) left, (BigDecimal) right));
        case MAXIMUM -> compare(left, right) >= 0 ? left : right;
        case MINIMUM -> compare(left, right) <= 0 ? left : right;
      };
    }

    private BigDecimal product(BigDecimal left, BigDecimal right) {
      boolean isFloating = shown(BigDecimal.ONE) instanceof Number n && !(n instanceof Long);
      return isFloating ? left.multiply(right, new MathContext(80)) : left.multiply(right);
    }

    private BigDecimal rounded(BigDecimal exact) {
      Object shown = rounds ? shown(exact) : null;
      return shown instanceof Float || shown instanceof Double
          ? new BigDecimal(((Number) shown).doubleValue())
          : exact;
    }

    @SuppressWarnings("unchecked")
    private static int compare(Object left, Object right) {
      if (left instanceof java.time.Period period) {
        return Long.compare(period.toTotalMonths(), ((java.time.Period) right).toTotalMonths());
      }
      return ((Comparable<Object>) left).compareTo(right);
    }

    private Object shown(Object state) {
      if (!function.operation().hasIdentity()) {
        return state;
      }
      BigDecimal exact =
          state != null
              ? (BigDecimal) state
              : function.operation() == Operation.SUM ? BigDecimal.ZERO : BigDecimal.ONE;
      if (function.operation() == Operation.SUM && type instanceof DecimalType decimal) {
        return exact.setScale(decimal.scale());
      } else if (type instanceof FloatType) {
        return Float.parseFloat(exact.toString());
      } else if (type instanceof DoubleType || type instanceof DecimalType) {
        return Double.parseDouble(exact.toString());
      } else if (type instanceof DayTimeIntervalType || type instanceof YearMonthIntervalType) {
        return Reference.rounded(type, exact);
      }
      return exact.toBigIntegerExact().longValue();
    }

    @Override
    public String toString() {
      return function + " " + options;
    }
  }
}
