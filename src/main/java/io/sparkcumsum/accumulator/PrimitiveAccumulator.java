package io.sparkcumsum.accumulator;

import io.sparkcumsum.error.CumsumErrors;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;

/**
 * An accumulator of Java primitives. Its loops read {@link Elements}, and write results to {@code
 * out}, starting at the address {@code to}. The loops here work for all operations; subclasses
 * override those that have to be fast.
 */
abstract class PrimitiveAccumulator extends CellAccumulator {
  final Primitive input;
  final Primitive result;

  PrimitiveAccumulator(Primitive input, Primitive result) {
    this.input = input;
    this.result = result;
  }

  /** Writes the identity in place of a null. */
  abstract void setIdentity(UnsafeArrayData values, int i);

  /** Accumulates an element into a cell. */
  abstract void reduce(int cell, Elements in, int i);

  /** Writes what a cell holds; may fail if that is out of range. */
  abstract void put(int cell, Object out, long to);

  /**
   * Writes what an exclusive scan shows before the next value. It may differ from {@link #put} if
   * the cell is empty.
   */
  void putBefore(int cell, Object out, long to) {
    put(cell, out, to);
  }

  /** Accumulates all values into the first cell, and writes the cell after each. */
  void flat(Elements in, Object out, long to) {
    for (int i = 0, length = in.length(); i < length; i++) {
      reduce(0, in, i);
      put(0, out, to + (long) i * result.size);
    }
  }

  /** Accumulates each value into its own cell, and writes that cell. */
  void elementwise(Elements in, Object out, long to) {
    for (int i = 0, length = in.length(); i < length; i++) {
      reduce(i, in, i);
      put(i, out, to + (long) i * result.size);
    }
  }

  /** Accumulates all values into the first cell. */
  void reduceFlat(Elements in) {
    for (int i = 0, length = in.length(); i < length; i++) {
      reduce(0, in, i);
    }
  }

  /** Accumulates each value into its own cell. */
  void reduceAllCells(Elements in) {
    for (int i = 0, length = in.length(); i < length; i++) {
      reduce(i, in, i);
    }
  }

  @Override
  final ArrayData newArray(long length) {
    if (UnsafeArrayData.shouldUseGenericArrayData(result.size, length)) {
      throw CumsumErrors.arrayTooLarge(length);
    }
    return UnsafeArrayData.createFreshArray((int) length, result.size);
  }

  @Override
  final void emit(int cell, ArrayData results, int index) {
    UnsafeArrayData out = (UnsafeArrayData) results;
    putBefore(cell, out.getBaseObject(), address(out, index));
  }

  private long address(UnsafeArrayData results, int index) {
    return Elements.offset(results) + (long) index * result.size;
  }

  @Override
  final void accumulateCell(ArrayData values, ArrayData results, int from, boolean exclusive) {
    int length = values.numElements();
    if (length == 0) {
      return;
    }
    Elements elements = elements(values);
    UnsafeArrayData out = (UnsafeArrayData) results;
    if (exclusive) {
      for (int i = 0; i < length; i++) {
        if (!elements.isNull(i)) {
          emit(0, out, from + i);
          reduce(0, elements, i);
        }
      }
    } else {
      flat(elements, out.getBaseObject(), address(out, from));
    }
    elements.copyNulls(out, from, result);
  }

  @Override
  final void accumulateCells(ArrayData values, ArrayData results, boolean exclusive) {
    Elements elements = elements(values);
    UnsafeArrayData out = (UnsafeArrayData) results;
    if (exclusive) {
      for (int i = 0, length = values.numElements(); i < length; i++) {
        if (!elements.isNull(i)) {
          emit(i, out, i);
          reduce(i, elements, i);
        }
      }
    } else {
      elementwise(elements, out.getBaseObject(), address(out, 0));
    }
    elements.copyNulls(out, 0, result);
  }

  @Override
  final void reduceCell(ArrayData values) {
    if (emptyDiffersFromIdentity()) {
      reduceEach(values, 0);
    } else {
      reduceFlat(elements(values));
    }
  }

  @Override
  final void reduceCells(ArrayData values) {
    if (emptyDiffersFromIdentity()) {
      reduceEach(values, 1);
    } else {
      reduceAllCells(elements(values));
    }
  }

  /**
   * Whether an empty cell differs from one that holds the identity. If so, nulls have to be
   * skipped, since the identity cannot take their place.
   */
  boolean emptyDiffersFromIdentity() {
    return false;
  }

  /** Accumulates each value that is not null into the cell at its index times {@code stride}. */
  private void reduceEach(ArrayData values, int stride) {
    Elements in = elements(values);
    for (int i = 0; i < in.length(); i++) {
      if (!in.isNull(i)) {
        reduce(i * stride, in, i);
      }
    }
  }

  private Elements elements(ArrayData values) {
    return Elements.of(values, input, this::setIdentity);
  }

  @Override
  final ArrayData flipped(ArrayData values) {
    UnsafeArrayData flipped = input.copy(values);
    input.flip(flipped);
    return flipped;
  }

  @Override
  final void flip(ArrayData results) {
    result.flip((UnsafeArrayData) results);
  }
}
