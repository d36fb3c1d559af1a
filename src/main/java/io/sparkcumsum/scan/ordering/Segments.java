package io.sparkcumsum.scan.ordering;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BaseOrdering;

/**
 * How rows in partitions are divided into segments. A segment is all rows with the same keys of
 * {@code PARTITION BY}, which come first in the order. If it is larger than a partition should be,
 * it is divided into parts: partitions that have no rows of others. All other partitions have whole
 * segments.
 *
 * @param divided for each partition the number of the segment that it is a part of, ascending;
 *     {@link #WHOLE} if it has whole segments
 */
public record Segments(List<Integer> divided) implements Serializable {
  private static final int WHOLE = -1;

  /** Partitions that all have whole segments. */
  static Segments whole(int partitions) {
    return new Segments(Collections.nCopies(partitions, WHOLE));
  }

  /**
   * The segments of ranges.
   *
   * @param bounds those of {@link SegmentBounds}
   * @param ofSegments the order of their first keys
   */
  static Segments between(List<InternalRow> bounds, BaseOrdering ofSegments) {
    List<Integer> divided = new ArrayList<>();
    int last = WHOLE;
    for (int range = 0; range <= bounds.size(); range++) {
      boolean isPart =
          range > 0
              && range < bounds.size()
              && ofSegments.compare(bounds.get(range - 1), bounds.get(range)) == 0;
      if (isPart) {
        boolean isNext = divided.get(range - 1) == WHOLE;
        last += isNext ? 1 : 0;
      }
      divided.add(isPart ? last : WHOLE);
    }
    return new Segments(List.copyOf(divided));
  }

  /** The partitions that are parts of segments. */
  BitSet parts() {
    BitSet parts = new BitSet();
    for (int partition = 0; partition < divided.size(); partition++) {
      parts.set(partition, isPart(partition));
    }
    return parts;
  }

  /** Whether some segment is divided. */
  public boolean haveParts() {
    return divided.stream().anyMatch(segment -> segment != WHOLE);
  }

  /** Whether a partition is a part of a segment. */
  public boolean isPart(int partition) {
    return divided.get(partition) != WHOLE;
  }

  /** The partition behind the last part of the segment that a partition is the first part of. */
  public int end(int first) {
    int end = first + 1;
    while (isPart(first) && end < divided.size() && divided.get(end).equals(divided.get(first))) {
      end++;
    }
    return end;
  }
}
