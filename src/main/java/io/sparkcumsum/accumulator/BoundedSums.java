package io.sparkcumsum.accumulator;

/**
 * Running sums that must not leave a range. A stretch of values is known by its sum, which wraps,
 * and by the least and the greatest offset from which no prefix of it leaves the range. If there is
 * no such offset, the least one is greater than the greatest.
 *
 * <p>In the range from -10 to 10, the values 8, 5, -6 have the prefixes 8, 13, 7. So an offset may
 * be -10 to -3. From there the sum is -3 to 4, which the next stretch has as its offset. Offsets
 * and what they lead to are in the range, so that wrapping arithmetic gives them exactly.
 *
 * <p>Called by generated code.
 */
public final class BoundedSums {
  private BoundedSums() {}

  /** The least offset of a single value. */
  public static long leastOffset(long value, long lowest) {
    return lowest - Math.min(value, 0);
  }

  /** The greatest offset of a single value. */
  public static long greatestOffset(long value, long highest) {
    return highest - Math.max(value, 0);
  }

  /** The least offset of a stretch and a later one. */
  public static long leastOffset(
      long sum, long least, long greatest, long laterLeast, long laterGreatest) {
    long from = Math.max(least + sum, laterLeast);
    long to = Math.min(greatest + sum, laterGreatest);
    boolean isAny = least <= greatest && from <= to;
    return isAny ? from - sum : Long.MAX_VALUE;
  }

  /** The greatest offset of a stretch and a later one. */
  public static long greatestOffset(
      long sum, long least, long greatest, long laterLeast, long laterGreatest) {
    long from = Math.max(least + sum, laterLeast);
    long to = Math.min(greatest + sum, laterGreatest);
    boolean isAny = least <= greatest && from <= to;
    return isAny ? to - sum : Long.MIN_VALUE;
  }

  /** The value itself. It is how Spark holds a BIGINT, and an interval of microseconds. */
  public static long asLong(long value) {
    return value;
  }

  /** The number of months in an interval. */
  public static long asLong(int months) {
    return months;
  }

  /** The inverse of {@link #asLong(int)}. */
  public static int asInt(long months) {
    return (int) months;
  }
}
