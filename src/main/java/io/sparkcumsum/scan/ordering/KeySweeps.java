package io.sparkcumsum.scan.ordering;

import io.sparkcumsum.error.CumsumErrors;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BaseOrdering;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.NullsFirst$;
import org.apache.spark.sql.catalyst.expressions.SortOrder;

/**
 * Sends a row to the ranges whose frames begin or end near it: from the bound of the first frame of
 * a range to that of its last. So each row goes to about one range for each moving bound, however
 * wide frames are, and to a few more if {@linkplain KeyBounds#isDisordered bounds may go back}. The
 * rows between the two bounds, which are in all frames of the range, are a {@link Gap}.
 */
final class KeySweeps implements Halos {
  /** Ranges have many segments in common. To merge each again for each range would take long. */
  private static final int BLOCK = 32;

  private final KeyOrder order;
  private final InternalRow least;
  private final InternalRow greatest;

  /** The last key of each range but the last range. */
  private final List<InternalRow> bounds;

  /** The number of ranges before the first with keys. */
  private final int firstRange;

  private final List<Sweep> sweeps = new ArrayList<>();

  /** For each frame the gaps of the ranges, without totals; null where there is none. */
  private final List<List<Gap>> gaps = new ArrayList<>();

  /**
   * Where a moving bound is, for each range.
   *
   * @param from where it is first
   * @param to where it is last
   * @param isLower whether a row at {@code from} counts
   */
  private record Sweep(List<InternalRow> from, List<InternalRow> to, boolean isLower)
      implements Serializable {}

  /**
   * Creates the sweeps.
   *
   * @param ends the last key of each range but the last range
   * @param least the first key that is not null
   * @param greatest the last key that is not null
   */
  KeySweeps(
      List<KeyBounds> frames,
      KeyOrder order,
      List<InternalRow> ends,
      InternalRow least,
      InternalRow greatest) {
    BaseOrdering ordering = order.ofKeys();
    this.order = order;
    this.least = least;
    this.greatest = greatest;
    List<InternalRow> keys = new ArrayList<>();
    for (InternalRow end : ends) {
      if (!end.isNullAt(0) && ordering.compare(end, greatest) < 0) {
        keys.add(end);
      }
    }
    this.bounds = new ArrayList<>(keys);
    // Rows without a key have a range of their own: their frames end at their peers.
    SortOrder by = order.order().head();
    boolean hasNulls = by.child().nullable();
    boolean nullsFirst = hasNulls && by.nullOrdering() instanceof NullsFirst$;
    this.firstRange = nullsFirst ? 1 : 0;
    if (nullsFirst) {
      bounds.add(0, new GenericInternalRow(1));
    } else if (hasNulls) {
      bounds.add(greatest);
    }
    keys.add(0, least);
    keys.add(greatest);
    List<InternalRow> before = keys.subList(0, keys.size() - 1);
    List<InternalRow> last = keys.subList(1, keys.size());
    if (frames.get(0).isDisordered()) {
      // Rows that are computed with those of the range.
      List<InternalRow> near = before.stream().map(key -> KeyBounds.near(frames, key)).toList();
      sweeps.add(sweep(near, before, true, ordering));
    }
    for (KeyBounds frame : frames) {
      List<InternalRow> leastUpper =
          ascending(before.stream().map(frame::leastUpper).toList(), ordering);
      List<InternalRow> greatestLower = last.stream().map(frame::greatestLower).toList();
      if (frame.lower() != null) {
        List<InternalRow> leastLower = before.stream().map(frame::leastLower).toList();
        sweeps.add(sweep(leastLower, greatestLower, true, ordering));
      }
      if (frame.upper() != null) {
        List<InternalRow> greatestUpper = last.stream().map(frame::greatestUpper).toList();
        sweeps.add(sweep(leastUpper, greatestUpper, false, ordering));
      }
      List<Gap> ofFrame = gaps(frame, greatestLower, leastUpper, ordering);
      if (nullsFirst) {
        ofFrame.add(0, frame.toLast() ? new Gap(bounds.get(0), null, null) : null);
      } else if (hasNulls) {
        ofFrame.add(frame.fromFirst() ? new Gap(null, greatest, null) : null);
      }
      gaps.add(ofFrame);
    }
  }

  private static Sweep sweep(
      List<InternalRow> from, List<InternalRow> to, boolean isLower, BaseOrdering ordering) {
    return new Sweep(ascending(from, ordering), ascending(to, ordering), isLower);
  }

  /**
   * The places in order, where later keys may have earlier ones. No frame of a range begins or ends
   * before the least place of a range before it, and to read on beyond the last does no harm.
   */
  private static List<InternalRow> ascending(List<InternalRow> places, BaseOrdering ordering) {
    List<InternalRow> ascending = new ArrayList<>();
    InternalRow greatest = places.get(0);
    for (InternalRow place : places) {
      greatest = ordering.compare(place, greatest) > 0 ? place : greatest;
      ascending.add(greatest);
    }
    return ascending;
  }

