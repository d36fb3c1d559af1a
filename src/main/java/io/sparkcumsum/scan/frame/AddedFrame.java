package io.sparkcumsum.scan.frame;

import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.scan.function.AddedInOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SpecificInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection$;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.execution.ExternalAppendOnlyUnsafeRowArray;
import org.apache.spark.sql.execution.window.WindowFunctionFrame;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.Iterator;

/**
 * A ROWS frame of sums in DOUBLE. Each is added up anew, in the order of rows, as only that has the
 * bits of Spark. But the values of a frame are in an array, from which that takes a small part of
 * the time that Spark's own frame takes with rows.
 */
final class AddedFrame extends MovingFrame {
  private final RowsFrame bounds;
  private final InternalRow target;
  private final int place;

  /** The values of a row. */
  private final UnsafeProjection addends;

  /** The sum and the number of values of each function, and the results from them. */
  private final SpecificInternalRow sums;

  private final UnsafeProjection results;
  private final int functions;

  /**
   * For each function the values of the rows from {@link #lower} to before {@link #upper}. That of
   * a row is at its place modulo the length, a power of two. It is 0.0 if it is null, which changes
   * no sum: sums begin with 0.0, and are never -0.0.
   */
  private double[][] values;

  private boolean[][] areNull;
  private final long[] counts;

  /** The rows from {@link #upper} on, and the next of them; null if there is none. */
  private Iterator<UnsafeRow> entering;

  private UnsafeRow next;

  /** The first row of the frame, and the first behind it. */
  private int lower;

  private int upper;

  /**
   * Creates the frame.
   *
   * @param functions with results in DOUBLE
   * @param input the columns of the rows
   * @param target gets the results, from the column {@code place} on
   */
  AddedFrame(
      List<AddedInOrder> functions,
      List<Attribute> input,
      RowsFrame bounds,
      InternalRow target,
      int place) {
    this.bounds = bounds;
    this.target = target;
    this.place = place;
    this.functions = functions.size();
    this.counts = new long[functions.size()];
    this.values = new double[functions.size()][64];
    this.areNull = new boolean[functions.size()][64];
    List<Expression> addends = new ArrayList<>();
    List<Expression> results = new ArrayList<>();
    List<DataType> types = new ArrayList<>();
    for (AddedInOrder function : functions) {
      addends.add(function.addend());
      boolean isNullable = false;
      Expression sum = new BoundReference(types.size(), DataTypes.DoubleType, isNullable);
      Expression count = new BoundReference(types.size() + 1, DataTypes.LongType, isNullable);
      results.add(function.resultOf(sum, count));
      types.add(DataTypes.DoubleType);
      types.add(DataTypes.LongType);
    }
    this.addends = UnsafeProjection$.MODULE$.create(seq(addends), seq(input));
    this.sums = new SpecificInternalRow(seq(types));
    this.results = UnsafeProjection$.MODULE$.create(seq(results));
  }

  @Override
  boolean isAlways() {
    return true;
  }

  @Override
  void prepare(ExternalAppendOnlyUnsafeRowArray rows, int first, int end) {
    entering = rows.generateIterator(first);
    next = WindowFunctionFrame.getNextOrNull(entering);
    lower = first;
    upper = first;
    Arrays.fill(counts, 0);
    while (upper < end) {
      enter();
    }
  }

  private void enter() {
    int mask = values[0].length - 1;
    if (upper - lower > mask) {
      grow();
      mask = values[0].length - 1;
    }
    UnsafeRow added = addends.apply(next);
    for (int i = 0; i < functions; i++) {
      boolean isNull = added.isNullAt(i);
      values[i][upper & mask] = isNull ? 0.0 : added.getDouble(i);
      areNull[i][upper & mask] = isNull;
      counts[i] += isNull ? 0 : 1;
    }
    next = WindowFunctionFrame.getNextOrNull(entering);
    upper++;
  }

  private void leave() {
    int mask = values[0].length - 1;
    for (int i = 0; i < functions; i++) {
      counts[i] -= areNull[i][lower & mask] ? 0 : 1;
    }
    lower++;
  }

  private void grow() {
    int length = values[0].length;
    double[][] moreValues = new double[functions][2 * length];
    boolean[][] moreNull = new boolean[functions][2 * length];
    for (int i = 0; i < functions; i++) {
      for (int row = lower; row < upper; row++) {
        moreValues[i][row & (2 * length - 1)] = values[i][row & (length - 1)];
        moreNull[i][row & (2 * length - 1)] = areNull[i][row & (length - 1)];
      }
    }
    values = moreValues;
    areNull = moreNull;
  }

  @Override
  public void write(int index, InternalRow current) {
    bounds.moveTo(index, current);
    while (next != null && !bounds.isAbove(upper, next)) {
      enter();
      leaveBelow(current);
    }
    leaveBelow(current);
    for (int i = 0; i < functions; i++) {
      sums.setDouble(2 * i, sum(values[i]));
      sums.setLong(2 * i + 1, counts[i]);
    }
    UnsafeRow ofFrame = results.apply(sums);
    for (int i = 0; i < functions; i++) {
      if (ofFrame.isNullAt(i)) {
        target.setNullAt(place + i);
      } else {
        target.setDouble(place + i, ofFrame.getDouble(i));
      }
    }
  }

  private void leaveBelow(InternalRow current) {
    while (lower < upper && bounds.isBelow(lower, current)) {
      leave();
    }
  }

  private double sum(double[] ofRows) {
    int first = lower & (ofRows.length - 1);
    int end = first + upper - lower;
    double sum = 0.0;
    for (int i = first; i < Math.min(end, ofRows.length); i++) {
      sum += ofRows[i];
    }
    for (int i = 0; i < end - ofRows.length; i++) {
      sum += ofRows[i];
    }
    return sum;
  }

  @Override
  public int currentLowerBound() {
    return lower;
  }

  @Override
  public int currentUpperBound() {
    return upper;
  }
}
