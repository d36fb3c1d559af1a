package io.sparkcumsum.accumulator;

import io.sparkcumsum.error.CumsumErrors;
import java.util.Arrays;
import java.util.Collections;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.array.ByteArrayMethods;

/** An accumulator of Java objects, including boxed primitives. */
public abstract class ObjectAccumulator extends CellAccumulator {
  private final DataType input;

  /**
   * @param input the type of the elements
   */
  ObjectAccumulator(DataType input) {
    this.input = input;
  }

  /** Accumulates a value, which is not null, into a cell. */
  abstract void reduce(int cell, Object value);

  /** What a cell holds, which may be null; may throw if that is out of range. */
  abstract Object value(int cell);

  /**
   * Accumulates a scalar, and returns what the cell then holds or, if exclusive, held before.
   * Called by generated code.
   */
  public final Object accumulate(Object value, boolean exclusive) {
    requireWidth(1);
    Object before = exclusive ? value(0) : null;
    reduce(0, value);
    return exclusive ? before : value(0);
  }

  /** Accumulates a scalar, and returns this accumulator. Called by generated code. */
  public final Accumulator reduce(Object value) {
    requireWidth(1);
    reduce(0, value);
    return this;
  }

  @Override
  final ArrayData newArray(long length) {
    if (length > ByteArrayMethods.MAX_ROUNDED_ARRAY_LENGTH) {
      throw CumsumErrors.arrayTooLarge(length);
    }
    return new GenericArrayData(new Object[(int) length]);
  }

  @Override
  final void emit(int cell, ArrayData results, int index) {
    results.update(index, value(cell));
  }

  @Override
  final void accumulateCell(ArrayData values, ArrayData results, int from, boolean exclusive) {
    for (int i = 0; i < values.numElements(); i++) {
      accumulate(0, values, i, results, from + i, exclusive);
    }
  }

  @Override
  final void accumulateCells(ArrayData values, ArrayData results, boolean exclusive) {
    for (int i = 0; i < values.numElements(); i++) {
      accumulate(i, values, i, results, i, exclusive);
    }
  }

  private void accumulate(
      int cell, ArrayData values, int i, ArrayData results, int index, boolean exclusive) {
    if (values.isNullAt(i)) {
      return;
    }
    if (exclusive) {
      emit(cell, results, index);
      reduce(cell, values.get(i, input));
    } else {
      reduce(cell, values.get(i, input));
      emit(cell, results, index);
    }
  }

  @Override
  final void reduceCell(ArrayData values) {
    for (int i = 0; i < values.numElements(); i++) {
      if (!values.isNullAt(i)) {
        reduce(0, values.get(i, input));
      }
    }
  }

  @Override
  final void reduceCells(ArrayData values) {
    for (int i = 0; i < values.numElements(); i++) {
      if (!values.isNullAt(i)) {
        reduce(i, values.get(i, input));
      }
    }
  }

  @Override
  final ArrayData flipped(ArrayData values) {
    Object[] flipped = new Object[values.numElements()];
    for (int i = 0; i < flipped.length; i++) {
      int from = flipped.length - 1 - i;
      flipped[i] = values.isNullAt(from) ? null : values.get(from, input);
    }
    return new GenericArrayData(flipped);
  }

  @Override
  final void flip(ArrayData results) {
    Collections.reverse(Arrays.asList(((GenericArrayData) results).array()));
  }
}
