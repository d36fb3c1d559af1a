package io.sparkcumsum.accumulator;

import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.RowOrdering$;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.YearMonthIntervalType;

/**
 * An associative operation, and the accumulator that computes it for each type.
 *
 * <p>There are two kinds of accumulators. Sequential ones take values that are not split, and give
 * NumPy's bits: they combine floats strictly from left to right. Mergeable ones take values that
 * are split into parts, and the results hardly depend on the split: sums of floats are exact, and
 * products are held to twice the precision of DOUBLE.
 */
public enum Operation {
  SUM(
      0,
      "\"NUMERIC\" or \"BOOLEAN\" or \"INTERVAL\"",
      "integers and booleans are added as BIGINT, DECIMAL(p, s) as DECIMAL(min(38, p + 10), s),"
          + " others as themselves; with bool the sum is a running OR") {
    @Override
    public Optional<DataType> resultType(DataType element) {
      if (element instanceof DayTimeIntervalType || element instanceof YearMonthIntervalType) {
        return Optional.of(element);
      } else if (element instanceof DecimalType decimal) {
        int precision = Math.min(DecimalType.MAX_PRECISION(), decimal.precision() + 10);
        return Optional.of(new DecimalType(precision, decimal.scale()));
      }
      return promoted(element);
    }

    @Override
    Accumulator of(Values values) {
      if (values.result instanceof BooleanType) {
        return new IntegralExtremum(Primitive.BOOLEAN, /* maximum= */ true);
      } else if (values.result instanceof DecimalType sum) {
        return new DecimalSum((DecimalType) values.element, sum, values.overflow);
      } else if (values.isFloating()) {
        return values.mergeable
            ? new ExactSum(values.result, values.exclusive)
            : new FloatingSum(values.result instanceof FloatType);
      }
      return new IntegralSum(values.element, values.result, values.overflow);
    }
  },

  /**
   * DECIMAL is multiplied in DOUBLE, as Spark's {@code product} does, because the scale of an exact
   * product would grow with each factor.
   */
  PRODUCT(
      1,
      "\"NUMERIC\" or \"BOOLEAN\"",
      "integers and booleans are multiplied as BIGINT, DECIMAL as DOUBLE, others as themselves;"
          + " with bool the product is a running AND") {
    @Override
    public Optional<DataType> resultType(DataType element) {
      return element instanceof DecimalType ? Optional.of(DataTypes.DoubleType) : promoted(element);
    }

    @Override
    Accumulator of(Values values) {
      if (values.result instanceof BooleanType) {
        return new IntegralExtremum(Primitive.BOOLEAN, /* maximum= */ false);
      } else if (values.isFloating()) {
        boolean single = values.result instanceof FloatType;
        return values.mergeable ? new WideProduct(single) : new FloatingProduct(single);
      }
      return new IntegralProduct(values.element, values.result, values.overflow);
    }
  },

  MAXIMUM(null, "a type with an order", "the type stays") {
    @Override
    public Optional<DataType> resultType(DataType element) {
      return ordered(element);
    }

    @Override
    Accumulator of(Values values) {
      return extremum(values, /* maximum= */ true);
    }
  },

  MINIMUM(null, "a type with an order", "the type stays") {
    @Override
    public Optional<DataType> resultType(DataType element) {
      return ordered(element);
    }

    @Override
    Accumulator of(Values values) {
      return extremum(values, /* maximum= */ false);
    }
  };

  /**
   * What is to be accumulated.
   *
   * @param element the type of the values; the operation must {@linkplain #reads read} it
   * @param result the type in which they are accumulated
   * @param overflow what happens to results that are out of range
   * @param exclusive whether each result leaves out its own value
   * @param mergeable whether the accumulator will be merged
   */
  record Values(
      DataType element, DataType result, Overflow overflow, boolean exclusive, boolean mergeable) {
    boolean isFloating() {
      return result instanceof DoubleType || result instanceof FloatType;
    }
  }

