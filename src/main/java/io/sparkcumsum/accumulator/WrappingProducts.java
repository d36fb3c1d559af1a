package io.sparkcumsum.accumulator;

/** Multiplication in two's complement, and about what it would be; called by generated code. */
public final class WrappingProducts {
  /** Far above the rounding of an estimate, far below the distance of 2^64 to what fits. */
  private static final double TOLERANCE = 1e-6;

  private WrappingProducts() {}

  public static long multiply(long left, long right) {
    return left * right;
  }

  /** The product in DOUBLE, infinite where that overflows; a zero stays one. */
  public static double estimate(double left, double right) {
    return left == 0 || right == 0 ? 0 : left * right;
  }

  /**
   * Whether the product that a wrapped one stands for is in the range of BIGINT. Of factors up to
   * there, no more than 64 are not 1 or -1, so that the estimate is close.
   */
  public static boolean fits(long wrapped, double estimate) {
    return Double.isFinite(estimate)
        && Math.abs(wrapped - estimate) <= TOLERANCE * Math.abs(estimate);
  }
}
