package io.sparkcumsum.scan.phase;

import io.sparkcumsum.scan.ordering.KeyCursor;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;

/**
 * The rows of a partition, segment by segment: the iterator ends with each of them. A row that it
 * returned is valid until it is asked for more.
 */
final class SegmentRows extends AbstractIterator<InternalRow> {
  private final Iterator<InternalRow> rows;

  /** Compares the keys that tell the segment. */
  private final KeyCursor keys;

  /** A row that was read and not returned yet; null if there is none. */
  private InternalRow ahead;

  /** Whether {@link #ahead} begins a segment. */
  private boolean isFirst;

  SegmentRows(Iterator<InternalRow> rows, KeyCursor keys) {
    this.rows = rows;
    this.keys = keys;
  }

  /**
   * Goes on to the next segment, when all rows of the one before were read. Returns whether there
   * is one.
   */
  boolean beginSegment() {
    boolean hasMore = readAhead();
    isFirst = false;
    return hasMore;
  }

  private boolean readAhead() {
    if (ahead == null && rows.hasNext()) {
      ahead = rows.next();
      isFirst = keys.advance(ahead) != 0;
    }
    return ahead != null;
  }

  @Override
  public boolean hasNext() {
    return readAhead() && !isFirst;
  }

  @Override
  public InternalRow next() {
    InternalRow row = ahead;
    ahead = null;
    return row;
  }
}
