package io.sparkcumsum;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.YearMonthIntervalType;

/** Values of every type that can be summed, and their running sums by exact arithmetic. */
final class Reference {
  static final List<DataType> TYPES =
      List.of(
          DataTypes.BooleanType,
          DataTypes.ByteType,
          DataTypes.ShortType,
          DataTypes.IntegerType,
          DataTypes.LongType,
          DataTypes.FloatType,
          DataTypes.DoubleType,
          DataTypes.createDecimalType(7, 2),
          DataTypes.createDecimalType(38, 4),
          DataTypes.createDayTimeIntervalType(),
          DataTypes.createYearMonthIntervalType());

  private Reference() {}

  /** A value as Spark's rows hold it, one in eight null. */
  static Object draw(DataType type, Random random) {
    if (random.nextInt(8) == 0) {
      return null;
    }
    if (type.equals(DataTypes.BooleanType)) {
      return random.nextBoolean();
    } else if (type.equals(DataTypes.ByteType)) {
      return (byte) random.nextInt();
    } else if (type.equals(DataTypes.ShortType)) {
      return (short) random.nextInt();
    } else if (type.equals(DataTypes.IntegerType)) {
      return random.nextInt();
    } else if (type.equals(DataTypes.LongType)) {
      return random.nextLong() >> 10;
    } else if (type.equals(DataTypes.FloatType)) {
      return (random.nextFloat() - 0.5f) * 1000;
    } else if (type.equals(DataTypes.DoubleType)) {
      return random.nextGaussian() * Math.scalb(1.0, random.nextInt(40) - 20);
    } else if (type instanceof DecimalType decimal) {
      int bits = Math.min(100, 3 * decimal.precision());
      return new BigDecimal(new BigInteger(bits, random), decimal.scale());
    } else if (type instanceof DayTimeIntervalType) {
      return Duration.ofNanos(random.nextInt() * 1000L);
    } else if (type instanceof YearMonthIntervalType) {
      return Period.ofMonths(random.nextInt(1000) - 500).normalized();
    }
    throw new AssertionError(type.sql());
  }

  /** The running sum at each value, null where the value is null. */
  static List<Object> cumsum(DataType type, List<Object> values) {
    List<Object> sums = new ArrayList<>();
    BigDecimal sum = BigDecimal.ZERO;
    for (Object value : values) {
      if (value == null) {
        sums.add(null);
      } else {
        sum = sum.add(exactly(value));
        sums.add(rounded(type, sum));
      }
    }
    return sums;
  }

  static BigDecimal exactly(Object value) {
    if (value instanceof Boolean bool) {
      return bool ? BigDecimal.ONE : BigDecimal.ZERO;
    } else if (value instanceof BigDecimal decimal) {
      return decimal;
    } else if (value instanceof Duration duration) {
      return BigDecimal.valueOf(duration.toNanos());
    } else if (value instanceof Period period) {
      return BigDecimal.valueOf(period.toTotalMonths());
    } else if (value instanceof Float || value instanceof Double) {
      return new BigDecimal(((Number) value).doubleValue());
    }
    return BigDecimal.valueOf(((Number) value).longValue());
  }

  static Object rounded(DataType type, BigDecimal sum) {
    if (type.equals(DataTypes.FloatType)) {
      return Float.parseFloat(sum.toString());
    } else if (type.equals(DataTypes.DoubleType)) {
      return Double.parseDouble(sum.toString());
    } else if (type instanceof DecimalType) {
      return sum;
    } else if (type instanceof DayTimeIntervalType) {
      return Duration.ofNanos(sum.longValueExact());
    } else if (type instanceof YearMonthIntervalType) {
      return Period.ofMonths(sum.intValueExact()).normalized();
    }
    return sum.longValueExact();
  }
}
