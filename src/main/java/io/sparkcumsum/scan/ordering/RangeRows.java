package io.sparkcumsum.scan.ordering;

import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;
import scala.collection.Iterator$;

/**
 * The rows of a partition of {@link OverlappingRanges}: first those of ranges before it, then its
 * own, then those of ranges behind it. Each of the three has to be read to its end before the next.
 */
public final class RangeRows {
  private final Iterator<InternalRow> rows;

  /** Null if there is only one range. */
  private final KeyCursor keys;

  private final InternalRow lastBefore;
  private final InternalRow last;

  /** The row that was read to find the end of a part; null if there is none. */
  private InternalRow pending;

  /**
   * @param bounds the last key of each range but the last range
   */
  public RangeRows(
      KeyOrder order, List<InternalRow> bounds, int partition, Iterator<InternalRow> rows) {
    this.rows = rows;
    this.keys = bounds.isEmpty() ? null : order.cursor();
    this.lastBefore = partition == 0 ? null : bounds.get(partition - 1);
    this.last = partition == bounds.size() ? null : bounds.get(partition);
  }

  public Iterator<InternalRow> before() {
    return beforeUntil(lastBefore);
  }

  /** The rows before, up to a key; none if it is null. */
  public Iterator<InternalRow> beforeUntil(InternalRow key) {
    return key == null ? Iterator$.MODULE$.empty() : new Part(key);
  }

  public Iterator<InternalRow> own() {
    return new Part(last);
  }

  public Iterator<InternalRow> behind() {
    return new Part(null);
  }

  /** The next rows, up to a key; all if it is null. */
  private final class Part extends AbstractIterator<InternalRow> {
    private final InternalRow until;

    Part(InternalRow until) {
      this.until = until;
    }

    @Override
    public boolean hasNext() {
      if (pending == null && rows.hasNext()) {
        pending = rows.next();
        if (keys != null) {
          keys.advance(pending);
        }
      }
      return pending != null && (until == null || keys.compareTo(until) <= 0);
    }

    @Override
    public InternalRow next() {
      InternalRow row = hasNext() ? pending : null;
      pending = null;
      return row;
    }
  }
}
