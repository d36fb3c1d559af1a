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
  static final FilteredSurd NAN = unknown(false, () -> Surd.NAN);

  /**
   * More than the relative error of an operation of {@link DoubleWord}, eightfold. That covers the
   * rounding of {@link #error} itself where {@link #value} relies on it: there it is less than
   * 2^-53 of the number, and so is what each operation rounds of it.
   */
  private static final double ROUNDING = 0x1p-98;

  /**
   * Numbers beyond this, or closer to zero than its inverse, have no approximation, so that in no
   * operation anything overflows or underflows. Zero has one if it is exact.
   */
  private static final double LARGEST = Math.scalb(1.0, DyadicSum.LARGEST_EXPONENT);

  private static final double SMALLEST = 1 / LARGEST;

  /**
   * The higher part of the approximation; NaN if nothing is known but the exact number. Its parts
   * are kept apart, because several numbers are made for each row, and to make an object more for
   * each of them is slow.
   */
  private final double high;

  /** The lower part. */
  private final double low;

  /** The exact number is at most this far from the approximation. */
  private final double error;

  /** Whether the exact number may be a root, which is rounded before anything is added to it. */
  private final boolean isRoot;

  private final Supplier<Surd> source;

  /** What the source gave; null until it is needed. */
  private Surd exact;

  private FilteredSurd(
      DoubleWord approximation, double error, boolean isRoot, Supplier<Surd> source) {
    this.high = approximation.high();
    this.low = approximation.low();
    this.error = error;
    this.isRoot = isRoot;
    this.source = source;
  }

  private static FilteredSurd unknown(boolean isRoot, Supplier<Surd> source) {
    return new FilteredSurd(DoubleWord.of(Double.NaN), Double.NaN, isRoot, source);
  }

  /**
   * @param error how far the exact number is from the approximation at most
   */
  private static FilteredSurd of(
      DoubleWord approximation, double error, boolean isRoot, Supplier<Surd> source) {
    double magnitude = Math.abs(approximation.high());
    boolean isZero = magnitude == 0 && error == 0;
    return isZero || (magnitude >= SMALLEST && magnitude <= LARGEST)
        ? new FilteredSurd(approximation, error, isRoot, source)
        : unknown(isRoot, source);
  }

  /**
   * The result of an operation.
   *
   * @param error how far it is off because its operands are; the error of the operation itself is
   *     added
   */
  private static FilteredSurd rounded(
      DoubleWord approximation, double error, boolean isRoot, Supplier<Surd> source) {
    return of(approximation, error + Math.abs(approximation.high()) * ROUNDING, isRoot, source);
  }

  /** A double as it is; NaN for an infinity. */
  public static FilteredSurd of(double value) {
    return of(DoubleWord.of(value), 0, false, () -> Surd.of(value));
  }

  static FilteredSurd of(DyadicSum sum) {
    return rounded(sum.approximation(), 0, false, () -> Surd.of(sum.value(), Dyadic.ONE));
  }

  /** A difference of two products, divided by a whole number. */
  static FilteredSurd difference(
      DoubleWord left, DoubleWord right, long divisor, Supplier<Surd> source) {
    double error = (Math.abs(left.high()) + Math.abs(right.high())) * ROUNDING / divisor;
    DoubleWord difference = left.plus(right.negative());
    return rounded(difference.dividedBy(DoubleWord.of((double) divisor)), error, false, source);
  }

  private DoubleWord approximation() {
    return new DoubleWord(high, low);
  }

  private Surd exact() {
    if (exact == null) {
      exact = source.get();
    }
    return exact;
  }

  /** The sum. It is exact unless one of the two is a root, which is rounded first. */
  public FilteredSurd plus(FilteredSurd other) {
    return sum(other.approximation(), other, () -> exact().plus(other.exact()));
  }

  /** The difference; exact where {@link #plus} is. */
  public FilteredSurd minus(FilteredSurd other) {
    return sum(other.approximation().negative(), other, () -> exact().minus(other.exact()));
  }

  private FilteredSurd sum(DoubleWord added, FilteredSurd other, Supplier<Surd> sum) {
    return isRoot || other.isRoot
        ? unknown(false, sum)
        : rounded(approximation().plus(added), error + other.error, false, sum);
  }

  /** The product. */
  public FilteredSurd times(FilteredSurd other) {
    return rounded(
        approximation().times(other.approximation()),
        Math.abs(high) * other.error + (Math.abs(other.high) + other.error) * error,
        isRoot || other.isRoot,
        () -> exact().times(other.exact()));
  }

  /** The quotient; null if the divisor is zero. */
  public FilteredSurd dividedBy(FilteredSurd divisor) {
    boolean isRootToo = isRoot || divisor.isRoot;
    Supplier<Surd> quotient = () -> exact().dividedBy(divisor.exact());
    double least = Math.abs(divisor.high) - 2 * divisor.error;
    if (!(least > 0)) {
      return divisor.exact().isZero() ? null : unknown(isRootToo, quotient);
    }
    DoubleWord approximate = approximation().dividedBy(divisor.approximation());
    return rounded(
        approximate,
        (error + Math.abs(approximate.high()) * divisor.error) / least,
        isRootToo,
        quotient);
  }

  /** The square root; NaN of a negative number. A root is rounded before. */
  public FilteredSurd squareRoot() {
    Supplier<Surd> root = () -> exact().squareRoot();
    if (isRoot || !(high > 2 * error)) {
      return unknown(true, root);
    }
    DoubleWord approximate = approximation().squareRoot();
    return rounded(approximate, error / approximate.high(), true, root);
  }

  /** The absolute value. */
  public FilteredSurd absolute() {
    DoubleWord absolute = high < 0 ? approximation().negative() : approximation();
    return new FilteredSurd(absolute, error, isRoot, () -> exact().absolute());
  }

  /**
   * The number rounded to DOUBLE: to the nearest one, ties to even. It is infinite if it is too
   * large, and zero if it is too small.
   */
  public double value() {
    double least = high + (low - error);
    double largest = high + (low + error);
    // An exact zero is positive.
    return least == largest ? least + 0.0 : exact().value();
  }

  /** As {@link #value}, but not zero unless the number is, so that the two compare alike. */
  public double comparable() {
    double value = value();
    return value == 0 ? exact().comparable() : value;
  }
}
