package io.sparkcumsum.accumulator;

/** Addition in two's complement, and what it loses; called by generated code. */
public final class WrappingSums {
  private WrappingSums() {}

  public static long add(long left, long right) {
    return left + right;
  }

  public static int add(int left, int right) {
    return left + right;
  }

  /** How often 2^64 is missing in the wrapped sum: -1, 0 or 1. */
  public static long carry(long left, long right) {
    long sum = left + right;
    boolean wrapped = ((left ^ sum) & (right ^ sum)) < 0;
    return wrapped ? (left < 0 ? -1 : 1) : 0;
  }

  /** How often 2^32 is missing in the wrapped sum: -1, 0 or 1. */
  public static long carry(int left, int right) {
    long sum = (long) left + right;
    return (sum - (int) sum) >> Integer.SIZE;
  }
}
