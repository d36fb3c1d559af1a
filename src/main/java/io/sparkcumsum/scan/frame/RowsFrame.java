package io.sparkcumsum.scan.frame;

import org.apache.spark.sql.catalyst.InternalRow;

/** The ROWS frame of the current row. */
final class RowsFrame implements FrameBounds {
  private final int lower;
  private final int upper;
  private int current;

  /**
   * Creates the frame.
   *
   * @param lower the place of the first row, relative to the current one
   * @param upper that of the last
   */
  RowsFrame(int lower, int upper) {
    this.lower = lower;
    this.upper = upper;
  }

  @Override
  public void moveTo(int place, InternalRow row) {
    current = place;
  }

  @Override
  public boolean isBelow(int place, InternalRow row) {
    return place < current + lower;
  }

  @Override
  public boolean isAbove(int place, InternalRow row) {
    return place > current + upper;
  }
}
