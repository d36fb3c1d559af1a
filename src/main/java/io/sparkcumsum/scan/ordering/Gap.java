package io.sparkcumsum.scan.ordering;

import java.io.Serial;
import java.io.Serializable;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Rows that are in the frames of all rows of a range: its frames begin before them, and end behind
 * them. Instead of the rows, the range has their total.
 */
public final class Gap implements Serializable {
  @Serial private static final long serialVersionUID = 0;

  private final InternalRow from;
  private final InternalRow to;
  private final byte[] total;

  /**
   * Creates the gap.
   *
   * @param from the last key before the rows; null if they are the first of all
   * @param to the last key of the rows; null if they are the last of all
   * @param total their serialized total
   */
  Gap(InternalRow from, InternalRow to, byte[] total) {
    this.from = from;
    this.to = to;
    this.total = total;
  }

  /** The last key before the rows; null if they are the first of all. */
  public InternalRow from() {
    return from;
  }

  /** The last key of the rows; null if they are the last of all. */
  public InternalRow to() {
    return to;
  }

  /** The serialized total of the rows. */
  public byte[] total() {
    return total;
  }
}
