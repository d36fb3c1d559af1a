package io.sparkcumsum.scan.ordering;

import java.util.OptionalLong;

/**
 * Tells which input is small. Small input is sorted in one partition, as Spark's window sorts it,
 * because a pass over its keys and a shuffle into ranges would take longer than they save.
 *
 * @param threshold the most bytes of a small input; with 0 there is none
 */
public record SmallInput(long threshold) {
  /**
   * The most bytes of rows that the pass over the keys sends to the driver. If the size of the rows
   * was not known and they are few, they are not read again.
   */
  private static final long MOST_KEPT = 1 << 20;

  /**
   * Whether an input of this size is small.
   *
   * @param bytes empty if the size is not known
   */
  boolean includes(OptionalLong bytes) {
    return threshold > 0 && bytes.isPresent() && bytes.getAsLong() <= threshold;
  }

  /** The most bytes of rows to keep of each split. */
  long keptOfSplit(int splits) {
    return Math.min(threshold, MOST_KEPT) / splits;
  }
}
