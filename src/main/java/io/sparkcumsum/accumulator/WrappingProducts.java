package io.sparkcumsum.accumulator;

/**
 * Multiplication that wraps, and an estimate of the true product that shows whether it did. Called
 * by generated code.
 */
public final class WrappingProducts {
  /**
   * Far above the rounding error of an estimate, and far below the relative error of a product that
   * wrapped, which is at least 1/2.
   */
  private static final double TOLERANCE = 1e-6;

  private WrappingProducts() {}

  public static long multiply(long left, long right) {
    return left * right;
  }

  /**
   * The product in DOUBLE, infinite if it overflows. Zero times infinity is zero here, because the
   * true product is zero.
   */
  public static double estimate(double left, double right) {
    return left == 0 || right == 0 ? 0 : left * right;
  }

  /**
   * Whether the true product is in the range of BIGINT, so that the wrapped one is right. Such a
   * product has at most 63 factors other than 1 and -1, unless it is zero, so its estimate is
   * close.
   */
  public static boolean fits(long wrapped, double estimate) {
    return Double.isFinite(estimate)
        && Math.abs(wrapped - estimate) <= TOLERANCE * Math.abs(estimate);
  }
}