  private final Integer identity;
  private final String elements;
  private final String promotion;

  Operation(Integer identity, String elements, String promotion) {
    this.identity = identity;
    this.elements = elements;
    this.promotion = promotion;
  }

  /**
   * The value that leaves all others unchanged. Null if there is none; results of no values are
   * then null too.
   */
  public Integer identity() {
    return identity;
  }

  /** What {@link #resultType} says, in words. */
  public String promotion() {
    return promotion;
  }

  /** The types of elements that it takes, as error messages name them. */
  public String elements() {
    return elements;
  }

  /**
   * The type in which elements are accumulated if no dtype is given; empty if they cannot be. The
   * untyped NULL of {@code array()} becomes DOUBLE, as NumPy's empty list does.
   */
  public abstract Optional<DataType> resultType(DataType element);

  abstract Accumulator of(Values values);

  /** Whether values can be accumulated in a type after a cast to it. */
  public boolean accumulatesIn(DataType dtype) {
    Optional<DataType> result = resultType(dtype);
    return result.isPresent()
        && !(dtype instanceof NullType)
        && (result.get().getClass().equals(dtype.getClass()) || Primitive.of(dtype).isPresent());
  }

  public boolean hasIdentity() {
    return identity != null;
  }

  /** Whether a result may be null although no value is null. */
  public boolean mayGiveNull(DataType result, boolean failOnOverflow, boolean exclusive) {
    boolean mayNotFit = this == SUM && result instanceof DecimalType && !failOnOverflow;
    return mayNotFit || (exclusive && !hasIdentity());
  }

  /** Whether the accumulators read elements of this type directly. Others must be cast first. */
  public boolean reads(DataType element, DataType result) {
    if (hasIdentity() && result instanceof LongType) {
      return element instanceof BooleanType
          || element instanceof ByteType
          || element instanceof ShortType
          || element instanceof IntegerType
          || element instanceof LongType;
    }
    if (this == SUM
        && result instanceof DecimalType wide
        && element instanceof DecimalType narrow) {
      return narrow.scale() == wide.scale() && narrow.precision() <= wide.precision();
    }
    return element.equals(result);
  }

  /** An accumulator of values that are not split. */
  public Accumulator sequential(
      DataType element, DataType result, Overflow overflow, boolean exclusive) {
    boolean mergeable = false;
    return of(new Values(element, result, overflow, exclusive, mergeable));
  }

  /** An accumulator that can be merged. */
  public Accumulator mergeable(
      DataType element, DataType result, Overflow overflow, boolean exclusive) {
    boolean mergeable = true;
    return of(new Values(element, result, overflow, exclusive, mergeable));
  }

  /** NumPy's promotion: booleans and integers to BIGINT. */
  private static Optional<DataType> promoted(DataType element) {
    if (element instanceof BooleanType
        || element instanceof ByteType
        || element instanceof ShortType
        || element instanceof IntegerType
        || element instanceof LongType) {
      return Optional.of(DataTypes.LongType);
    } else if (element instanceof FloatType || element instanceof DoubleType) {
      return Optional.of(element);
    }
    return element instanceof NullType ? Optional.of(DataTypes.DoubleType) : Optional.empty();
  }

  private static Optional<DataType> ordered(DataType element) {
    if (element instanceof NullType) {
      return Optional.of(DataTypes.DoubleType);
    }
    return RowOrdering$.MODULE$.isOrderable(element) && !(element instanceof ArrayType)
        ? Optional.of(element)
        : Optional.empty();
  }

  private static Accumulator extremum(Values values, boolean maximum) {
    Optional<Primitive> primitive = Primitive.of(values.result);
    // An exclusive scan starts with null, which a primitive cell cannot hold.
    if (values.exclusive || primitive.isEmpty()) {
      return new ObjectExtremum(values.result, maximum);
    }
    return values.isFloating()
        ? new FloatingExtremum(values.result instanceof FloatType, maximum)
        : new IntegralExtremum(primitive.get(), maximum);
  }
}
