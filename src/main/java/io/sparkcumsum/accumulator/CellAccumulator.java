package io.sparkcumsum.accumulator;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.sparkcumsum.error.CumsumErrors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.catalyst.util.ArrayData;

/** An accumulator over 1-d arrays. */
abstract class CellAccumulator extends Accumulator {
  private static final int EMPTY = -1;

  private int width = EMPTY;

  /** Makes {@code width} empty cells. */
  abstract void allocate(int width);

  /** Makes an array for this many results. */
  abstract ArrayData newArray(long length);

  /**
   * Writes what a cell holds as the result at an index. For an empty cell that is what an exclusive
   * scan starts with.
   */
  abstract void emit(int cell, ArrayData results, int index);

  /**
   * Accumulates all values into the first cell. Writes what the cell holds after each value or, if
   * exclusive, before it. The first result is at index {@code from}.
   */
  abstract void accumulateCell(ArrayData values, ArrayData results, int from, boolean exclusive);

  /**
   * Accumulates each value into its own cell. Writes what that cell then holds or, if exclusive,
   * held before.
   */
  abstract void accumulateCells(ArrayData values, ArrayData results, boolean exclusive);

  /** Accumulates all values into the first cell. */
  abstract void reduceCell(ArrayData values);

  /** Accumulates each value into its own cell. */
  abstract void reduceCells(ArrayData values);

  /** Merges the cells of an accumulator of the same class and width. */
  abstract void mergeCells(Accumulator later);

  abstract void writeCells(Output out);

  abstract void readCells(Input in);

  void writeCellChecksums(Output out) {
    writeCells(out);
  }

  /** A copy of the values in reverse order. */
  abstract ArrayData flipped(ArrayData values);

  /** Reverses results in place. */
  abstract void flip(ArrayData results);

  @Override
  public final ArrayData accumulate(ArrayData values, ScanOptions options) {
    return accumulate(List.of(values), options);
  }

  /** Accumulates several arrays as if they were one, and returns one array of results. */
  final ArrayData accumulate(List<ArrayData> pieces, ScanOptions options) {
    long length = options.includeInitial() ? 1 : 0;
    for (ArrayData piece : pieces) {
      length += piece.numElements();
    }
    requireWidth(1);
    ArrayData results = newArray(length);
    int from = 0;
    if (options.includeInitial()) {
      emit(0, results, from++);
    }
    for (ArrayData piece : options.reverse() ? flipped(pieces) : pieces) {
      accumulateCell(piece, results, from, options.exclusive());
      from += piece.numElements();
    }
    if (options.reverse()) {
      flip(results);
    }
    return results;
  }

  private List<ArrayData> flipped(List<ArrayData> pieces) {
    List<ArrayData> flipped = new ArrayList<>();
    for (ArrayData piece : pieces) {
      flipped.add(flipped(piece));
    }
    Collections.reverse(flipped);
    return flipped;
  }

  @Override
  public final ArrayData accumulateElementwise(ArrayData values, boolean exclusive) {
    requireWidth(values.numElements());
    ArrayData results = newArray(values.numElements());
    accumulateCells(values, results, exclusive);
    return results;
  }

  @Override
  public final ArrayData initial(ArrayData values) {
    int length = values.numElements();
    requireWidth(length);
    ArrayData results = newArray(length);
    for (int i = 0; i < length; i++) {
      emit(i, results, i);
    }
    return results;
  }

  @Override
  public final Accumulator reduce(ArrayData values) {
    requireWidth(1);
    reduceCell(values);
    return this;
  }

  @Override
  public final Accumulator reduceElementwise(ArrayData values) {
    requireWidth(values.numElements());
    reduceCells(values);
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
  protected final void write(Output out) {
    out.writeInt(width);
    if (width != EMPTY) {
      writeCells(out);
    }
  }

  @Override
  protected final void writeChecksum(Output out) {
    out.writeInt(width);
    if (width != EMPTY) {
      writeCellChecksums(out);
    }
  }

  @Override
  protected final void read(Input in) {
    int written = in.readInt();
    if (written != EMPTY) {
      requireWidth(written);
      readCells(in);
    }
  }

  /** Allocates this many cells for the first values. Later values must have the same width. */
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
