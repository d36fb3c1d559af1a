package io.sparkcumsum.accumulator;

import java.io.Serializable;
import java.nio.ByteBuffer;

/**
 * The central moments of doubles, or of pairs of them: sums of powers of their distances from the
 * mean, which standard deviations, correlations and the like are made of. All are exact, and do not
 * depend on where rows were split.
 *
 * <p>The sums of the values, of their squares and so on are kept as exact integers. What is left of
 * them when the mean is taken away, as in n * sum(x * x) - sum(x) * sum(x), is then exact too,
 * however much of it cancels, and zero where all values are equal.
 *
 * <p>After a NaN or an infinity among x, all moments of x are NaN, and so for y.
 */
public final class ExactMoments implements Serializable {
  /** Words of the largest power, the fourth, of a significand of 53 bits. */
  private static final int LARGEST_POWER_WORDS = 4;

  /** The moments of no rows, as Spark's buffers are. */
  private static final FilteredSurd ZERO = FilteredSurd.of(0.0);

  private static final FilteredSurd TWO = FilteredSurd.of(2.0);
  private static final FilteredSurd THREE = FilteredSurd.of(3.0);
  private static final FilteredSurd FOUR = FilteredSurd.of(4.0);
  private static final FilteredSurd SIX = FilteredSurd.of(6.0);

  /** The sums of x, x * x and so on. */
  private final DyadicSum[] x;

  /** The sums of y and maybe y * y; of no y there is none. */
  private final DyadicSum[] y;

  /** The sum of x * y; stays zero if there is no y. */
  private DyadicSum xy = new DyadicSum();

  private long count;
  private long nonFiniteX;
  private long nonFiniteY;

  /** A power of the absolute value of a significand. */
  private final long[] power = new long[LARGEST_POWER_WORDS];

  /**
   * @param orderOfX the highest power of x that is needed, up to 4
   * @param orderOfY the highest power of y, up to 2; 0 if there is no y
   */
  public ExactMoments(int orderOfX, int orderOfY) {
    x = zeros(orderOfX);
    y = zeros(orderOfY);
  }

  private static DyadicSum[] zeros(int length) {
    DyadicSum[] sums = new DyadicSum[length];
    for (int i = 0; i < length; i++) {
      sums[i] = new DyadicSum();
    }
    return sums;
  }

  /** The moments of no rows. */
  public ExactMoments fresh() {
    return new ExactMoments(x.length, y.length);
  }

  /** Adds a value, and returns these moments. */
  public ExactMoments reduce(double value) {
    count++;
    nonFiniteX += addPowers(x, value);
    return this;
  }

  /** Adds a pair, and returns these moments. */
  public ExactMoments reduce(double left, double right) {
    count++;
    long before = nonFiniteX + nonFiniteY;
    nonFiniteX += addPowers(x, left);
    nonFiniteY += addPowers(y, right);
    if (nonFiniteX + nonFiniteY == before) {
      addProduct(left, right);
    }
    return this;
  }

  /** Adds the powers of a value, and returns 0; or adds nothing, and returns 1, if it has none. */
  private int addPowers(DyadicSum[] sums, double value) {
    if (!Double.isFinite(value)) {
      return 1;
    } else if (value == 0) {
      return 0;
    }
    long significand = Dyadic.significand(value);
    int exponent = Dyadic.exponent(value);
    power[0] = significand;
    sums[0].add(power, 1, exponent, value < 0);
    for (int i = 1; i < sums.length; i++) {
      multiplyPower(i, significand);
      // Each power has at most 53 bits more, so that the last word is far below 2^63.
      sums[i].add(power, i + 1, (i + 1) * exponent, value < 0 && i % 2 == 0);
    }
    return 0;
  }

  private void addProduct(double left, double right) {
    if (left == 0 || right == 0) {
      return;
    }
    long significand = Dyadic.significand(left);
    long other = Dyadic.significand(right);
    power[0] = significand;
    multiplyPower(1, other);
    int exponent = Dyadic.exponent(left) + Dyadic.exponent(right);
    xy.add(power, 2, exponent, left < 0 != right < 0);
  }

  /** Multiplies the first words of the power, whose product has one word more. */
  private void multiplyPower(int length, long factor) {
    long carry = 0;
    for (int i = 0; i < length; i++) {
      long low = power[i] * factor;
      long high = Dyadic.multiplyHigh(power[i], factor);
      power[i] = low + carry;
      carry = high + (Long.compareUnsigned(power[i], carry) < 0 ? 1 : 0);
    }
    power[length] = carry;
  }

  /** Merges in the moments of other rows, and returns these. */
  public ExactMoments merge(ExactMoments other) {
    count += other.count;
    nonFiniteX += other.nonFiniteX;
    nonFiniteY += other.nonFiniteY;
    for (int i = 0; i < x.length; i++) {
      x[i].add(other.x[i]);
    }
    for (int i = 0; i < y.length; i++) {
      y[i].add(other.y[i]);
    }
    xy.add(other.xy);
    return this;
  }

