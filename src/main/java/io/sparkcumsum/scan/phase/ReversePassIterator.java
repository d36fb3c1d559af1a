package io.sparkcumsum.scan.phase;

import io.sparkcumsum.catalyst.Seqs;
import io.sparkcumsum.scan.function.RunningState;
import io.sparkcumsum.scan.function.ScanFunction;
import io.sparkcumsum.scan.ordering.KeyCursor;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection$;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;

/**
 * Scans a partition from its last row to its first, and emits the rows in their original order.
 *
 * <p>A partition can only be read forwards, so it is scanned in blocks, as the whole input is
 * scanned in partitions. First all rows go to a buffer, which may spill to disk, and each block is
 * totalled. Then the totals become offsets, from the last block to the first. Last, each block is
 * read from the buffer and scanned backwards in memory. So each row is accumulated twice, and
 * memory holds one block of rows, one state per block, and a part of the buffer. If there is only
 * one block, it is scanned at once.
 *
 * <p>If the partition has several segments, each is scanned by itself.
 */
final class ReversePassIterator extends AbstractIterator<InternalRow> {
  private static final int MOST_ROWS = 1024;

  /** A block of wide rows ends at this size, but not before it has {@link #FEW_ROWS} rows. */
  private static final long MOST_BYTES = 1 << 22;

  private static final int FEW_ROWS = 64;

  /** Some rows, with their total or with the state that their scan starts from. */
  private static final class Block {
    final int rows;
    final byte[] state;

    Block(int rows, byte[] state) {
      this.rows = rows;
      this.state = state;
    }
  }

  private final PartitionOffset offset;
  private final Iterator<InternalRow> input;

  /** The input if it has several segments; else null. */
  private final SegmentRows segments;

  private final OffsetPass pass;
  private final RunningState state;
  private final InputRows rows;
  private final UnsafeProjection results;
  private final ResultColumns output;
  private final RowBuffer buffer = new RowBuffer();

  /** The results that peers share; null if there are none. */
  private final UnsafeProjection sharedResults;

  /** Null if peers share no results. */
  private final KeyCursor keys;

  /** From own results and shared ones to results in their order; null if none are shared. */
  private final UnsafeProjection inOrder;

  /** The blocks of the segment still to be scanned, the next one at the end. */
  private List<Block> blocks = new ArrayList<>();

  private final RowBlock block;

  /** The own results of the block, from its last row to its first, as all below. */
  private final RowBlock blockResults;

  /** The shared results of the first row of each group of peers in the block. */
  private final RowBlock blockShared;

  /** The rows of the block that differ in the order from the row before. */
  private final BitSet firstPeers = new BitSet();

  private int groupsEmitted;

  /** The shared results of the last row emitted; null if there are none. */
  private UnsafeRow shared;

  private final JoinedRow ownAndShared = new JoinedRow();

  private int emitted;

  /** Whether the input was begun, if it is one segment. */
  private boolean isBegun;

  ReversePassIterator(PartitionOffset offset, Iterator<InternalRow> input, OffsetPass pass) {
    this.offset = offset;
    this.input = input;
    this.segments = input instanceof SegmentRows several ? several : null;
    this.pass = pass;
    this.state = segments == null ? offset.start() : pass.functions().startForEachRow();
    this.rows = new InputRows(pass.input());
    this.output = new ResultColumns(pass.input(), pass.results(), pass.output());
    List<Expression> ownResults = new ArrayList<>();
    List<Expression> peersResults = new ArrayList<>();
    for (ScanFunction function : pass.evaluated()) {
      (function.sharedByPeers() ? peersResults : ownResults).add(function.evaluate());
    }
    boolean share = !peersResults.isEmpty();
    this.results = state.projection(ownResults);
    this.sharedResults = share ? state.ownProjection(peersResults) : null;
    this.keys = share ? pass.keyOrder().cursor() : null;
    this.inOrder = share ? inOrder(pass.evaluated(), ownResults.size()) : null;
    this.block = new RowBlock(pass.input().size());
    this.blockResults = new RowBlock(ownResults.size());
    this.blockShared = new RowBlock(peersResults.size());
  }

  private static UnsafeProjection inOrder(List<ScanFunction> functions, int own) {
    List<Expression> columns = new ArrayList<>();
    int nextOwn = 0;
    int nextShared = own;
    for (ScanFunction function : functions) {
      int place = function.sharedByPeers() ? nextShared++ : nextOwn++;
      columns.add(new BoundReference(place, function.dataType(), true));
    }
    return UnsafeProjection$.MODULE$.create(Seqs.seq(columns));
  }

