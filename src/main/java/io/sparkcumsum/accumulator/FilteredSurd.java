package io.sparkcumsum.accumulator;

import java.util.function.Supplier;

/**
 * A {@link Surd} with an approximation and a bound of its error. Mostly these alone tell which
 * double is nearest, and the exact number, which takes several times as long, is never computed.
 *
 * <p>Such a test is known as a floating-point filter, and numbers that are only computed exactly if
 * it fails as lazy ones: Fortune and Van Wyk, "Static Analysis Yields Efficient Exact Integer
 * Arithmetic for Computational Geometry" (1996); Pion and Fabri, "A Generic Lazy Evaluation Scheme
 * for Exact Geometric Computations" (2011).
 *
 * <p>The methods are called by generated code. {@link #value} must be called before the moments
 * that the number was made of change.
 */
public final class FilteredSurd {
  static final FilteredSurd NAN = unknown(() -> Surd.NAN);

  /**
   * More than the relative error of an operation in {@link DoubleWord}, by a factor above 4, which
   * covers that bounds of errors are themselves rounded.
   */
  private static final double ROUNDING = 0x1p-98;

  /**
   * Numbers beyond this, or closer to zero than its inverse, have no approximation, so that in no
   * operation anything overflows or underflows.
   */
  private static final double LARGEST = 0x1p400;

  private static final double SMALLEST = 0x1p-400;

  /** NaN if nothing is known but the exact number. */
  private final DoubleWord approximation;

  /** The exact number is at most this far from the approximation. */
  private final double error;

  private final Supplier<Surd> exact;

  private FilteredSurd(DoubleWord approximation, double error, Supplier<Surd> exact) {
    this.approximation = approximation;
    this.error = error;
    this.exact = exact;
  }

  private static FilteredSurd unknown(Supplier<Surd> exact) {
    return new FilteredSurd(DoubleWord.of(Double.NaN), Double.NaN, exact);
  }

  /**
   * @param error how far the exact number is from the approximation at most
   */
  private static FilteredSurd of(DoubleWord approximation, double error, Supplier<Surd> exact) {
    double magnitude = Math.abs(approximation.high());
    boolean isZero = magnitude == 0 && error == 0;
    return isZero || (magnitude >= SMALLEST && magnitude <= LARGEST)
        ? new FilteredSurd(approximation, error, exact)
        : unknown(exact);
  }

  /** The result of an operation whose operands are off by so much that it is off by this. */
  private static FilteredSurd rounded(
      DoubleWord approximation, double error, Supplier<Surd> exact) {
    return of(approximation, error + Math.abs(approximation.high()) * ROUNDING, exact);
  }

  /** A double as it is; NaN for an infinity. */
  public static FilteredSurd of(double value) {
    return of(DoubleWord.of(value), 0, () -> Surd.of(value));
  }

  static FilteredSurd of(DyadicSum sum) {
    return rounded(sum.approximation(), 0, () -> Surd.of(sum.value(), Dyadic.ONE));
  }

  /** The sum. */
  public FilteredSurd plus(FilteredSurd other) {
    return rounded(
        approximation.plus(other.approximation),
        error + other.error,
        () -> exact.get().plus(other.exact.get()));
  }

  /** The difference. */
  public FilteredSurd minus(FilteredSurd other) {
    return rounded(
        approximation.plus(other.approximation.negative()),
        error + other.error,
        () -> exact.get().minus(other.exact.get()));
  }

  /** The product. */
  public FilteredSurd times(FilteredSurd other) {
    return rounded(
        approximation.times(other.approximation),
        Math.abs(approximation.high()) * other.error
            + (Math.abs(other.approximation.high()) + other.error) * error,
        () -> exact.get().times(other.exact.get()));
  }

  /** The quotient; null if the divisor is zero. */
  public FilteredSurd dividedBy(FilteredSurd divisor) {
    double least = Math.abs(divisor.approximation.high()) - 2 * divisor.error;
    if (!(least > 0)) {
      return divisor.exact.get().isZero()
          ? null
          : unknown(() -> exact.get().dividedBy(divisor.exact.get()));
    }
    DoubleWord quotient = approximation.dividedBy(divisor.approximation);
    return rounded(
        quotient,
        (error + Math.abs(quotient.high()) * divisor.error) / least,
        () -> exact.get().dividedBy(divisor.exact.get()));
  }

  /** The square root; NaN of a negative number. */
  public FilteredSurd squareRoot() {
    if (!(approximation.high() > 2 * error)) {
      return unknown(() -> exact.get().squareRoot());
    }
    DoubleWord root = approximation.squareRoot();
    return rounded(root, error / root.high(), () -> exact.get().squareRoot());
  }

  /** The absolute value. */
  public FilteredSurd absolute() {
    DoubleWord absolute = approximation.high() < 0 ? approximation.negative() : approximation;
    return new FilteredSurd(absolute, error, () -> exact.get().absolute());
  }

  /**
   * The number rounded to DOUBLE: to the nearest one, ties to even. It is infinite if it is too
   * large, and zero if it is too small.
   */
  public double value() {
    double least = approximation.high() + (approximation.low() - error);
    double largest = approximation.high() + (approximation.low() + error);
    // A zero is positive, as that of a Surd.
    return least == largest ? least + 0.0 : exact.get().value();
  }

  /** As {@link #value}, but not zero unless the number is, so that the two compare alike. */
  public double comparable() {
    double value = value();
    return value == 0 ? exact.get().comparable() : value;
  }
}