  /** From the greatest lower bound in each range to its least upper bound. */
  private static List<Gap> gaps(
      KeyBounds frame,
      List<InternalRow> greatestLower,
      List<InternalRow> leastUpper,
      BaseOrdering ordering) {
    List<Gap> gaps = new ArrayList<>();
    for (int i = 0; i < greatestLower.size(); i++) {
      InternalRow from = frame.fromFirst() ? null : greatestLower.get(i);
      InternalRow to = frame.toLast() ? null : leastUpper.get(i);
      boolean hasRows = from == null || to == null || ordering.compare(from, to) < 0;
      gaps.add(hasRows ? new Gap(from, to, null) : null);
    }
    return gaps;
  }

  /** The last key of each range but the last range. */
  List<InternalRow> bounds() {
    return bounds;
  }

  /** How many bounds take rows to further ranges. */
  int movingBounds() {
    return sweeps.size();
  }

  /** The keys at which gaps of a frame begin or end, ascending. */
  List<InternalRow> cuts(int frame) {
    TreeSet<InternalRow> cuts = new TreeSet<>(order.ofKeys());
    for (Gap gap : gaps.get(frame)) {
      if (gap != null && gap.from() != null) {
        cuts.add(gap.from());
      }
      if (gap != null && gap.to() != null) {
        cuts.add(gap.to());
      }
    }
    return List.copyOf(cuts);
  }

  /**
   * The gap of each range in a frame; null where there is none.
   *
   * @param cuts those of {@link #cuts}
   * @param segments for each cut the serialized total of the rows up to it from the cut before, and
   *     that of the rows behind the last
   */
  List<Gap> gaps(int frame, List<InternalRow> cuts, List<byte[]> segments, Summary summary) {
    BaseOrdering ordering = order.ofKeys();
    Summary.State none = summary.start(List.of());
    List<byte[]> blocks = blocks(segments, none);
    List<Gap> all = new ArrayList<>();
    for (Gap gap : gaps.get(frame)) {
      if (gap == null) {
        all.add(null);
        continue;
      }
      InternalRow from = gap.from();
      InternalRow to = gap.to();
      int first = from == null ? 0 : Collections.binarySearch(cuts, from, ordering) + 1;
      int last = to == null ? cuts.size() : Collections.binarySearch(cuts, to, ordering);
      all.add(new Gap(from, to, total(first, last, segments, blocks, none)));
    }
    return all;
  }

  /** The totals of the whole blocks of segments. */
  private static List<byte[]> blocks(List<byte[]> segments, Summary.State none) {
    List<byte[]> blocks = new ArrayList<>();
    for (int i = 0; i + BLOCK <= segments.size(); i += BLOCK) {
      Summary.State total = none.fresh();
      segments.subList(i, i + BLOCK).forEach(total::merge);
      blocks.add(total.serialize());
    }
    return blocks;
  }

  /** The total of some segments, merged from those of blocks where they are whole. */
  private static byte[] total(
      int first, int last, List<byte[]> segments, List<byte[]> blocks, Summary.State none) {
    Summary.State total = none.fresh();
    int i = first;
    while (i <= last) {
      boolean isWhole = i % BLOCK == 0 && i + BLOCK - 1 <= last;
      total.merge(isWhole ? blocks.get(i / BLOCK) : segments.get(i));
      i += isWhole ? BLOCK : 1;
    }
    return total.serialize();
  }

  @Override
  public Ranges ranges() {
    BaseOrdering ordering = order.ofKeys();
    return (found, key, own) -> {
      if (!key.isNullAt(0)) {
        if (ordering.compare(key, least) < 0 || ordering.compare(key, greatest) > 0) {
          throw CumsumErrors.inputReordered(own);
        }
        for (Sweep sweep : sweeps) {
          addTo(found, key, sweep, ordering);
        }
      }
    };
  }

  /**
   * Adds the ranges of which a bound passes a key. Where a lower bound begins counts too: the key
   * may be in the first frame only. Where an upper bound begins, the key is in all frames, and in
   * the gap.
   */
  private void addTo(BitSet found, InternalRow key, Sweep sweep, BaseOrdering ordering) {
    List<InternalRow> from = sweep.from;
    int low = 0;
    int range = from.size() - 1;
    while (low <= range) {
      int middle = (low + range) >>> 1;
      int comparison = ordering.compare(from.get(middle), key);
      if (comparison < 0 || (comparison == 0 && sweep.isLower)) {
        low = middle + 1;
      } else {
        range = middle - 1;
      }
    }
    while (range >= 0 && ordering.compare(key, sweep.to.get(range)) <= 0) {
      found.set(firstRange + range);
      range--;
    }
  }
}
