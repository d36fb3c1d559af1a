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

  private final List<UnsafeRow> block = new ArrayList<>();
  private final List<UnsafeRow> blockResults = new ArrayList<>();

  /** The shared results of the last row of the block before; null if there is none. */
  private UnsafeRow sharedBefore;

  private int emitted;

  /** Whether the input was begun, if it is one segment. */
  private boolean isBegun;

  ReversePassIterator(PartitionOffset offset, Iterator<InternalRow> input, OffsetPass pass) {
    this.offset = offset;
    this.input = input;
    this.segments = input instanceof SegmentRows several ? several : null;
    this.pass = pass;
    this.state = offset.start();
    this.rows = new InputRows(pass.input());
    this.output = new ResultColumns(pass.input(), pass.results(), pass.output());
    List<Expression> own = new ArrayList<>();
    List<Expression> shared = new ArrayList<>();
    for (ScanFunction function : pass.evaluated()) {
      (function.sharedByPeers() ? shared : own).add(function.evaluate());
    }
    this.results = state.projection(own);
    this.sharedResults = shared.isEmpty() ? null : state.ownProjection(shared);
    this.keys = shared.isEmpty() ? null : pass.keyOrder().cursor();
    this.inOrder = shared.isEmpty() ? null : inOrder(pass.evaluated(), own.size());
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
      UnsafeRow row = rows.unsafe(input.next()).copy();
      block.add(row);
      bytes += row.getSizeInBytes();
    }
    if (!input.hasNext()) {
      scanBlock(state);
      offset.verifyEnd(state);
      return;
    }
    RunningState total = state.fresh();
    for (UnsafeRow row : block) {
      total.updateTotal(row);
      buffer.add(row);
    }
    List<Block> totals = new ArrayList<>(List.of(new Block(block.size(), total.serialize())));
    beginBlock();
    readTotals(totals);
    blocks = offsets(totals);
  }

  private void beginBlock() {
    block.clear();
    blockResults.clear();
    emitted = 0;
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
    UnsafeRow result = blockResults.get(emitted);
    return output.join(block.get(emitted++), result);
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
      block.add(buffer.next().copy());
    }
    scanBlock(state.deserialized(offset.state));
  }

  private void scanBlock(RunningState running) {
    if (keys != null) {
      scanPeers(running);
      return;
    }
    for (int i = block.size() - 1; i >= 0; i--) {
      scanRow(running, block.get(i));
    }
    Collections.reverse(blockResults);
  }

  private void scanRow(RunningState running, UnsafeRow row) {
    running.update(row);
    blockResults.add(results.apply(running.joined(row)).copy());
  }

  private void scanPeers(RunningState running) {
    List<UnsafeRow> shared = new ArrayList<>();
    BitSet firstPeers = firstPeers();
    for (int i = block.size() - 1; i >= 0; i--) {
      scanRow(running, block.get(i));
      // Only the state that has all peers is a result.
      shared.add(firstPeers.get(i) ? sharedResults.apply(running.row()).copy() : null);
    }
    Collections.reverse(blockResults);
    Collections.reverse(shared);
    share(shared);
  }

  /** The rows of the block that differ in the order from the row before. */
  private BitSet firstPeers() {
    BitSet firstPeers = new BitSet();
    for (int i = 0; i < block.size(); i++) {
      firstPeers.set(i, keys.advance(block.get(i)) != 0);
    }
    return firstPeers;
  }

  /** Gives all peers the results of the first of them, which the scan in reverse comes to last. */
  private void share(List<UnsafeRow> ofFirstPeers) {
    for (int i = 0; i < block.size(); i++) {
      sharedBefore = ofFirstPeers.get(i) == null ? sharedBefore : ofFirstPeers.get(i);
      blockResults.set(i, inOrder.apply(new JoinedRow(blockResults.get(i), sharedBefore)).copy());
    }
  }
}
