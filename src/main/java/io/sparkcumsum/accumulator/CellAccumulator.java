package io.sparkcumsum.accumulator;

import io.sparkcumsum.error.CumsumErrors;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.catalyst.util.ArrayData;

/** An accumulator over 1-d arrays. */
abstract class CellAccumulator extends Accumulator {
  private static final int EMPTY = -1;

  private int width = EMPTY;

  /** Makes {@code width} cells that hold the identity. */
  abstract void allocate(int width);

  /** An array for so many sums. */
  abstract ArrayData newSums(long length);

  /** Adds each value to the first cell, and writes what that holds, from an index of sums on. */
  abstract void scanCell(ArrayData values, ArrayData sums, int from);

  /** Adds each value to its own cell, and writes what that holds. */
  abstract void stepCells(ArrayData values, ArrayData sums);

  /** Adds each value to the first cell. */
  abstract void addToCell(ArrayData values);

  /** Adds each value to its own cell. */
  abstract void addToCells(ArrayData values);

  /** Merges the cells of an accumulator of the same class and width. */
  abstract void mergeCells(Accumulator later);

  abstract void writeCells(DataOutput out) throws IOException;

  abstract void readCells(DataInput in) throws IOException;

  @Override
  public final ArrayData scan(ArrayData values) {
    requireWidth(1);
    ArrayData sums = newSums(values.numElements());
    scanCell(values, sums, 0);
    return sums;
  }

  /** Scans the arrays one after the other as if they were one, and returns that one. */
  final ArrayData scan(List<ArrayData> pieces) {
    long length = 0;
    for (ArrayData piece : pieces) {
      length += piece.numElements();
    }
    requireWidth(1);
    ArrayData sums = newSums(length);
    int from = 0;
    for (ArrayData piece : pieces) {
      scanCell(piece, sums, from);
      from += piece.numElements();
    }
    return sums;
  }

  @Override
  public final ArrayData step(ArrayData values) {
    requireWidth(values.numElements());
    ArrayData sums = newSums(values.numElements());
    stepCells(values, sums);
    return sums;
  }

  @Override
  public final Accumulator addAll(ArrayData values) {
    requireWidth(1);
    addToCell(values);
    return this;
  }

  @Override
  public final Accumulator add(ArrayData values) {
    requireWidth(values.numElements());
    addToCells(values);
    return this;
  }

  @Override
  public final Accumulator merge(Accumulator later) {
    int laterWidth = ((CellAccumulator) later).width;
    if (laterWidth != EMPTY) {
      requireWidth(laterWidth);
      mergeCells(later);
    }
    return this;
  }

  @Override
  protected final void write(DataOutput out) throws IOException {
    out.writeInt(width);
    if (width != EMPTY) {
      writeCells(out);
    }
  }

  @Override
  protected final void read(DataInput in) throws IOException {
    int stored = in.readInt();
    if (stored != EMPTY) {
      requireWidth(stored);
      readCells(in);
    }
  }

  /** Makes sure that there are this many cells, allocating them for the first values. */
  final void requireWidth(int required) {
    if (width != required) {
      if (width != EMPTY) {
        throw CumsumErrors.raggedArray(width, required);
      }
      allocate(required);
      width = required;
    }
  }
}
