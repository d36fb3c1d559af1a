package io.sparkcumsum.accumulator;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;

/** The central moments of pairs of doubles in BigDecimal, and doubles nearest to exact numbers. */
public final class MomentsReference {
  /** Enough digits for the middle between any two doubles, on which rounding depends. */
  private static final MathContext MIDDLES = new MathContext(800);

  private static final MathContext PRECISE = new MathContext(80);

  private final BigDecimal[] x = zeros(4);
  private final BigDecimal[] y = zeros(2);
  private BigDecimal xy = BigDecimal.ZERO;
  private long count;

  private static BigDecimal[] zeros(int length) {
    BigDecimal[] zeros = new BigDecimal[length];
    Arrays.fill(zeros, BigDecimal.ZERO);
    return zeros;
  }

  /** Adds a pair. */
  public void add(double left, double right) {
    addPowers(x, new BigDecimal(left));
    addPowers(y, new BigDecimal(right));
    xy = xy.add(new BigDecimal(left).multiply(new BigDecimal(right)));
    count++;
  }

  private static void addPowers(BigDecimal[] sums, BigDecimal value) {
    BigDecimal power = BigDecimal.ONE;
    for (int i = 0; i < sums.length; i++) {
      power = power.multiply(value);
      sums[i] = sums[i].add(power);
    }
  }

  /** The number of pairs. */
  public long count() {
    return count;
  }

  /** The number of pairs. */
  public BigDecimal n() {
    return BigDecimal.valueOf(count);
  }

  /** The sum of x. */
  public BigDecimal sumX() {
    return x[0];
  }

  /** The sum of y. */
  public BigDecimal sumY() {
    return y[0];
  }

  /** The second moment of x, times n. */
  public BigDecimal secondX() {
    return second(x);
  }

  /** The second moment of y, times n. */
  public BigDecimal secondY() {
    return second(y);
  }

  private BigDecimal second(BigDecimal[] sums) {
    return n().multiply(sums[1]).subtract(sums[0].pow(2));
  }

  /** The moment of the products, times n. */
  public BigDecimal product() {
    return n().multiply(xy).subtract(x[0].multiply(y[0]));
  }

  /** The third moment of x, times n to the power of 2. */
  public BigDecimal third() {
    return n().pow(2).multiply(x[2]).subtract(times(3, n(), x[0], x[1])).add(times(2, x[0].pow(3)));
  }

  /** The fourth moment of x, times n to the power of 3. */
  public BigDecimal fourth() {
    return n().pow(3)
        .multiply(x[3])
        .subtract(times(4, n().pow(2), x[0], x[2]))
        .add(times(6, n(), x[0].pow(2), x[1]))
        .subtract(times(3, x[0].pow(4)));
  }

  private static BigDecimal times(int factor, BigDecimal... factors) {
    BigDecimal product = BigDecimal.valueOf(factor);
    for (BigDecimal one : factors) {
      product = product.multiply(one);
    }
    return product;
  }

  /** The double nearest to a fraction, positive if it is zero. */
  public static double nearest(BigDecimal numerator, BigDecimal denominator) {
    return toDouble(numerator.divide(denominator, MIDDLES));
  }

  /** The double nearest to the square root of a fraction. */
  public static double nearestRoot(BigDecimal numerator, BigDecimal denominator) {
    return toDouble(numerator.divide(denominator, PRECISE).sqrt(PRECISE));
  }

  private static double toDouble(BigDecimal value) {
    // Not BigDecimal.doubleValue(): the parser is the JDK's correctly rounded conversion.
    return Double.parseDouble(value.toString()) + 0.0;
  }
}
