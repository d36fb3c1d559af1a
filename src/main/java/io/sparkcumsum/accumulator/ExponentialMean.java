package io.sparkcumsum.accumulator;

import java.io.Serializable;
import java.nio.ByteBuffer;

/**
 * An exponentially weighted mean, as {@code ewm(...).mean()} of pandas has it with {@code
 * adjust=True}: the last value has the weight 1, and each value before it the weight of the next
 * one times a decay from 0 to 1.
 *
 * <p>It is held to twice the precision of DOUBLE and rounded once. However n rows are split, its
 * error before that is below n * 2^-100 of the largest value, but for values near the least DOUBLE,
 * which have less precision. If values are infinite or NaN, it is what the sum of the weighted
 * values gives in DOUBLE.
 */
public final class ExponentialMean implements Serializable {
  private static final double HUGE = Math.scalb(1.0, Double.MAX_EXPONENT);
  private static final int STORED_BYTES = 8 * Long.BYTES;

  private final double decay;
  private final boolean ignoresNulls;

  private DoubleWord mean = DoubleWord.ZERO;

  /** The sum of the weights at the last value; at least 1, or 0 if there is none. */
  private DoubleWord weight = DoubleWord.ZERO;

  /** How often values before this part decay, up to its last value. */
  private long decays;

  /** How often they decay in the rows behind the last value. */
  private long decaysAfter;

  /** The sum of the values that are not finite; 0 as long as there are none. */
  private double special;

  /** The sum of the hashes of all values. */
  private long checksum;

  /**
   * The mean of no values.
   *
   * @param ignoresNulls whether values do not decay in rows that are null
   */
  public ExponentialMean(double decay, boolean ignoresNulls) {
    this.decay = decay;
    this.ignoresNulls = ignoresNulls;
  }

  /** The mean of no values. */
  public ExponentialMean fresh() {
    return new ExponentialMean(decay, ignoresNulls);
  }

  /** Adds the value of a row, and returns this mean. */
  public ExponentialMean add(double value) {
    boolean isFinite = Double.isFinite(value);
    mix(DoubleWord.of(isFinite ? value : 0), DoubleWord.ONE, 1);
    special += isFinite ? 0 : value;
    checksum += ScaledProduct.hash(Double.doubleToLongBits(value));
    return this;
  }

  /** Adds a row that is null, and returns this mean. */
  public ExponentialMean addNull() {
    decaysAfter += ignoresNulls ? 0 : 1;
    return this;
  }

  /** Adds the rows of a later part, and returns this mean. */
  public ExponentialMean merge(ExponentialMean later) {
    if (later.hasValue()) {
      mix(later.mean, later.weight, later.decays);
    }
    decaysAfter += later.decaysAfter;
    special += later.special;
    checksum += later.checksum;
    return this;
  }

  /**
   * Mixes the mean with that of later values.
   *
   * @param laterDecays how often this mean decays up to the last later value, without {@link
   *     #decaysAfter}
   */
  private void mix(DoubleWord later, DoubleWord laterWeight, long laterDecays) {
    long times = decaysAfter + laterDecays;
    DoubleWord factor = DoubleWord.of(decay);
    DoubleWord earlierWeight = weight.times(times == 1 ? factor : factor.power(times));
    weight = earlierWeight.plus(laterWeight);
    mean =
        earlierWeight.high() == 0
            ? later
            : mixed(mean, earlierWeight.dividedBy(weight), later, laterWeight.dividedBy(weight));
    // Infinity times a decay of 0 is NaN, as in Spark.
    special *= decay == 0 ? 0 : 1;
    decays += times;
    decaysAfter = 0;
  }

  /** The two means, each times its share of the weight. A sum of weighted values could overflow. */
  private static DoubleWord mixed(
      DoubleWord mean, DoubleWord share, DoubleWord later, DoubleWord laterShare) {
    boolean isHuge = Math.max(Math.abs(mean.high()), Math.abs(later.high())) >= HUGE;
    if (isHuge) {
      // Near the largest DOUBLE, rounding could make the sum infinite. Halves leave room.
      return mixed(mean.scaled(0.5), share, later.scaled(0.5), laterShare).scaled(2);
    }
    return mean.times(share).plus(later.times(laterShare));
  }

  /** Whether there was a value. */
  public boolean hasValue() {
    return weight.high() > 0;
  }

  /** The mean rounded to double. Rows that are null after the last value do not change it. */
  public double value() {
    // Spark's sums start from 0.0, so that -0.0 becomes 0.0.
    return special == 0 ? mean.high() + 0.0 : special;
  }

  /** Equal for the same rows, however they were split into parts. */
  public long checksum() {
    return checksum + decays + decaysAfter;
  }

  /** The state as bytes, to be sent between driver and tasks. */
  public byte[] store() {
    return ByteBuffer.allocate(STORED_BYTES)
        .putDouble(mean.high())
        .putDouble(mean.low())
        .putDouble(weight.high())
        .putDouble(weight.low())
        .putLong(decays)
        .putLong(decaysAfter)
        .putDouble(special)
        .putLong(checksum)
        .array();
  }

  /** A new mean with a state that {@link #store()} returned. */
  public ExponentialMean restore(byte[] stored) {
    ByteBuffer bytes = ByteBuffer.wrap(stored);
    ExponentialMean restored = fresh();
    restored.mean = new DoubleWord(bytes.getDouble(), bytes.getDouble());
    restored.weight = new DoubleWord(bytes.getDouble(), bytes.getDouble());
    restored.decays = bytes.getLong();
    restored.decaysAfter = bytes.getLong();
    restored.special = bytes.getDouble();
    restored.checksum = bytes.getLong();
    return restored;
  }
}
