package io.sparkcumsum.accumulator;

import java.io.Serializable;

/**
 * A number with twice the precision of DOUBLE, high + low, where high is the number rounded. The
 * relative error of an operation is below 2^-101.
 *
 * <p>Joldes, Muller and Popescu, "Tight and Rigorous Error Bounds for Basic Building Blocks of
 * Double-Word Arithmetic" (2017), algorithms 6, 9 and 12, and 17 with the inverse of the divisor.
 * The square root is a step of Newton's method from that of high.
 */
record DoubleWord(double high, double low) implements Serializable {
  static final DoubleWord ZERO = of(0);
  static final DoubleWord ONE = of(1);

  static DoubleWord of(double value) {
    return new DoubleWord(value, 0);
  }

  /** The number times a power of two. */
  DoubleWord scaled(double power) {
    return new DoubleWord(high * power, low * power);
  }

  DoubleWord plus(DoubleWord other) {
    DoubleWord highs = sum(high, other.high);
    DoubleWord lows = sum(low, other.low);
    DoubleWord first = renormalized(highs.high, highs.low + lows.high);
    return renormalized(first.high, first.low + lows.low);
  }

  DoubleWord times(DoubleWord other) {
    double product = high * other.high;
    double error = Math.fma(high, other.high, -product);
    double rest = Math.fma(low, other.high, Math.fma(high, other.low, low * other.low));
    return renormalized(product, error + rest);
  }

  DoubleWord times(double factor) {
    double product = high * factor;
    double error = Math.fma(high, factor, -product);
    return renormalized(product, Math.fma(low, factor, error));
  }

  DoubleWord dividedBy(DoubleWord divisor) {
    // One division and a product take less time than two divisions, one after the other.
    double inverse = 1 / divisor.high;
    double quotient = high * inverse;
    DoubleWord product = divisor.times(quotient);
    double rest = (high - product.high) + (low - product.low);
    return renormalized(quotient, rest * inverse);
  }

  /** The square root of a positive number. */
  DoubleWord squareRoot() {
    double root = Math.sqrt(high);
    return renormalized(root, (Math.fma(-root, root, high) + low) / (2 * root));
  }

  DoubleWord negative() {
    return new DoubleWord(-high, -low);
  }

  /** The number to a power that is not negative. */
  DoubleWord power(long exponent) {
    DoubleWord power = ONE;
    DoubleWord square = this;
    for (long rest = exponent; rest > 0; rest >>= 1) {
      if ((rest & 1) == 1) {
        power = power.times(square);
      }
      square = square.times(square);
    }
    return power;
  }

  /** The sum of two numbers, of which neither need be the larger. */
  private static DoubleWord sum(double left, double right) {
    double sum = left + right;
    double ofRight = sum - left;
    double ofLeft = sum - ofRight;
    return new DoubleWord(sum, (left - ofLeft) + (right - ofRight));
  }

  /** The sum of two numbers, of which the first is zero or the larger. */
  static DoubleWord renormalized(double large, double small) {
    double sum = large + small;
    return new DoubleWord(sum, small - (sum - large));
  }
}
