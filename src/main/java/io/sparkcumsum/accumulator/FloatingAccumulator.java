package io.sparkcumsum.accumulator;

import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.unsafe.Platform;

/** An accumulator of FLOAT or of DOUBLE. */
public abstract class FloatingAccumulator extends PrimitiveAccumulator {
  final boolean single;

  /**
   * @param single whether values and results are FLOAT
   */
  FloatingAccumulator(boolean single) {
    super(single ? Primitive.FLOAT : Primitive.DOUBLE, single ? Primitive.FLOAT : Primitive.DOUBLE);
    this.single = single;
  }

  /** The value that leaves all others unchanged. */
  abstract double identity();

  /** Accumulates a value into a cell. */
  abstract void reduce(int cell, double value);

  /** What a cell holds, as a value of the result's type. */
  abstract double value(int cell);

  /**
   * What an exclusive scan shows before the next value. For an empty cell it may differ from {@link
   * #value}.
   */
  double valueBefore(int cell) {
    return value(cell);
  }

  public final float accumulate(float value, boolean exclusive) {
    return (float) accumulate((double) value, exclusive);
  }

  /**
   * Accumulates a scalar, and returns what the cell then holds or, if exclusive, held before.
   * Called by generated code.
   */
  public final double accumulate(double value, boolean exclusive) {
    requireWidth(1);
    if (exclusive) {
      double before = valueBefore(0);
      reduce(0, value);
      return before;
    }
    reduce(0, value);
    return value(0);
  }

  /** Accumulates a scalar, and returns this accumulator. Called by generated code. */
  public final Accumulator reduce(double value) {
    requireWidth(1);
    reduce(0, value);
    return this;
  }

  final double valueAt(Elements in, int i) {
    long from = in.offset() + (long) i * input.size;
    return single ? Platform.getFloat(in.base(), from) : Platform.getDouble(in.base(), from);
  }

  final void put(Object out, long to, double value) {
    if (single) {
      Platform.putFloat(out, to, (float) value);
    } else {
      Platform.putDouble(out, to, value);
    }
  }

  @Override
  final void setIdentity(UnsafeArrayData values, int i) {
    put(values.getBaseObject(), Elements.offset(values) + (long) i * input.size, identity());
  }

  @Override
  final void reduce(int cell, Elements in, int i) {
    reduce(cell, valueAt(in, i));
  }

  @Override
  final void put(int cell, Object out, long to) {
    put(out, to, value(cell));
  }

  @Override
  final void putBefore(int cell, Object out, long to) {
    put(out, to, valueBefore(cell));
  }
}
