package io.sparkcumsum.accumulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkcumsum.Seeds;
import io.sparkcumsum.error.CumsumRuntimeException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.SparkArithmeticException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.execution.vectorized.OnHeapColumnVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.YearMonthIntervalType$;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** What all accumulators over 1-d arrays have in common, and the integers and decimals. */
class CellAccumulatorTest {

  /** The integers, with how they are stored and what they wrap to. */
  private enum Integral {
    TINYINT(DataTypes.ByteType, 8) {
      @Override
      Object box(long value) {
        return (byte) value;
      }
    },
    SMALLINT(DataTypes.ShortType, 16) {
      @Override
      Object box(long value) {
        return (short) value;
      }
    },
    INT(DataTypes.IntegerType, 32) {
      @Override
      Object box(long value) {
        return (int) value;
      }
    },
    BIGINT(DataTypes.LongType, 64) {
      @Override
      Object box(long value) {
        return value;
      }
    };

    private final DataType type;
    private final int bits;

    Integral(DataType type, int bits) {
      this.type = type;
      this.bits = bits;
    }

    abstract Object box(long value);

    long draw(Random random) {
      return random.nextLong() >> (64 - bits) >> random.nextInt(bits);
    }

    boolean holds(BigInteger value) {
      return value.bitLength() < bits;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 6, 8, 13, 16, 25, 63, 64, 65, 127, 128, 129, 1000, 4098})
  void scanIsTheLoopForEveryLength(int length) {
    Random random = Seeds.random("CellAccumulatorTest " + length, 4);
    for (Integral integral : Integral.values()) {
      Object[] values = new Object[length];
      Object[] expected = new Object[length];
      long running = 0;
      for (int i = 0; i < length; i++) {
        if (random.nextInt(10) > 0) {
          long value = integral.draw(random);
          running += value;
          values[i] = integral.box(value);
          expected[i] = integral.box(running);
        }
      }
      ArrayData scanned =
          new IntegralSum(integral.type, integral.type, overflow(false))
              .accumulate(new GenericArrayData(values), ScanOptions.INCLUSIVE);
      assertThat(elements(scanned, integral.type)).containsExactly(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(Integral.class)
  void overflowIsFoundExactlyWhereItHappens(Integral integral) {
    Random random = Seeds.random("CellAccumulatorTest overflow " + integral, 5);
    for (int round = 0; round < 300; round++) {
      Object[] values = new Object[1 + random.nextInt(12)];
      BigInteger sum = BigInteger.ZERO;
      boolean overflows = false;
      for (int i = 0; i < values.length; i++) {
        long value = integral.draw(random);
        values[i] = integral.box(value);
        sum = sum.add(BigInteger.valueOf(value));
        overflows |= !integral.holds(sum);
      }
      IntegralSum checked = new IntegralSum(integral.type, integral.type, overflow(true));
      if (overflows) {
        assertThatThrownBy(
                () -> checked.accumulate(new GenericArrayData(values), ScanOptions.INCLUSIVE))
            .isInstanceOfSatisfying(
                SparkArithmeticException.class,
                e -> assertThat(e.getCondition()).isEqualTo("ARITHMETIC_OVERFLOW"))
            .hasMessageContaining(integral.type.sql() + " overflow in cumsum");
      } else {
        ArrayData scanned = checked.accumulate(new GenericArrayData(values), ScanOptions.INCLUSIVE);
        Object[] elements = elements(scanned, integral.type);
        assertThat(elements[values.length - 1]).isEqualTo(integral.box(sum.longValueExact()));
      }
    }
  }

  /**
   * Sums of BIGINT are looked at block by block where values are small, and one by one elsewhere.
   */
  @Test
  void overflowIsFoundInLongArraysToo() {
    Random random = Seeds.random("CellAccumulatorTest long arrays", 6);
    int overflowing = 0;
    for (int request = 0; request < 300; request++) {
      long[] values = new long[random.nextInt(1, 4000)];
      int small = random.nextInt(1, 64);
      Arrays.setAll(values, i -> random.nextLong() >> small);
      for (int large = random.nextInt(4); large > 0; large--) {
        values[random.nextInt(values.length)] = random.nextLong() >> random.nextInt(3);
      }
      boolean overflows = false;
      BigInteger sum = BigInteger.ZERO;
      long[] sums = new long[values.length];
      for (int i = 0; i < values.length; i++) {
        sum = sum.add(BigInteger.valueOf(values[i]));
        overflows |= sum.bitLength() > 63;
        sums[i] = sum.longValue();
      }
      Accumulator fails = exactSum(DataTypes.LongType, DataTypes.LongType, true);
      ArrayData array = UnsafeArrayData.fromPrimitiveArray(values);
      if (overflows) {
        overflowing++;
        assertThatThrownBy(() -> fails.accumulate(array, ScanOptions.INCLUSIVE))
            .hasMessageContaining("BIGINT overflow in cumsum");
      } else {
        assertThat(fails.accumulate(array, ScanOptions.INCLUSIVE).toLongArray()).isEqualTo(sums);
      }
    }
    assertThat(overflowing).isBetween(30, 270);
  }

  @Test
  void narrowIntegersOverflowALargeSum() {
    IntegralSum longs = new IntegralSum(DataTypes.LongType, DataTypes.LongType, overflow(true));
    longs.accumulate(
        new GenericArrayData(new Object[] {Long.MAX_VALUE - 1}), ScanOptions.INCLUSIVE);
    ArrayData ones = new GenericArrayData(new Object[] {1, 1});

    Accumulator wraps =
        new IntegralSum(DataTypes.IntegerType, DataTypes.LongType, overflow(false))
            .deserialize(longs.serialize());
    assertThat(wraps.accumulate(ones, ScanOptions.INCLUSIVE).toLongArray())
        .containsExactly(Long.MAX_VALUE, Long.MIN_VALUE);
    assertThat(wraps.accumulate(ones, ScanOptions.INCLUSIVE).toLongArray())
        .containsExactly(Long.MIN_VALUE + 1, Long.MIN_VALUE + 2);
    Accumulator fails =
        new IntegralSum(DataTypes.IntegerType, DataTypes.LongType, overflow(true))
            .deserialize(longs.serialize());
    assertThatThrownBy(() -> fails.accumulate(ones, ScanOptions.INCLUSIVE))
        .hasMessageContaining("BIGINT overflow in cumsum");
  }

  @ParameterizedTest
  @MethodSource("primitives")
  void arraysOfEveryFormatAreReadTheSame(DataType type) {
    Random random = Seeds.random("CellAccumulatorTest formats " + type.sql(), 8);
    for (int round = 0; round < 60; round++) {
      int length = random.nextInt(150);
      int nullsIn = random.nextInt(3);
      Object[] boxed = new Object[length];
      for (int i = 0; i < length; i++) {
        boxed[i] = nullsIn > 0 && random.nextInt(nullsIn * 20) == 0 ? null : draw(type, random);
      }
      ArrayData generic = new GenericArrayData(boxed);
      for (Accumulator kind :
          List.of(
              Operation.SUM.sequential(type, type, overflow(false), false),
              exactSum(type, type, false))) {
        ArrayData expected = kind.fresh().accumulate(generic, ScanOptions.INCLUSIVE);
        for (ArrayData other : List.of(unsafe(generic, type), columnar(generic, type))) {
          assertThat(kind.fresh().accumulate(other, ScanOptions.INCLUSIVE)).isEqualTo(expected);
          assertThat(kind.fresh().accumulateElementwise(other, false))
              .isEqualTo(unsafe(generic, type));
        }
        for (int i = 0; i < length; i++) {
          assertThat(expected.isNullAt(i)).isEqualTo(boxed[i] == null);
        }
        assertThat(unsafe(expected, type)).isEqualTo(expected);
      }
    }
  }

  @Test
  void nullsLeaveANegativeZero() {
    ArrayData zeros = new GenericArrayData(new Object[] {-0.0, null, -0.0});
    for (Accumulator kind : List.of(new FloatingSum(false), new ExactSum(DataTypes.DoubleType))) {
      assertThat(
              elements(kind.fresh().accumulate(zeros, ScanOptions.INCLUSIVE), DataTypes.DoubleType))
          .containsExactly(-0.0, null, -0.0);
      Accumulator cells = kind.fresh();
      cells.accumulateElementwise(zeros, false);
      assertThat(elements(cells.accumulateElementwise(zeros, false), DataTypes.DoubleType))
          .containsExactly(-0.0, null, -0.0);
      ArrayData valueAfterNull = new GenericArrayData(new Object[] {1.0, -0.0, 1.0});
      assertThat(elements(cells.accumulateElementwise(valueAfterNull, false), DataTypes.DoubleType))
          .containsExactly(1.0, -0.0, 1.0);
    }
  }

  private static List<DataType> primitives() {
    return List.of(
        DataTypes.BooleanType,
        DataTypes.ByteType,
        DataTypes.ShortType,
        DataTypes.IntegerType,
        DataTypes.LongType,
        DataTypes.FloatType,
        DataTypes.DoubleType);
  }

  /** The array as Spark writes it into a row. */
  private static ArrayData unsafe(ArrayData values, DataType type) {
    StructType row = new StructType().add("a", DataTypes.createArrayType(type));
    return UnsafeProjection.create(row).apply(InternalRow.fromSeq(one(values))).getArray(0);
  }

  private static Seq<Object> one(Object value) {
    return CollectionConverters.asScala(List.of(value)).toSeq();
  }

  /** A part of a column, as readers of columnar files give it. */
  private static ArrayData columnar(ArrayData values, DataType type) {
    int before = 3;
    OnHeapColumnVector column = new OnHeapColumnVector(before + values.numElements(), type);
    for (int i = 0; i < values.numElements(); i++) {
      if (values.isNullAt(i)) {
        column.putNull(before + i);
      } else {
        put(column, before + i, values, i, type);
      }
    }
    return new ColumnarArray(column, before, values.numElements());
  }

  private static void put(
      OnHeapColumnVector column, int row, ArrayData values, int i, DataType type) {
    if (type.equals(DataTypes.BooleanType)) {
      column.putBoolean(row, values.getBoolean(i));
    } else if (type.equals(DataTypes.ByteType)) {
      column.putByte(row, values.getByte(i));
    } else if (type.equals(DataTypes.ShortType)) {
      column.putShort(row, values.getShort(i));
    } else if (type.equals(DataTypes.IntegerType)) {
      column.putInt(row, values.getInt(i));
    } else if (type.equals(DataTypes.LongType)) {
      column.putLong(row, values.getLong(i));
    } else if (type.equals(DataTypes.FloatType)) {
      column.putFloat(row, values.getFloat(i));
    } else {
      column.putDouble(row, values.getDouble(i));
    }
  }

  @Test
  void totalsWithoutResultsAreThoseWith() {
    Random random = Seeds.random("CellAccumulatorTest totals", 11);
    for (DataType type : everyType()) {
      Accumulator cells = exactSum(type, type, false);
      for (Accumulator kind : List.of(cells, NestedAccumulator.of(cells, 2))) {
        boolean nested = kind != cells;
        Accumulator elementwise = kind.fresh();
        Accumulator flattened = kind.fresh();
        Accumulator stepped = kind.fresh();
        Accumulator scanned = kind.fresh();
        for (int row = 0; row < 20; row++) {
          ArrayData values = nested ? rows(type, random) : row(type, random);
          assertThat(elementwise.reduceElementwise(values)).isSameAs(elementwise);
          assertThat(flattened.reduce(values)).isSameAs(flattened);
          stepped.accumulateElementwise(values, false);
          scanned.accumulate(values, ScanOptions.INCLUSIVE);
        }
        assertThat(elementwise.serialize()).as(type.sql()).isEqualTo(stepped.serialize());
        assertThat(flattened.serialize()).as(type.sql()).isEqualTo(scanned.serialize());
      }
    }
  }

  @Test
  void totalsOfNothingAreThoseOfAScan() {
    Accumulator kind =
        NestedAccumulator.of(exactSum(DataTypes.LongType, DataTypes.LongType, true), 2);
    ArrayData empty = new GenericArrayData(new Object[0]);
    Accumulator scanned = kind.fresh();
    scanned.accumulate(empty, ScanOptions.INCLUSIVE);
    assertThat(kind.fresh().reduce(empty).serialize()).isEqualTo(scanned.serialize());
  }

  @Test
  void totalsLeaveTheRangeAndComeBack() {
    DataType interval = YearMonthIntervalType$.MODULE$.apply();
    IntegralSum months = new IntegralSum(interval, interval, overflow(true));
    ArrayData tooMany = new GenericArrayData(new Object[] {Integer.MAX_VALUE, 1});

    assertThatThrownBy(() -> months.fresh().accumulate(tooMany, ScanOptions.INCLUSIVE))
        .isInstanceOfSatisfying(
            SparkArithmeticException.class,
            e ->
                assertThat(e.getCondition())
                    .isEqualTo("INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION"));
    Accumulator total = months.fresh().reduce(tooMany);
    ArrayData zero = new GenericArrayData(new Object[] {0});
    Accumulator beyond = months.deserialize(total.serialize());
    assertThatThrownBy(() -> beyond.accumulate(zero, ScanOptions.INCLUSIVE))
        .isInstanceOf(SparkArithmeticException.class);
    total.merge(months.fresh().reduce(new GenericArrayData(new Object[] {-10})));
    assertThat(
            months.deserialize(total.serialize()).accumulate(zero, ScanOptions.INCLUSIVE).getInt(0))
        .isEqualTo(Integer.MAX_VALUE - 9);
  }

  @Test
  void decimalsAreExactAtAnySize() {
    Random random = Seeds.random("CellAccumulatorTest decimals", 6);
    DecimalType type = DataTypes.createDecimalType(38, 2);
    BigInteger limit = BigInteger.TEN.pow(38);
    for (int round = 0; round < 50; round++) {
      DecimalSum sum = new DecimalSum(type, type, overflow(false));
      Object[] values = new Object[60];
      Object[] expected = new Object[60];
      BigInteger running = BigInteger.ZERO;
      for (int i = 0; i < values.length; i++) {
        BigInteger unscaled = new BigInteger(1 + random.nextInt(126), random);
        unscaled = random.nextBoolean() ? unscaled.negate() : unscaled;
        running = running.add(unscaled);
        values[i] = Decimal.apply(new BigDecimal(unscaled, 2), 38, 2);
        expected[i] =
            running.abs().compareTo(limit) < 0
                ? Decimal.apply(new BigDecimal(running, 2), 38, 2)
                : null;
      }
      ArrayData scanned = sum.accumulate(new GenericArrayData(values), ScanOptions.INCLUSIVE);
      assertThat(elements(scanned, type)).containsExactly(expected);
    }
  }

  @Test
  void decimalOverflowFailsWhereAskedTo() {
    DecimalType type = DataTypes.createDecimalType(3, 1);
    Object[] values = {Decimal.apply("99.9"), Decimal.apply("0.1")};
    assertThatThrownBy(
            () ->
                new DecimalSum(type, type, overflow(true))
                    .accumulate(new GenericArrayData(values), ScanOptions.INCLUSIVE))
        .hasMessageContaining("DECIMAL(3,1) overflow in cumsum");
  }

  @Test
  void stepAddsElementByElementAndKeepsNulls() {
    IntegralSum sum = new IntegralSum(DataTypes.IntegerType, DataTypes.LongType, overflow(true));
    assertThat(step(sum, 1, null, 3)).containsExactly(1L, null, 3L);
    assertThat(step(sum, 10, 20, null)).containsExactly(11L, 20L, null);
    assertThat(step(sum, 100, 200, 300)).containsExactly(111L, 220L, 303L);
  }

  @Test
  void stepRefusesAnotherLength() {
    IntegralSum sum = new IntegralSum(DataTypes.IntegerType, DataTypes.LongType, overflow(true));
    step(sum, 1, 2, 3);
    assertThatThrownBy(() -> step(sum, 1, 2))
        .isInstanceOfSatisfying(
            CumsumRuntimeException.class,
            e -> assertThat(e.getCondition()).isEqualTo("CUMSUM_RAGGED_ARRAY"))
        .hasMessageContaining("3 and 2");
  }

  @Test
  void sumsThatNoRowCanHoldAreRefused() {
    ArrayData values = UnsafeArrayData.fromPrimitiveArray(new byte[300_000_000]);
    IntegralSum sum = new IntegralSum(DataTypes.ByteType, DataTypes.LongType, overflow(true));
    assertThatThrownBy(() -> sum.accumulate(values, ScanOptions.INCLUSIVE))
        .isInstanceOfSatisfying(
            CumsumRuntimeException.class,
            e -> assertThat(e.getCondition()).isEqualTo("CUMSUM_ARRAY_TOO_LARGE"))
        .hasMessageContaining("300000000 elements");
  }

  @Test
  void everyAccumulatorTravelsAndMerges() {
    Random random = Seeds.random("CellAccumulatorTest merge", 7);
    for (DataType type : everyType()) {
      Accumulator kind = exactSum(type, type, false);
      List<ArrayData> rows = new ArrayList<>();
      for (int row = 0; row < 30; row++) {
        rows.add(row(type, random));
      }
      Accumulator whole = kind.fresh();
      Accumulator merged = kind.fresh();
      Accumulator part = kind.fresh();
      for (ArrayData row : rows) {
        whole.accumulateElementwise(row, false);
        part.accumulateElementwise(row, false);
        if (random.nextInt(5) == 0) {
          merged.merge(kind.deserialize(part.serialize()));
          part = kind.fresh();
        }
      }
      merged.merge(part);
      assertThat(merged.serialize()).as(type.sql()).isEqualTo(whole.serialize());
      assertThat(merged.merge(kind.fresh()).serialize())
          .as(type.sql())
          .isEqualTo(whole.serialize());
      assertThat(kind.fresh().merge(merged).serialize())
          .as(type.sql())
          .isEqualTo(whole.serialize());
    }
  }

  private static Overflow overflow(boolean fails) {
    return new Overflow(fails, "cumsum");
  }

  private static Accumulator exactSum(DataType element, DataType sum, boolean failOnOverflow) {
    return Operation.SUM.mergeable(element, sum, overflow(failOnOverflow), /* exclusive= */ false);
  }

  private static List<DataType> everyType() {
    List<DataType> types = new ArrayList<>(primitives());
    types.add(DataTypes.createDecimalType(20, 3));
    return types;
  }

  private static ArrayData row(DataType type, Random random) {
    Object[] values = new Object[5];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(4) == 0 ? null : draw(type, random);
    }
    return new GenericArrayData(values);
  }

  private static ArrayData rows(DataType type, Random random) {
    Object[] rows = new Object[3];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = random.nextInt(4) == 0 ? null : row(type, random);
    }
    return new GenericArrayData(rows);
  }

  private static Object draw(DataType type, Random random) {
    if (type.equals(DataTypes.BooleanType)) {
      return random.nextInt(9) == 0;
    } else if (type.equals(DataTypes.ByteType)) {
      return (byte) random.nextInt();
    } else if (type.equals(DataTypes.ShortType)) {
      return (short) random.nextInt();
    } else if (type.equals(DataTypes.IntegerType)) {
      return random.nextInt();
    } else if (type.equals(DataTypes.LongType)) {
      return random.nextLong();
    } else if (type.equals(DataTypes.FloatType)) {
      return random.nextFloat() - 0.5f;
    } else if (type.equals(DataTypes.DoubleType)) {
      return random.nextGaussian();
    }
    return Decimal.apply(random.nextInt(), 20, 3);
  }

  private static Object[] step(Accumulator accumulator, Object... values) {
    return elements(
        accumulator.accumulateElementwise(new GenericArrayData(values), false), DataTypes.LongType);
  }

  private static Object[] elements(ArrayData values, DataType type) {
    return Arrays.copyOf(values.toObjectArray(type), values.numElements());
  }
}
