package io.sparkcumsum.scan.frame;

import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Substitution;
import io.sparkcumsum.scan.function.RunningState;
import io.sparkcumsum.scan.function.ScanFunction;
import io.sparkcumsum.scan.function.ScanFunctions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.MutableProjection;
import org.apache.spark.sql.catalyst.expressions.MutableProjection$;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.execution.ExternalAppendOnlyUnsafeRowArray;
import org.apache.spark.sql.execution.window.WindowFunctionFrame;
import org.apache.spark.sql.types.DataType;
import scala.collection.Iterator;

/**
 * A frame between two moving bounds. Spark's own computes each frame anew from all of its rows;
 * this one reads each row three times, however many rows a frame has.
 *
 * <p>It is a queue of two stacks. Rows that enter the frame at its end are added to one total. Rows
 * that leave it are taken from a stack of totals, each of a row and those behind it. When the stack
 * is empty, it is made anew of all rows in the frame, and the total starts again. The result is
 * that of the top of the stack, merged with the total. (Tangwongsan, Hirzel and Schneider,
 * "Low-Latency Sliding-Window Aggregation in Worst-Case Constant Time", 2017, call it Two-Stacks.)
 *
 * <p>The stack has the totals of one block of rows in memory, and one total for each block behind.
 */
final class SlidingFrame extends MovingFrame {
  private static final int ROWS_OF_BLOCK = 1024;

  private final boolean isAlways;
  private final InternalRow target;
  private final int place;
  private final FrameBounds bounds;
  private final RunningState none;

  /** The same for totals of the stack, which get rows from the last to the first. */
  private final RunningState noneInStack;

  private final List<DataType> types = new ArrayList<>();

  /** The results from the serialized total of a frame. */
  private final MutableProjection results;

  /** The rows of the frame that are not in the stack. */
  private RunningState behind;

  /** All rows of the frame. */
  private final RunningState all;

  /** The rows from {@link #upper} on, and the next of them; null if there is none. */
  private Iterator<UnsafeRow> entering;

  private UnsafeRow next;

  /** The rows from {@link #stacked} on, to make a stack of. */
  private Iterator<UnsafeRow> stacking;

  /** The rows of the stack that are not in the block. */
  private Iterator<UnsafeRow> leaving;

  /** The first row of the frame, the first behind the stack, and the first behind the frame. */
  private int lower;

  private int stacked;
  private int upper;

  /** The rows of the first block of the stack, and for each the total of it and all behind it. */
  private final List<UnsafeRow> block = new ArrayList<>();

  private final List<UnsafeRow> totals = new ArrayList<>();

  /** The place of {@link #lower} in the block. */
  private int inBlock;

  /** The further blocks of the stack, the next one last. */
  private final List<Block> blocks = new ArrayList<>();

  private static final class Block {
    final int rows;

    /** The total of the blocks behind it. */
    final byte[] behind;

    Block(int rows, byte[] behind) {
      this.rows = rows;
      this.behind = behind;
    }
  }

  /**
   * Creates the frame.
   *
   * @param isAlways whether it takes the place of Spark's even if frames have few rows
   * @param target gets the results, from the column {@code place} on
   */
  SlidingFrame(
      ScanFunctions functions,
      boolean isAlways,
      FrameBounds bounds,
      InternalRow target,
      int place) {
    this.isAlways = isAlways;
    this.none = functions.startForEachRow();
    this.noneInStack = functions.prepending().startForEachRow();
    this.all = none.fresh();
    this.results = results(functions);
    functions.functions().forEach(function -> types.add(function.dataType()));
    this.bounds = bounds;
    this.target = target;
    this.place = place;
  }

  @Override
  boolean isAlways() {
    return isAlways;
  }

  @Override
  void prepare(ExternalAppendOnlyUnsafeRowArray rows, int first, int end) {
    entering = rows.generateIterator(first);
    next = WindowFunctionFrame.getNextOrNull(entering);
    stacking = rows.generateIterator(first);
    leaving = rows.generateIterator(first);
    lower = first;
    stacked = first;
    upper = first;
    behind = ofGap();
    block.clear();
    totals.clear();
    inBlock = 0;
    blocks.clear();
    while (upper < end) {
      enter();
    }
  }

  /** The total before the rows that enter: of those in the gap, if there is one. */
  private RunningState ofGap() {
    byte[] total = bounds.totalOfGap();
    return total == null ? none.fresh() : none.total(total);
  }

  private void add(RunningState total, UnsafeRow row) {
    if (!bounds.isInGap(row)) {
      total.updateTotal(row);
    }
  }

  private void enter() {
    add(behind, next);
    next = WindowFunctionFrame.getNextOrNull(entering);
    upper++;
  }

  @Override
  public void write(int index, InternalRow current) {
    bounds.moveTo(index, current);
    while (next != null && !bounds.isAbove(upper, next)) {
      enter();
    }
    while (lower < upper && bounds.isBelow(lower, first())) {
      lower++;
      inBlock++;
    }
    RunningState total = bounds.totalOfGap() == null ? none : behind;
    if (lower < upper) {
      first();
      all.setTotal(totals.get(inBlock));
      all.merge(behind.serialized());
      total = all;
    }
    InternalRow values = results.apply(total.serialized());
    for (int i = 0; i < types.size(); i++) {
      target.update(place + i, values.get(i, types.get(i)));
    }
  }

  /** The first row of the frame, which then is in the block. */
  private UnsafeRow first() {
    if (lower == stacked) {
      stack();
    }
    if (inBlock == block.size()) {
      readBlock();
    }
    return block.get(inBlock);
  }

  /** Moves all rows of the frame to the stack. */
  private void stack() {
    List<Integer> sizes = new ArrayList<>();
    List<byte[]> ofBlocks = new ArrayList<>();
    while (stacked < upper) {
      RunningState total = none.fresh();
      int size = Math.min(ROWS_OF_BLOCK, upper - stacked);
      for (int i = 0; i < size; i++) {
        add(total, stacking.next());
      }
      sizes.add(size);
      ofBlocks.add(total.serialize());
      stacked += size;
    }
    RunningState further = noneInStack.fresh();
    for (int i = sizes.size() - 1; i >= 0; i--) {
      blocks.add(new Block(sizes.get(i), further.serialize()));
      further.merge(ofBlocks.get(i));
    }
    behind = ofGap();
  }

  private void readBlock() {
    Block read = blocks.remove(blocks.size() - 1);
    block.clear();
    totals.clear();
    inBlock = 0;
    for (int i = 0; i < read.rows; i++) {
      block.add(leaving.next().copy());
    }
    RunningState total = noneInStack.total(read.behind);
    for (int i = read.rows - 1; i >= 0; i--) {
      add(total, block.get(i));
      totals.add(total.serialized().copy());
    }
    Collections.reverse(totals);
  }

  @Override
  public int currentLowerBound() {
    return lower;
  }

  @Override
  public int currentUpperBound() {
    return upper;
  }

  private static MutableProjection results(ScanFunctions functions) {
    List<Attribute> serialized = new ArrayList<>();
    for (ScanFunction function : functions.withRowCount()) {
      serialized.addAll(function.serialized());
    }
    List<Expression> results = new ArrayList<>();
    for (ScanFunction function : functions.functions()) {
      List<AttributeReference> state = function.state();
      List<Expression> deserialized = function.deserialize();
      results.add(
          Substitution.in(
              function.evaluate(),
              node -> state.contains(node) ? deserialized.get(state.indexOf(node)) : null));
    }
    return MutableProjection$.MODULE$.create(seq(results), seq(serialized));
  }
}
