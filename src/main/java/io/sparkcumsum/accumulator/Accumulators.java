package io.sparkcumsum.accumulator;

import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;

/** The accumulator for each type. */
public final class Accumulators {
  private Accumulators() {}

  /**
   * Sums for values that are all at hand, floats strictly left to right.
   *
   * @param element the type of the values, which {@link #reads} must accept
   * @param sum the type in which they are added
   * @param failOnOverflow whether integers and decimals throw instead of wrapping or turning null
   */
  public static Accumulator sequentialSum(DataType element, DataType sum, boolean failOnOverflow) {
    if (sum instanceof DoubleType) {
      return new DoubleSum();
    } else if (sum instanceof FloatType) {
      return new FloatSum();
    }
    return exactSum(element, sum, failOnOverflow);
  }

  /** Sums that can be merged without a trace of where they were split; as above otherwise. */
  public static Accumulator exactSum(DataType element, DataType sum, boolean failOnOverflow) {
    if (sum instanceof DoubleType || sum instanceof FloatType) {
      return new ExactSum(sum);
    } else if (sum instanceof BooleanType) {
      return new LogicalOr();
    } else if (sum instanceof DecimalType decimal) {
      return new DecimalSum(((DecimalType) element).precision(), decimal, failOnOverflow);
    }
    return new IntegralSum(element, sum, failOnOverflow);
  }

  /** True if the accumulator reads these elements itself; others are to be cast before. */
  public static boolean reads(DataType element, DataType sum) {
    if (sum instanceof LongType) {
      return element instanceof BooleanType
          || element instanceof ByteType
          || element instanceof ShortType
          || element instanceof IntegerType
          || element instanceof LongType;
    }
    if (sum instanceof DecimalType wide && element instanceof DecimalType narrow) {
      return narrow.scale() == wide.scale() && narrow.precision() <= wide.precision();
    }
    return element.equals(sum);
  }
}
