package io.sparkcumsum.scan.phase;

import io.sparkcumsum.catalyst.Seqs;
import io.sparkcumsum.scan.function.RunningState;
import io.sparkcumsum.scan.function.ScanFunction;
import io.sparkcumsum.scan.ordering.KeyCursor;
import io.sparkcumsum.scan.ordering.KeyOrder;
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
 * memory holds one block of rows, one state per block, and a part of the buffer.
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

    /** Whether the first row begins a segment, and whether another row does. */
    final boolean isFirst;

    final boolean isCut;

    Block(int rows, byte[] state, boolean isFirst, boolean isCut) {
      this.rows = rows;
      this.state = state;
      this.isFirst = isFirst;
      this.isCut = isCut;
    }
  }

  private final PartitionOffset offset;
  private final Iterator<InternalRow> input;
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

  /**
   * Find where segments begin, when rows are read and when they are scanned; null if they are one.
   */
  private final KeyCursor segments;

  private final KeyCursor segmentsOfBlocks;

  /** From own results and shared ones to results in their order; null if none are shared. */
  private final UnsafeProjection inOrder;

  /**
   * The blocks still to be scanned, the next one at the end; null until the input has been read.
   */
  private List<Block> blocks;

  private final List<UnsafeRow> block = new ArrayList<>();
  private final List<UnsafeRow> blockResults = new ArrayList<>();

  /** The shared results of the last row of the block before; null if there is none. */
  private UnsafeRow sharedBefore;

  private int emitted;

  ReversePassIterator(
      PartitionOffset offset, Iterator<InternalRow> input, OffsetPass pass, KeyOrder segments) {
    this.offset = offset;
    this.input = input;
    this.pass = pass;
    this.state = offset.start();
    this.segments = segments == null ? null : segments.cursor();
    this.segmentsOfBlocks = segments == null ? null : segments.cursor();
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
    if (blocks == null) {
      long start = System.nanoTime();
      blocks = offsets(totals());
      pass.metrics().scanTime().add(System.nanoTime() - start);
    }
    if (emitted < block.size()) {
      return true;
    }
    if (blocks.isEmpty()) {
      pass.metrics().spillSize().add(buffer.clear());
      return false;
    }
    scan(blocks.remove(blocks.size() - 1));
    return true;
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

  /**
   * Reads all rows into the buffer, and returns the total of each block: of those of its rows that
   * are in the segment of the first.
   */
  private List<Block> totals() {
    List<Block> totals = new ArrayList<>();
    RunningState total = state.fresh();
    int count = 0;
    long bytes = 0;
    boolean isFirst = false;
    boolean isCut = false;
    while (input.hasNext()) {
      UnsafeRow row = rows.unsafe(input.next());
      boolean begins = segments != null && segments.advance(row) != 0;
      isFirst = count == 0 ? begins : isFirst;
      isCut |= count > 0 && begins;
      if (!isCut) {
        total.updateTotal(row);
      }
      buffer.add(row);
      count++;
      bytes += row.getSizeInBytes();
      if (count == MOST_ROWS || (bytes >= MOST_BYTES && count >= FEW_ROWS)) {
        totals.add(new Block(count, total.serialize(), isFirst, isCut));
        total = state.fresh();
        count = 0;
        bytes = 0;
        isCut = false;
      }
    }
    if (count > 0) {
      totals.add(new Block(count, total.serialize(), isFirst, isCut));
    }
    return totals;
  }

  /** The state from which the scan of each block starts, from the last block to the first. */
  private List<Block> offsets(List<Block> totals) {
    List<Block> offsets = new ArrayList<>();
    Collections.reverse(totals);
    for (Block total : totals) {
      offsets.add(new Block(total.rows, state.serialize(), total.isFirst, total.isCut));
      if (total.isCut) {
        state.clear();
      }
      state.merge(total.state);
      if (total.isFirst) {
        state.clear();
      }
    }
    offset.verifyEnd(state);
    return offsets;
  }

  /** Reads the next block from the buffer, and scans it from its last row to its first. */
  private void scan(Block offset) {
    block.clear();
    blockResults.clear();
    emitted = 0;
    while (block.size() < offset.rows && buffer.hasNext()) {
      block.add(buffer.next().copy());
    }
    List<UnsafeRow> shared = new ArrayList<>();
    BitSet firstPeers = beginnings(keys);
    BitSet firstOfSegments = beginnings(segmentsOfBlocks);
    RunningState running = state.deserialized(offset.state);
    for (int i = offset.rows - 1; i >= 0; i--) {
      if (i + 1 < offset.rows && firstOfSegments.get(i + 1)) {
        running.clear();
      }
      running.update(block.get(i));
      blockResults.add(results.apply(running.joined(block.get(i))).copy());
      // Only the state that has all peers is a result.
      shared.add(firstPeers.get(i) ? sharedResults.apply(running.row()).copy() : null);
    }
    Collections.reverse(blockResults);
    if (keys != null) {
      Collections.reverse(shared);
      share(shared);
    }
  }

  /** The rows of the block whose key is not that of the row before; none without keys. */
  private BitSet beginnings(KeyCursor keys) {
    BitSet beginnings = new BitSet();
    for (int i = 0; keys != null && i < block.size(); i++) {
      beginnings.set(i, keys.advance(block.get(i)) != 0);
    }
    return beginnings;
  }

  /** Gives all peers the results of the first of them, which the scan in reverse comes to last. */
  private void share(List<UnsafeRow> ofFirstPeers) {
    for (int i = 0; i < block.size(); i++) {
      sharedBefore = ofFirstPeers.get(i) == null ? sharedBefore : ofFirstPeers.get(i);
      blockResults.set(i, inOrder.apply(new JoinedRow(blockResults.get(i), sharedBefore)).copy());
    }
  }
}
