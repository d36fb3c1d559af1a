package io.sparkcumsum.accumulator;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An exact sum of numbers that are integers times powers of two. It is one integer in two's
 * complement with as many words as its bits need, so that adding is a few additions of words.
 */
final class DyadicSum implements Serializable {
  /** The power of two up to which a sum has an approximation, and down from its inverse. */
  static final int LARGEST_EXPONENT = 400;

  /**
   * The lowest first. The two highest bits of the last word are equal, so that it does not overflow
   * when one more number is added.
   */
  private long[] words = {};

  /** The lowest word counts in units of 2 to the power of 64 times this. */
  private int base;

  /**
   * Adds an integer times a power of two.
   *
   * @param magnitude the absolute value of the integer, the lowest word first
   * @param length how many words of it there are; the last one is below 2^63
   */
  void add(long[] magnitude, int length, int exponent, boolean negative) {
    int from = exponent >> 6;
    int shift = exponent & 63;
    reserve(from, from + length + 1);
    int at = from - base;
    // To subtract is to add the inverted bits, and one. A branch would be slow where signs change.
    long flip = negative ? -1 : 0;
    long carry = -flip;
    long previous = 0;
    for (int i = 0; i < length; i++) {
      long word = (magnitude[i] << shift) | upperPart(previous, shift);
      carry = addWord(at + i, word ^ flip, carry);
      previous = magnitude[i];
    }
    carry = addWord(at + length, upperPart(previous, shift) ^ flip, carry);
    for (int i = at + length + 1; carry != -flip && i < words.length; i++) {
      carry = addWord(i, flip, carry);
    }
    keepRoom();
  }

  /** The bits of a word that a shift to the left moves to the next one. */
  private static long upperPart(long word, int shift) {
    // Not word >>> (64 - shift), which for 0 does not shift at all.
    return (word >>> 1) >>> (63 - shift);
  }

  /** Adds an unsigned word and a carry, and returns the next carry. */
  private long addWord(int i, long word, long carry) {
    long before = words[i];
    long sum = before + word + carry;
    words[i] = sum;
    return ((before & word) | ((before | word) & ~sum)) >>> 63;
  }

  /** Adds another sum. */
  void add(DyadicSum other) {
    if (other.words.length == 0) {
      return;
    }
    reserve(other.base, other.base + other.words.length + 1);
    int at = other.base - base;
    long carry = 0;
    for (int i = at; i < words.length; i++) {
      carry = addWord(i, i - at < other.words.length ? other.words[i - at] : other.fill(), carry);
    }
    keepRoom();
  }

  /** The word that stands behind the last one. */
  private long fill() {
    return words.length == 0 ? 0 : words[words.length - 1] >> 63;
  }

  /** Makes sure that there are words from one place to another. */
  private void reserve(int from, int to) {
    if (words.length == 0) {
      words = new long[to - from];
      base = from;
    } else if (from < base || to > base + words.length) {
      int newBase = Math.min(from, base);
      int newEnd = Math.max(to, base + words.length);
      long[] wider = new long[newEnd - newBase];
      int end = base - newBase + words.length;
      System.arraycopy(words, 0, wider, base - newBase, words.length);
      Arrays.fill(wider, end, wider.length, fill());
      words = wider;
      base = newBase;
    }
  }

  private void keepRoom() {
    long last = words[words.length - 1];
    if ((last ^ (last << 1)) < 0) {
      reserve(base, base + words.length + 1);
    }
  }

  /** The sum so far. */
  Dyadic value() {
    if (fill() == 0) {
      return Dyadic.copyOf(words, base);
    }
    long[] negated = words.clone();
    Dyadic.negate(negated);
    return Dyadic.trimmed(-1, negated, base);
  }

  /**
   * The sum with a relative error below 2^-104; NaN if it is beyond 2 to the power of {@link
   * #LARGEST_EXPONENT}, or closer to zero than its inverse, but not zero.
   */
  DoubleWord approximation() {
    int end = endOfWords();
    long first = word(end - 1);
    long second = word(end - 2);
    long third = word(end - 3);
    boolean negative = fill() != 0;
    if (negative) {
      // What is left out is less than one in the third word.
      third = -third;
      second = ~second + (third == 0 ? 1 : 0);
      first = ~first + (third == 0 && second == 0 ? 1 : 0);
    }
    if (first == 0) {
      // It was there for the sign, so the second is a full word, and no third is needed.
      first = second;
      second = third;
      end--;
    }
    if (first == 0) {
      return DoubleWord.ZERO;
    }
    int shift = Long.numberOfLeadingZeros(first);
    int exponent = 64 * (base + end) - 1 - shift;
    if (Math.abs(exponent) > LARGEST_EXPONENT) {
      return DoubleWord.of(Double.NaN);
    }
    long leading = (first << shift) | upperPart(second, shift);
    long next = (second << shift) | upperPart(third, shift);
    // 53 bits and the next 53.
    double magnitude = powerOfTwo(exponent - 52);
    double unit = negative ? -magnitude : magnitude;
    double high = (leading >>> 11) * unit;
    double low = ((leading & 0x7FF) << 42 | next >>> 22) * (unit * 0x1p-53);
    return DoubleWord.renormalized(high, low);
  }

  /** A power of two that is a normal double, so that to set its exponent is enough. */
  private static double powerOfTwo(int exponent) {
    return Double.longBitsToDouble((long) (exponent + Double.MAX_EXPONENT) << 52);
  }

  /** A word; zero below the lowest one. */
  private long word(int i) {
    return i < 0 ? 0 : words[i];
  }

  /** The number of words without those that tell nothing. */
  private int firstWord() {
    int first = 0;
    while (first < words.length && words[first] == 0) {
      first++;
    }
    return first;
  }

  private int endOfWords() {
    int end = words.length;
    while (end > 1 && words[end - 1] == words[end - 2] >> 63) {
      end--;
    }
    return end;
  }

  int storedBytes() {
    return 2 * Integer.BYTES + Math.max(0, endOfWords() - firstWord()) * Long.BYTES;
  }

  /** Writes the sum. Equal sums give equal bytes. */
  void store(ByteBuffer out) {
    int first = firstWord();
    int length = Math.max(0, endOfWords() - first);
    out.putInt(length).putInt(length == 0 ? 0 : base + first);
    for (int i = first; i < first + length; i++) {
      out.putLong(words[i]);
    }
  }

  /** Reads a sum that {@link #store} wrote. */
  static DyadicSum restore(ByteBuffer in) {
    DyadicSum sum = new DyadicSum();
    sum.words = new long[in.getInt()];
    sum.base = in.getInt();
    for (int i = 0; i < sum.words.length; i++) {
      sum.words[i] = in.getLong();
    }
    if (sum.words.length > 0) {
      sum.keepRoom();
    }
    return sum;
  }
}