  /** The number of rows, or of pairs. */
  public double count() {
    return count;
  }

  /** The mean of x. */
  public FilteredSurd meanX() {
    return nonFiniteX > 0 ? FilteredSurd.NAN : mean(x[0]);
  }

  /** The mean of y. */
  public FilteredSurd meanY() {
    return nonFiniteY > 0 ? FilteredSurd.NAN : mean(y[0]);
  }

  private FilteredSurd mean(DyadicSum sum) {
    return count == 0 ? ZERO : FilteredSurd.of(sum).dividedBy(n());
  }

  /** The sum of the squared distances of x from its mean. */
  public FilteredSurd secondX() {
    return nonFiniteX > 0 ? FilteredSurd.NAN : product(x[0], x[0], x[1]);
  }

  /** The sum of the squared distances of y from its mean. */
  public FilteredSurd secondY() {
    return nonFiniteY > 0 ? FilteredSurd.NAN : product(y[0], y[0], y[1]);
  }

  /** The sum of the products of the distances of x and y from their means. */
  public FilteredSurd product() {
    return nonFiniteX + nonFiniteY > 0 ? FilteredSurd.NAN : product(x[0], y[0], xy);
  }

  private FilteredSurd product(DyadicSum left, DyadicSum right, DyadicSum products) {
    if (count == 0) {
      return ZERO;
    }
    // Deviations and correlations need it in each row, so that it makes no number for each step.
    DoubleWord ofProducts = products.approximation().times((double) count);
    DoubleWord ofSums = left.approximation().times(right.approximation());
    return FilteredSurd.difference(
        ofProducts, ofSums, count, () -> exactProduct(left, right, products));
  }

  private Surd exactProduct(DyadicSum left, DyadicSum right, DyadicSum products) {
    Dyadic n = Dyadic.of(count);
    Dyadic ofSums = left.value().times(right.value());
    return Surd.of(n.times(products.value()).minus(ofSums), n);
  }

  /** The sum of the cubes of the distances of x from its mean. */
  public FilteredSurd thirdX() {
    if (nonFiniteX > 0) {
      return FilteredSurd.NAN;
    } else if (count == 0) {
      return ZERO;
    }
    FilteredSurd n = n();
    FilteredSurd sum = FilteredSurd.of(x[0]);
    FilteredSurd squares = FilteredSurd.of(x[1]);
    FilteredSurd cubes = FilteredSurd.of(x[2]);
    // With S for the sums of the powers: (n n S3 - 3 n S1 S2 + 2 S1^3) / n^2.
    return n.times(n.times(cubes).minus(THREE.times(sum).times(squares)))
        .plus(TWO.times(sum).times(sum).times(sum))
        .dividedBy(n.times(n));
  }

  /** The sum of the fourth powers of the distances of x from its mean. */
  public FilteredSurd fourthX() {
    if (nonFiniteX > 0) {
      return FilteredSurd.NAN;
    } else if (count == 0) {
      return ZERO;
    }
    FilteredSurd n = n();
    FilteredSurd sum = FilteredSurd.of(x[0]);
    FilteredSurd squares = FilteredSurd.of(x[1]);
    FilteredSurd cubes = FilteredSurd.of(x[2]);
    FilteredSurd fourths = FilteredSurd.of(x[3]);
    FilteredSurd squared = sum.times(sum);
    // With S for the sums of the powers: (n (n (n S4 - 4 S1 S3) + 6 S1^2 S2) - 3 S1^4) / n^3.
    return n.times(
            n.times(n.times(fourths).minus(FOUR.times(sum).times(cubes)))
                .plus(SIX.times(squared).times(squares)))
        .minus(THREE.times(squared).times(squared))
        .dividedBy(n.times(n).times(n));
  }

  private FilteredSurd n() {
    return FilteredSurd.of((double) count);
  }

  /** The state as bytes, to be sent between driver and tasks. Equal states give equal bytes. */
  public byte[] store() {
    int size = 3 * Long.BYTES + xy.storedBytes();
    for (DyadicSum sum : x) {
      size += sum.storedBytes();
    }
    for (DyadicSum sum : y) {
      size += sum.storedBytes();
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    out.putLong(count).putLong(nonFiniteX).putLong(nonFiniteY);
    for (DyadicSum sum : x) {
      sum.store(out);
    }
    for (DyadicSum sum : y) {
      sum.store(out);
    }
    xy.store(out);
    return out.array();
  }

  /** New moments with a state that {@link #store()} returned. */
  public ExactMoments restore(byte[] stored) {
    ByteBuffer in = ByteBuffer.wrap(stored);
    ExactMoments restored = fresh();
    restored.count = in.getLong();
    restored.nonFiniteX = in.getLong();
    restored.nonFiniteY = in.getLong();
    for (int i = 0; i < x.length; i++) {
      restored.x[i] = DyadicSum.restore(in);
    }
    for (int i = 0; i < y.length; i++) {
      restored.y[i] = DyadicSum.restore(in);
    }
    restored.xy = DyadicSum.restore(in);
    return restored;
  }
}
