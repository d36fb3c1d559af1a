package io.sparkcumsum.accumulator;

/** Addition that wraps, and a count of what wrapping loses. Called by generated code. */
public final class WrappingSums {
  private WrappingSums() {}

  public static long add(long left, long right) {
    return left + right;
  }

  public static int add(int left, int right) {
    return left + right;
  }

  /** How many times 2^64 the true sum is above the wrapped one: -1, 0 or 1. */
  public static long carry(long left, long right) {
    long sum = left + right;
    boolean wrapped = ((left ^ sum) & (right ^ sum)) < 0;
    return wrapped ? (left < 0 ? -1 : 1) : 0;
  }

  /** How many times 2^32 the true sum is above the wrapped one: -1, 0 or 1. */
  public static long carry(int left, int right) {
    long sum = (long) left + right;
    return (sum - (int) sum) >> Integer.SIZE;
  }
}
