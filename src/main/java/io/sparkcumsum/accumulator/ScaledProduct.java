package io.sparkcumsum.accumulator;

import java.io.Serializable;
import java.math.BigDecimal;
import java.nio.ByteBuffer;

/**
 * A product of doubles, held to twice their precision and with an exponent that does not overflow.
 * After n factors its relative error is below n * 2^-102, even if some of the factors by themselves
 * would overflow or underflow. Its value is rounded once.
 *
 * <p>The significand is a double-word, multiplied as in Joldes, Muller and Popescu, "Tight and
 * Rigorous Error Bounds for Basic Building Blocks of Double-Word Arithmetic" (2017). Factors
 * without a significand (zeros, infinities, NaN) are multiplied separately, as in IEEE 754.
 */
public final class ScaledProduct implements Serializable {
  static final int STORED_BYTES = 5 * Long.BYTES + 1;

  /** A product with a smaller exponent rounds to zero. */
  private static final int SMALLEST_EXPONENT = Double.MIN_EXPONENT - 60;

  /**
   * The significand is high + low, with a magnitude from 1 to 2. High is the significand rounded.
   */
  private double high = 1;

  private double low;
  private long exponent;

  /** The product of the factors that are zero or not finite; 1 as long as there are none. */
  private double special = 1;

  private boolean containsZero;

  /** The sum of the hashes of all factors except 1. It does not depend on their order. */
  private long checksum;

  /** The product of no factors. */
  public ScaledProduct fresh() {
    return new ScaledProduct();
  }

  /** Multiplies by a factor, and returns the new value. */
  public double step(double factor) {
    multiply(factor);
    return value();
  }

  /**
   * Multiplies by a factor. A factor of 1 changes nothing, not even the checksum, because it also
   * stands for nulls.
   */
  void multiply(double factor) {
    if (factor == 1) {
      return;
    }
    checksum += hash(Double.doubleToLongBits(factor));
    if (factor == 0 || !Double.isFinite(factor)) {
      special *= factor;
      containsZero |= factor == 0;
    } else {
      int scale = Math.getExponent(factor);
      multiply(Math.scalb(factor, -scale), 0, scale);
    }
  }

  /**
   * Hashes the bits of a value, by MurmurHash3's finalizer. Without it different factors could have
   * the same sum, as the bits of 1.25 and 1.75 have that of 1.5 and 1.5.
   */
  static long hash(long bits) {
    long hash = (bits ^ (bits >>> 33)) * 0xFF51AFD7ED558CCDL;
    hash = (hash ^ (hash >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return hash ^ (hash >>> 33);
  }

  /** Multiplies by the factors of a later part, and returns this product. */
  public ScaledProduct merge(ScaledProduct later) {
    multiply(later.high, later.low, later.exponent);
    special *= later.special;
    containsZero |= later.containsZero;
    checksum += later.checksum;
    return this;
  }

  private void multiply(double otherHigh, double otherLow, long otherExponent) {
    double product = high * otherHigh;
    double error = Math.fma(high, otherHigh, -product);
    double rest = error + Math.fma(high, otherLow, low * otherHigh);
    double sum = product + rest;
    int scale = Math.getExponent(sum);
    high = Math.scalb(sum, -scale);
    low = Math.scalb(rest - (sum - product), -scale);
    exponent += otherExponent + scale;
  }

  /** The product rounded to double: infinite if it is too large, zero if it is too small. */
  public double value() {
    if (special != 1) {
      return special * Math.signum(high);
    }
    if (exponent >= Double.MIN_EXPONENT) {
      return Math.scalb(high, (int) Math.min(exponent, Double.MAX_EXPONENT + 1));
    }
    if (exponent < SMALLEST_EXPONENT) {
      return Math.copySign(0.0, high);
    }
    // Subnormal doubles have fewer bits. High is already rounded and must not be rounded again, so
    // this computes with high + low.
    BigDecimal significand = new BigDecimal(high).add(new BigDecimal(low));
    return significand
        .multiply(new BigDecimal(Math.scalb(1.0, Double.MIN_EXPONENT)))
        .multiply(new BigDecimal(Math.scalb(1.0, (int) exponent - Double.MIN_EXPONENT)))
        .doubleValue();
  }

  /** The product rounded to float. */
  float floatValue() {
    double rounded = value();
    boolean isExact = special != 1 || rounded == 0 || Double.isInfinite(rounded);
    return isExact ? (float) rounded : ExactSum.roundToSingle(rounded, low);
  }

  /** The value, but 0.0 if any factor was zero, even if others were infinite or NaN. */
  public double valueOrZero() {
    return containsZero ? 0.0 : value();
  }

  /** Equal for the same factors, however these were split into parts. */
  public long checksum() {
    return checksum;
  }

  /** The state as bytes, to be sent between driver and tasks. */
  public byte[] store() {
    return ByteBuffer.allocate(STORED_BYTES)
        .putDouble(high)
        .putDouble(low)
        .putLong(exponent)
        .putDouble(special)
        .putLong(checksum)
        .put((byte) (containsZero ? 1 : 0))
        .array();
  }

  /** A new product with a state that {@link #store()} returned. */
  public ScaledProduct restore(byte[] stored) {
    ByteBuffer bytes = ByteBuffer.wrap(stored);
    ScaledProduct product = new ScaledProduct();
    product.high = bytes.getDouble();
    product.low = bytes.getDouble();
    product.exponent = bytes.getLong();
    product.special = bytes.getDouble();
    product.checksum = bytes.getLong();
    product.containsZero = bytes.get() != 0;
    return product;
  }
}
