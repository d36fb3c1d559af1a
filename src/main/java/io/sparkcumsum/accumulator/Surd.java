package io.sparkcumsum.accumulator;

/**
 * An exact number that is rational, or the square root of a rational number: what Spark's formulas
 * for standard deviations, correlations and the like make of integers and sums. It is rounded once,
 * by {@link #value}, so that neither intermediate results that cancel nor such that are too large
 * or too small for DOUBLE do harm.
 */
final class Surd {
  /** No number: what comes of a NaN or an infinity. */
  static final Surd NAN = new Surd(null, null, false);

  /** More than what {@link #value} may be off before it is rounded, of a number from 1/4 to 4. */
  private static final double ERROR = 0x1p-98;

  /** Null for NaN. */
  private final Dyadic numerator;

  /** Positive. */
  private final Dyadic denominator;

  /** Whether the number is the square root of the fraction; the sign is that of the numerator. */
  private final boolean isRoot;

  private Surd(Dyadic numerator, Dyadic denominator, boolean isRoot) {
    this.numerator = numerator;
    this.denominator = denominator;
    this.isRoot = isRoot;
  }

  static Surd of(Dyadic numerator, Dyadic denominator) {
    return new Surd(numerator, denominator, false);
  }

  /** A double as it is; NaN for an infinity. */
  static Surd of(double value) {
    return Double.isFinite(value) ? of(Dyadic.of(value), Dyadic.ONE) : NAN;
  }

  private boolean isNaN() {
    return numerator == null;
  }

  /** The sum. It is exact unless one of the two is a root, which is rounded first. */
  Surd plus(Surd other) {
    if (isNaN() || other.isNaN()) {
      return NAN;
    } else if (isRoot || other.isRoot) {
      return rational().plus(other.rational());
    }
    return of(
        numerator.times(other.denominator).plus(other.numerator.times(denominator)),
        denominator.times(other.denominator));
  }

  /** The difference; exact where {@link #plus} is. */
  Surd minus(Surd other) {
    return plus(other.negative());
  }

  private Surd negative() {
    return isNaN() ? NAN : new Surd(numerator.negative(), denominator, isRoot);
  }

  private Surd rational() {
    return isRoot ? of(value()) : this;
  }

  /** The product. */
  Surd times(Surd other) {
    if (isNaN() || other.isNaN()) {
      return NAN;
    } else if (isRoot != other.isRoot) {
      return root().times(other.root());
    }
    return new Surd(numerator.times(other.numerator), denominator.times(other.denominator), isRoot);
  }

  /** The quotient; null if the divisor is zero. */
  Surd dividedBy(Surd divisor) {
    if (divisor.isZero()) {
      return null;
    }
    return isNaN() || divisor.isNaN() ? NAN : times(divisor.inverse());
  }

  private Surd inverse() {
    Dyadic absolute = numerator.absolute();
    return new Surd(numerator.sign() < 0 ? denominator.negative() : denominator, absolute, isRoot);
  }

  /** The same number as a root. */
  private Surd root() {
    if (isRoot) {
      return this;
    }
    return new Surd(numerator.times(numerator.absolute()), denominator.times(denominator), true);
  }

  /** The square root; NaN of a negative number. */
  Surd squareRoot() {
    if (isNaN() || numerator.sign() < 0) {
      return NAN;
    }
    Surd rational = rational();
    return new Surd(rational.numerator, rational.denominator, true);
  }

  /** The absolute value. */
  Surd absolute() {
    return isNaN() ? NAN : new Surd(numerator.absolute(), denominator, isRoot);
  }

  boolean isZero() {
    return !isNaN() && numerator.sign() == 0;
  }

  /**
   * The number rounded to DOUBLE: to the nearest one, ties to even. It is infinite if it is too
   * large, and zero if it is too small.
   */
  double value() {
    if (isNaN()) {
      return Double.NaN;
    } else if (numerator.sign() == 0) {
      return 0.0;
    }
    // The quotient, or its root, is (high + low) * 2^exponent.
    double divisor = denominator.high();
    double high = numerator.high() / divisor;
    double rest = Math.fma(-high, divisor, numerator.high());
    double low = (rest + Math.fma(-high, denominator.low(), numerator.low())) / divisor;
    int exponent = numerator.exponent() - denominator.exponent();
    if (isRoot) {
      if ((exponent & 1) != 0) {
        high *= 2;
        low *= 2;
        exponent--;
      }
      double root = Math.sqrt(high);
      low = (Math.fma(-root, root, high) + low) / (2 * root);
      high = root;
      exponent /= 2;
    }
    double rounded = Math.scalb(high + low, exponent);
    boolean isCertain = high + (low - ERROR) == high + (low + ERROR);
    // Smaller numbers have fewer bits, and were rounded twice.
    boolean isNormal = rounded > Double.MIN_NORMAL;
    return numerator.sign() * (isCertain && isNormal ? rounded : nearest(rounded));
  }

  /** The double nearest to the absolute value, from one that is so or is next to it. */
  private double nearest(double guess) {
    double above = Math.nextUp(guess);
    if (guess != above && isAbove(guess, above)) {
      return above;
    }
    double below = Math.nextDown(guess);
    return guess == 0 || isAbove(below, guess) ? guess : below;
  }

  /** Whether the absolute value rounds to the upper one of two neighbours. */
  private boolean isAbove(double lower, double upper) {
    Dyadic middle = exact(lower).plus(exact(upper)).times(Dyadic.of(0.5));
    Dyadic power = isRoot ? middle.times(middle) : middle;
    int side = numerator.absolute().minus(power.times(denominator)).sign();
    return side > 0 || (side == 0 && (Double.doubleToRawLongBits(lower) & 1) != 0);
  }

  /** A number; for infinity, what would come after the largest double. */
  private static Dyadic exact(double number) {
    return Double.isInfinite(number) ? Dyadic.of(0x1p1023).times(Dyadic.of(2)) : Dyadic.of(number);
  }

  /** As {@link #value}, but not zero unless the number is, so that the two compare alike. */
  double comparable() {
    double value = value();
    return value == 0 && !isZero() ? numerator.sign() * Double.MIN_VALUE : value;
  }
}
