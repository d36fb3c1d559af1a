package io.sparkcumsum.array;

import io.sparkcumsum.accumulator.Operation;
import java.util.List;
import java.util.Locale;

/** The cumulative functions, named as in NumPy and pandas, with the texts for their SQL help. */
public enum CumulativeFunction {
  CUMSUM(
      Operation.SUM,
      "cumulative sum",
      "numpy.cumsum",
      15,
      "array(1, 2, 3, 4)",
      "[1,3,6,10]",
      "10",
      "[10]",
      "array(array(2, 4, 6), array(1, 3, 5))",
      "[2,6,12,13,16,21]",
      "array(array(2, 4, 6), array(1, 3, 5)), 0",
      "[[2,4,6],[3,7,11]]",
      "array(array(2, 4, 6), array(1, 3, 5)), axis => -1",
      "[[2,6,12],[1,4,9]]",
      "array(1.5D, 1.5D, 1.5D), dtype => 'int64'",
      "[1,2,3]",
      "array(1, NULL, 3)",
      "[1,null,4]",
      "array(1, 2, 3), exclusive => true",
      "[0,1,3]",
      "array(1, 2, 3), reverse => true",
      "[6,5,3]"),
  CUMPROD(
      Operation.PRODUCT,
      "cumulative product",
      "numpy.cumprod",
      50,
      "array(1, 2, 3, 4)",
      "[1,2,6,24]",
      "array(array(2, 4), array(3, 5)), 0",
      "[[2,4],[6,20]]",
      "array(0.5D, NULL, 0.5D)",
      "[0.5,null,0.25]",
      "array(2, 3, 4), exclusive => true",
      "[1,2,6]"),
  CUMMAX(
      Operation.MAXIMUM,
      "cumulative maximum",
      "numpy.maximum.accumulate",
      10,
      "array(3, 1, 4, 1, 5)",
      "[3,3,4,4,5]",
      "array('b', 'a', NULL, 'c')",
      "[\"b\",\"b\",null,\"c\"]",
      "array(3, 1, 4), exclusive => true",
      "[null,3,3]"),
  CUMMIN(
      Operation.MINIMUM,
      "cumulative minimum",
      "numpy.minimum.accumulate",
      5,
      "array(3, 1, 4, 1, 5)",
      "[3,1,1,1,1]",
      "array(3, 1, 4), reverse => true",
      "[1,1,4]"),
  NANCUMSUM(
      Operation.SUM,
      "cumulative sum, NaN counted as 0,",
      "numpy.nancumsum",
      15,
      "array(1D, double('NaN'), 2D)",
      "[1.0,1.0,3.0]"),
  NANCUMPROD(
      Operation.PRODUCT,
      "cumulative product, NaN counted as 1,",
      "numpy.nancumprod",
      50,
      "array(2D, double('NaN'), 3D)",
      "[2.0,2.0,6.0]"),
  CUMULATIVE_SUM(
      Operation.SUM,
      "cumulative sum",
      "numpy.cumulative_sum",
      15,
      "array(1, 2, 3)",
      "[1,3,6]",
      "array(1, 2, 3), include_initial => true",
      "[0,1,3,6]"),
  CUMULATIVE_PROD(
      Operation.PRODUCT,
      "cumulative product",
      "numpy.cumulative_prod",
      50,
      "array(1, 2, 3), include_initial => true",
      "[1,1,2,6]");

  private final Operation operation;
  private final String title;
  private final String model;
  private final int ofTenAndFive;
  private final List<String> examples;

  /**
   * @param ofTenAndFive the last result for the values 10 and 5, for the table function's example
   * @param examples arguments of a SQL call and its result, alternating
   */
  CumulativeFunction(
      Operation operation, String title, String model, int ofTenAndFive, String... examples) {
    this.operation = operation;
    this.title = title;
    this.model = model;
    this.ofTenAndFive = ofTenAndFive;
    this.examples = List.of(examples);
  }

  public Operation operation() {
    return operation;
  }

  /** The name in SQL, which is the same as in NumPy or pandas. */
  public String sqlName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What it returns, in words. */
  public String title() {
    return title;
  }

  /** The function of NumPy that has the same results. */
  public String model() {
    return model;
  }

  /** The last result for the values 10 and 5. */
  public int ofTenAndFive() {
    return ofTenAndFive;
  }

  /** Arguments of a SQL call and its result, alternating. */
  List<String> examples() {
    return examples;
  }

  /** Whether NaN counts as the identity. */
  public boolean skipsNan() {
    return this == NANCUMSUM || this == NANCUMPROD;
  }

  /** The function with the same results that flattens arrays if no axis is given. */
  public CumulativeFunction flattening() {
    return switch (this) {
      case CUMULATIVE_SUM -> CUMSUM;
      case CUMULATIVE_PROD -> CUMPROD;
      default -> this;
    };
  }

  /**
   * Whether it comes from the array API standard. Such functions take {@code include_initial} and
   * do not flatten.
   */
  public boolean isOfArrayApi() {
    return this == CUMULATIVE_SUM || this == CUMULATIVE_PROD;
  }

  @Override
  public String toString() {
    return sqlName();
  }
}
