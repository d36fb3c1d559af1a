package io.sparkcumsum.scan.frame;

import org.apache.spark.sql.execution.ExternalAppendOnlyUnsafeRowArray;
import org.apache.spark.sql.execution.window.WindowFunctionFrame;

/** A frame between two moving bounds that can take the place of Spark's own. */
abstract class MovingFrame extends WindowFunctionFrame {

  /** Whether it takes the place of Spark's even if frames have few rows. */
  abstract boolean isAlways();

  /** Begins with the frame of the rows from {@code first} to before {@code end}. */
  abstract void prepare(ExternalAppendOnlyUnsafeRowArray rows, int first, int end);

  @Override
  public final void prepare(ExternalAppendOnlyUnsafeRowArray rows) {
    prepare(rows, 0, 0);
  }
}
