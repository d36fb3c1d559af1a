package io.sparkcumsum.scan.frame;

import org.apache.spark.sql.catalyst.InternalRow;

/** Which of the rows in a buffer are in the frame of the current row. */
interface FrameBounds {

  /**
   * Goes to the frame of a row.
   *
   * @param place of the row in the buffer
   */
  void moveTo(int place, InternalRow current);

  /** Whether a row is before the frame. */
  boolean isBelow(int place, InternalRow row);

  /** Whether a row is behind the frame. */
  boolean isAbove(int place, InternalRow row);

  /**
   * The serialized total of rows that are in each frame, but not in the buffer; null if there are
   * none.
   */
  default byte[] totalOfGap() {
    return null;
  }

  /** Whether a row of the buffer is in that total. */
  default boolean isInGap(InternalRow row) {
    return false;
  }
}
