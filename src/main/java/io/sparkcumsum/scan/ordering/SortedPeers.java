package io.sparkcumsum.scan.ordering;

import static io.sparkcumsum.catalyst.Seqs.list;

import io.sparkcumsum.catalyst.Seqs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.RowOrdering$;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.execution.SortExec;
import org.apache.spark.sql.execution.SortPrefixUtils;
import org.apache.spark.sql.execution.UnsafeExternalRowSorter;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;

/**
 * Rows that are in order of a key, with those that are equal in it sorted by further keys.
 *
 * <p>Spark sorts by a single key of fixed width with a radix sort, and by several keys with
 * comparisons, which takes longer. Where few rows are peers it is faster to sort by the first key,
 * and then the peers. The rows that it returns are reused; copy to keep.
 */
final class SortedPeers extends AbstractIterator<InternalRow> {
  /**
   * As many peers are sorted on the heap, of as many bytes. More are left to Spark's sorter, which
   * may spill.
   */
  static final int MOST_ON_HEAP = 1000;

  private static final long MOST_BYTES = 1 << 22;

  private final Iterator<InternalRow> rows;
  private final KeyCursor keys;
  private final SortExec sort;
  private final Comparator<InternalRow> order;

  /** The peers that are returned next, if they are few. */
  private final List<UnsafeRow> peers = new ArrayList<>();

  private int returned;

  /** The peers that are returned next, if they are many; else null. */
  private Iterator<InternalRow> sorted;

  /** Takes turns with {@link #ahead}. */
  private UnsafeRow current;

  /** The row behind those that are returned next. */
  private UnsafeRow ahead;

  private boolean hasAhead;

  /**
   * @param rows in order of the first key
   * @param sort by all keys
   */
  SortedPeers(Iterator<InternalRow> rows, SortExec sort) {
    List<Attribute> columns = list(sort.output());
    this.rows = rows;
    this.keys = new KeyOrder(Seqs.seq(list(sort.sortOrder()).subList(0, 1)), columns).cursor();
    this.sort = sort;
    this.order = RowOrdering$.MODULE$.create(sort.sortOrder(), Seqs.seq(columns));
    this.current = UnsafeRow.createFromByteArray(0, columns.size());
    this.ahead = UnsafeRow.createFromByteArray(0, columns.size());
    readAhead();
  }

  /** Whether sorting by the first key alone is faster, since its prefix of eight bytes has all. */
  static boolean sortFaster(Seq<SortOrder> order) {
    return SortPrefixUtils.canSortFullyWithPrefix(order.head());
  }

  /** Returns whether there is a row that is a peer of the one before. */
  private boolean readAhead() {
    hasAhead = rows.hasNext();
    if (!hasAhead) {
      return false;
    }
    UnsafeRow row = (UnsafeRow) rows.next();
    ahead.copyFrom(row);
    return keys.advance(row) == 0;
  }

  @Override
  public boolean hasNext() {
    return returned < peers.size() || hasAhead || (sorted != null && sorted.hasNext());
  }

  @Override
  public InternalRow next() {
    if (returned < peers.size()) {
      return peers.get(returned++);
    }
    if (sorted != null && sorted.hasNext()) {
      return sorted.next();
    }
    UnsafeRow first = ahead;
    ahead = current;
    current = first;
    peers.clear();
    returned = 0;
    sorted = null;
    if (!readAhead()) {
      return first;
    }
    sortPeersOf(first);
    return next();
  }

  private void sortPeersOf(UnsafeRow first) {
    peers.add(first.copy());
    long bytes = first.getSizeInBytes();
    boolean isPeer = true;
    while (isPeer && peers.size() < MOST_ON_HEAP && bytes < MOST_BYTES) {
      peers.add(ahead.copy());
      bytes += ahead.getSizeInBytes();
      isPeer = readAhead();
    }
    if (!isPeer) {
      peers.sort(order);
      return;
    }
    try {
      UnsafeExternalRowSorter sorter = sort.createSorter();
      for (UnsafeRow peer : peers) {
        sorter.insertRow(peer);
      }
      peers.clear();
      while (isPeer) {
        sorter.insertRow(ahead);
        isPeer = readAhead();
      }
      sorted = sorter.sort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
