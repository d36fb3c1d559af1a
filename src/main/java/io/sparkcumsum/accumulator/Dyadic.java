package io.sparkcumsum.accumulator;

import java.util.Arrays;

/**
 * An exact number: an integer times a power of two, as all finite doubles are. Sums, differences
 * and products of them are exact too, however large or small. Numbers of few words are the rule, so
 * that this is several times faster than {@code BigInteger} with an exponent.
 */
final class Dyadic {
  static final Dyadic ZERO = new Dyadic(0, new long[0], 0);
  static final Dyadic ONE = of(1);

  private static final int FRACTION_BITS = 52;
  private static final long FRACTION = (1L << FRACTION_BITS) - 1;

  /** -1, 0 or 1. */
  private final int sign;

  /** The absolute value in words, the lowest first. The first and the last one are not zero. */
  private final long[] words;

  /** The lowest word counts in units of 2 to the power of 64 times this. */
  private final int base;

  private Dyadic(int sign, long[] words, int base) {
    this.sign = sign;
    this.words = words;
    this.base = base;
  }

  /**
   * @param value not negative
   */
  static Dyadic of(long value) {
    return value == 0 ? ZERO : new Dyadic(1, new long[] {value}, 0);
  }

  /**
   * @param value finite
   */
  static Dyadic of(double value) {
    long significand = significand(value);
    int exponent = exponent(value);
    int shift = exponent & 63;
    long[] words = {significand << shift, (significand >>> 1) >>> (63 - shift)};
    return trimmed(value < 0 ? -1 : 1, words, exponent >> 6);
  }

  /**
   * @param words the absolute value, which may begin and end with zeros; no longer changed
   */
  static Dyadic trimmed(int sign, long[] words, int base) {
    return trimmed(sign, words, base, /* copies= */ false);
  }

  /**
   * @param words the positive value, which may begin and end with zeros
   */
  static Dyadic copyOf(long[] words, int base) {
    return trimmed(1, words, base, /* copies= */ true);
  }

  private static Dyadic trimmed(int sign, long[] words, int base, boolean copies) {
    int from = 0;
    int to = words.length;
    while (to > 0 && words[to - 1] == 0) {
      to--;
    }
    while (from < to && words[from] == 0) {
      from++;
    }
    if (from == to) {
      return ZERO;
    }
    boolean isKept = !copies && from == 0 && to == words.length;
    return new Dyadic(sign, isKept ? words : Arrays.copyOfRange(words, from, to), base + from);
  }

  /** The absolute value of a finite double as an integer, without {@link #exponent}. */
  static long significand(double value) {
    long fraction = Double.doubleToRawLongBits(value) & FRACTION;
    return Math.getExponent(value) < Double.MIN_EXPONENT ? fraction : fraction | FRACTION + 1;
  }

  /** The power of two to multiply {@link #significand} with. */
  static int exponent(double value) {
    return Math.max(Math.getExponent(value), Double.MIN_EXPONENT) - FRACTION_BITS;
  }

  int sign() {
    return sign;
  }

  Dyadic absolute() {
    return sign < 0 ? new Dyadic(1, words, base) : this;
  }

  Dyadic negative() {
    return new Dyadic(-sign, words, base);
  }

  Dyadic plus(Dyadic other) {
    if (sign == 0) {
      return other;
    } else if (other.sign == 0) {
      return this;
    }
    int from = Math.min(base, other.base);
    int to = Math.max(base + words.length, other.base + other.words.length);
    long[] sum = new long[to - from + 1];
    System.arraycopy(words, 0, sum, base - from, words.length);
    if (sign == other.sign) {
      add(sum, other.words, other.base - from);
      return trimmed(sign, sum, from);
    }
    if (!subtract(sum, other.words, other.base - from)) {
      return trimmed(sign, sum, from);
    }
    negate(sum);
    return trimmed(other.sign, sum, from);
  }

