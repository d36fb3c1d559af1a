package io.sparkcumsum.scan.ordering;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BaseOrdering;

/**
 * Sends a row to all ranges with rows whose frames may reach it. As frames of later rows reach
 * later rows, these ranges are neighbours.
 */
final class KeyHalos implements Halos {
  private final KeyOrder order;

  /** The last key of each range but the last range. */
  private final List<InternalRow> bounds;

  /** How far the frames of rows at a bound reach back; null where they do not. */
  private final List<InternalRow> least = new ArrayList<>();

  /** How far the frames of rows at a bound reach ahead; null where they do not. */
  private final List<InternalRow> greatest = new ArrayList<>();

  KeyHalos(List<KeyBounds> frames, KeyOrder order, List<InternalRow> bounds) {
    this.order = order;
    this.bounds = bounds;
    BaseOrdering ordering = order.ofKeys();
    for (InternalRow bound : bounds) {
      least.add(KeyBounds.least(frames, bound, ordering));
      greatest.add(KeyBounds.greatest(frames, bound, ordering));
    }
  }

  @Override
  public Ranges ranges() {
    BaseOrdering ordering = order.ofKeys();
    return (found, key, own) -> addTo(found, key, own, ordering);
  }

  private void addTo(BitSet found, InternalRow key, int own, BaseOrdering ordering) {
    if (key.isNullAt(key.numFields() - 1)) {
      return;
    }
    int range = own;
    while (range > 0 && isUpTo(key, greatest.get(range - 1), ordering)) {
      range--;
      found.set(range);
    }
    range = own;
    while (range < bounds.size() && isFrom(least.get(range), key, ordering)) {
      range++;
      found.set(range);
    }
  }

  private static boolean isUpTo(InternalRow key, InternalRow furthest, BaseOrdering ordering) {
    return furthest != null && ordering.compare(key, furthest) <= 0;
  }

  private static boolean isFrom(InternalRow furthest, InternalRow key, BaseOrdering ordering) {
    return furthest != null && ordering.compare(furthest, key) <= 0;
  }
}
