package io.sparkcumsum.array;

import io.sparkcumsum.accumulator.Operation;
import java.util.Locale;

/** The cumulative functions, by their names in NumPy and pandas. */
public enum CumulativeFunction {
  CUMSUM(Operation.SUM, "cumulative sum", "numpy.cumsum"),
  CUMPROD(Operation.PRODUCT, "cumulative product", "numpy.cumprod"),
  CUMMAX(Operation.MAXIMUM, "cumulative maximum", "numpy.maximum.accumulate"),
  CUMMIN(Operation.MINIMUM, "cumulative minimum", "numpy.minimum.accumulate"),
  NANCUMSUM(Operation.SUM, "cumulative sum, NaN counted as 0,", "numpy.nancumsum"),
  NANCUMPROD(Operation.PRODUCT, "cumulative product, NaN counted as 1,", "numpy.nancumprod"),
  CUMULATIVE_SUM(Operation.SUM, "cumulative sum", "numpy.cumulative_sum"),
  CUMULATIVE_PROD(Operation.PRODUCT, "cumulative product", "numpy.cumulative_prod");

  private final Operation operation;
  private final String title;
  private final String model;

  CumulativeFunction(Operation operation, String title, String model) {
    this.operation = operation;
    this.title = title;
    this.model = model;
  }

  public Operation operation() {
    return operation;
  }

  /** The name in SQL, which is that in NumPy or pandas. */
  public String sqlName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The function with that name in SQL. */
  public static CumulativeFunction of(String sqlName) {
    return valueOf(sqlName.toUpperCase(Locale.ROOT));
  }

  /** What it returns, in words. */
  public String title() {
    return title;
  }

  /** The function of NumPy that has the same results. */
  public String model() {
    return model;
  }

  /** Whether NaN counts as the identity. */
  public boolean skipsNan() {
    return this == NANCUMSUM || this == NANCUMPROD;
  }

  /** The number that NaN counts as, if it {@linkplain #skipsNan is skipped}. */
  public double numberForNan() {
    return operation == Operation.PRODUCT ? 1 : 0;
  }

  /** The function with the same results that takes arrays without an axis. */
  public CumulativeFunction flattening() {
    return switch (this) {
      case CUMULATIVE_SUM -> CUMSUM;
      case CUMULATIVE_PROD -> CUMPROD;
      default -> this;
    };
  }

  /** Whether it is one of the array API's, which take include_initial and do not flatten. */
  public boolean isOfArrayApi() {
    return this == CUMULATIVE_SUM || this == CUMULATIVE_PROD;
  }

  @Override
  public String toString() {
    return sqlName();
  }
}