  Dyadic minus(Dyadic other) {
    return plus(other.negative());
  }

  Dyadic times(Dyadic other) {
    if (isOne()) {
      return other;
    } else if (other.isOne()) {
      return this;
    } else if (sign == 0 || other.sign == 0) {
      return ZERO;
    }
    long[] product = new long[words.length + other.words.length];
    for (int i = 0; i < words.length; i++) {
      product[i + other.words.length] = addProduct(product, i, words[i], other.words);
    }
    return trimmed(sign * other.sign, product, base + other.base);
  }

  private boolean isOne() {
    return sign > 0 && base == 0 && words.length == 1 && words[0] == 1;
  }

  /** Adds the product of a word and several ones at an index, and returns the carry. */
  private static long addProduct(long[] sum, int at, long word, long[] words) {
    long carry = 0;
    for (int j = 0; j < words.length; j++) {
      long low = word * words[j];
      long high = multiplyHigh(word, words[j]);
      low += carry;
      high += Long.compareUnsigned(low, carry) < 0 ? 1 : 0;
      low += sum[at + j];
      high += Long.compareUnsigned(low, sum[at + j]) < 0 ? 1 : 0;
      sum[at + j] = low;
      carry = high;
    }
    return carry;
  }

  /** The upper half of the product of two unsigned words. */
  static long multiplyHigh(long left, long right) {
    return Math.multiplyHigh(left, right) + ((left >> 63) & right) + ((right >> 63) & left);
  }

  /** Adds unsigned words at an index. The sum wraps if it does not fit. */
  private static void add(long[] sum, long[] words, int at) {
    long carry = 0;
    for (int i = at; i < sum.length && (i - at < words.length || carry != 0); i++) {
      long word = i - at < words.length ? words[i - at] : 0;
      long added = word + carry;
      carry = Long.compareUnsigned(added, carry) < 0 ? 1 : 0;
      sum[i] += added;
      carry += Long.compareUnsigned(sum[i], added) < 0 ? 1 : 0;
    }
  }

  /** Subtracts unsigned words at an index, and returns whether the difference was negative. */
  private static boolean subtract(long[] difference, long[] words, int at) {
    long borrow = 0;
    for (int i = at; i < difference.length && (i - at < words.length || borrow != 0); i++) {
      long word = i - at < words.length ? words[i - at] : 0;
      long before = difference[i];
      long rest = before - word;
      difference[i] = rest - borrow;
      borrow =
          Long.compareUnsigned(before, word) < 0 || Long.compareUnsigned(rest, borrow) < 0 ? 1 : 0;
    }
    return borrow != 0;
  }

  /** Negates a number in two's complement. */
  static void negate(long[] words) {
    long carry = 1;
    for (int i = 0; i < words.length; i++) {
      words[i] = ~words[i] + carry;
      carry = carry != 0 && words[i] == 0 ? 1 : 0;
    }
  }

  /**
   * The exponent of the leading bit. The absolute value is 2 to this power, times the sum of {@link
   * #high} and {@link #low}, which leaves out less than 2^-105.
   */
  int exponent() {
    int last = words.length - 1;
    return 64 * (base + last) + 63 - Long.numberOfLeadingZeros(words[last]);
  }

  /** The first 53 bits as a double from 1 to 2. */
  double high() {
    return (leading(0) >>> 11) * 0x1p-52;
  }

  /** The 53 bits behind {@link #high}. */
  double low() {
    return (((leading(0) & 0x7FF) << 42) | (leading(1) >>> 22)) * 0x1p-105;
  }

  /** A word of the number shifted so that the leading bit is the first of word 0. */
  private long leading(int index) {
    int last = words.length - 1;
    int shift = Long.numberOfLeadingZeros(words[last]);
    long upper = index > last ? 0 : words[last - index];
    long lower = index + 1 > last ? 0 : words[last - index - 1];
    return (upper << shift) | ((lower >>> 1) >>> (63 - shift));
  }
}
