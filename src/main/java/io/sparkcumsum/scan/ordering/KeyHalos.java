package io.sparkcumsum.scan.ordering;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BaseOrdering;

/**
 * Tells which ranges a row goes to besides its own: those with rows whose frames may reach it. As
 * frames of later rows reach later rows, these ranges are neighbours.
 */
final class KeyHalos implements Serializable {
  private final KeyOrder order;

  /** The last key of each range but the last range. */
  private final List<InternalRow> bounds;

  /** How far the frames of rows at a bound reach back; null where they do not. */
  private final List<InternalRow> least = new ArrayList<>();

  /** How far the frames of rows at a bound reach ahead; null where they do not. */
  private final List<InternalRow> greatest = new ArrayList<>();

  KeyHalos(KeyReach reach, KeyOrder order, List<InternalRow> bounds) {
    this.order = order;
    this.bounds = bounds;
    BaseOrdering ordering = order.ofKeys();
    for (InternalRow bound : bounds) {
      least.add(reach.least(bound, ordering));
      greatest.add(reach.greatest(bound, ordering));
    }
  }

  /** The code that compares keys, for one thread. */
  final class Ranges {
    private final BaseOrdering ordering = order.ofKeys();

    /** The first range that a row goes to. */
    int first(InternalRow key, int own) {
      int range = own;
      while (range > 0 && !key.isNullAt(0) && reachesAhead(range - 1, key)) {
        range--;
      }
      return range;
    }

    /** The last range that a row goes to. */
    int last(InternalRow key, int own) {
      int range = own;
      while (range < bounds.size() && !key.isNullAt(0) && reachesBack(range, key)) {
        range++;
      }
      return range;
    }

    /** Whether frames of rows up to a bound reach a key behind it. */
    private boolean reachesAhead(int bound, InternalRow key) {
      InternalRow furthest = greatest.get(bound);
      return furthest != null && ordering.compare(key, furthest) <= 0;
    }

    /** Whether frames of rows behind a bound reach a key up to it. */
    private boolean reachesBack(int bound, InternalRow key) {
      InternalRow furthest = least.get(bound);
      return furthest != null && ordering.compare(furthest, key) <= 0;
    }
  }
}