  @Override
  public boolean hasNext() {
    while (emitted == block.size()) {
      long start = System.nanoTime();
      boolean hasMore = scanMore();
      pass.metrics().scanTime().add(System.nanoTime() - start);
      if (!hasMore) {
        return false;
      }
    }
    return true;
  }

  /** Scans the next block. Returns whether there is one. */
  private boolean scanMore() {
    if (blocks.isEmpty()) {
      return beginSegment();
    }
    scan(blocks.remove(blocks.size() - 1));
    return true;
  }

  /** Reads the next segment. Returns whether there is one. */
  private boolean beginSegment() {
    pass.metrics().spillSize().add(buffer.clear());
    if (segments == null && isBegun) {
      return false;
    }
    isBegun = true;
    if (segments != null) {
      if (!segments.beginSegment()) {
        return false;
      }
      state.clear();
    }
    read();
    return true;
  }

  /** Reads all rows, and scans them if they are one block. */
  private void read() {
    beginBlock();
    long bytes = 0;
    while (!isFull(block.size(), bytes) && input.hasNext()) {
      UnsafeRow row = rows.unsafe(input.next());
      block.add(row);
      bytes += row.getSizeInBytes();
    }
    if (!input.hasNext()) {
      scanBlock(state);
      offset.verifyEnd(state);
      return;
    }
    RunningState total = state.fresh();
    for (int i = 0; i < block.size(); i++) {
      total.updateTotal(block.get(i));
      buffer.add(block.get(i));
    }
    List<Block> totals = new ArrayList<>(List.of(new Block(block.size(), total.serialize())));
    beginBlock();
    readTotals(totals);
    blocks = offsets(totals);
  }

  private void beginBlock() {
    if (shared != null) {
      // The first rows of the next block may be peers of the last row of this one.
      shared = shared.copy();
    }
    block.clear();
    blockResults.clear();
    blockShared.clear();
    emitted = 0;
    groupsEmitted = 0;
  }

  private static boolean isFull(int count, long bytes) {
    return count == MOST_ROWS || (bytes >= MOST_BYTES && count >= FEW_ROWS);
  }

  @Override
  public InternalRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    pass.metrics().outputRows().add(1);
    int place = emitted++;
    return output.join(block.get(place), result(place));
  }

  /** Reads the other rows into the buffer, and adds the total of each block. */
  private void readTotals(List<Block> totals) {
    RunningState total = state.fresh();
    int count = 0;
    long bytes = 0;
    while (input.hasNext()) {
      UnsafeRow row = rows.unsafe(input.next());
      total.updateTotal(row);
      buffer.add(row);
      count++;
      bytes += row.getSizeInBytes();
      if (isFull(count, bytes)) {
        totals.add(new Block(count, total.serialize()));
        total = state.fresh();
        count = 0;
        bytes = 0;
      }
    }
    if (count > 0) {
      totals.add(new Block(count, total.serialize()));
    }
  }

  /** The state from which the scan of each block starts, from the last block to the first. */
  private List<Block> offsets(List<Block> totals) {
    List<Block> offsets = new ArrayList<>();
    Collections.reverse(totals);
    for (Block total : totals) {
      offsets.add(new Block(total.rows, state.serialize()));
      state.merge(total.state);
    }
    offset.verifyEnd(state);
    return offsets;
  }

  /** Reads the next block from the buffer, and scans it from its last row to its first. */
  private void scan(Block offset) {
    beginBlock();
    while (block.size() < offset.rows && buffer.hasNext()) {
      block.add(buffer.next());
    }
    scanBlock(state.deserialized(offset.state));
  }

  private void scanBlock(RunningState running) {
    if (keys != null) {
      findPeers();
    }
    for (int i = block.size() - 1; i >= 0; i--) {
      running.update(block.get(i));
      blockResults.add(results.apply(running.joined(block.get(i))));
      // Only the state that has all peers is a result.
      if (keys != null && firstPeers.get(i)) {
        blockShared.add(sharedResults.apply(running.row()));
      }
    }
  }

  private void findPeers() {
    for (int i = 0; i < block.size(); i++) {
      firstPeers.set(i, keys.advance(block.get(i)) != 0);
    }
  }

  /** The results of a row of the block. Peers have those of the first of them. */
  private UnsafeRow result(int place) {
    UnsafeRow own = blockResults.get(blockResults.size() - 1 - place);
    if (keys == null) {
      return own;
    }
    if (firstPeers.get(place)) {
      shared = blockShared.get(blockShared.size() - 1 - groupsEmitted++);
    }
    return inOrder.apply(ownAndShared.apply(own, shared));
  }
}
