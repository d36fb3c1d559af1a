package io.sparkcumsum.accumulator;

import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;

/** An accumulator of values that Java holds as integers, and of booleans: true is 1. */
public abstract class IntegralAccumulator extends PrimitiveAccumulator {

  IntegralAccumulator(Primitive input, Primitive result) {
    super(input, result);
  }

  /** The value that leaves all others unchanged. */
  abstract long identity();

  /** Accumulates a value into a cell. */
  abstract void reduce(int cell, long value);

  /** What a cell holds; may throw if that is out of range. */
  abstract long value(int cell);

  public final boolean accumulate(boolean value, boolean exclusive) {
    return accumulate(value ? 1L : 0L, exclusive) != 0;
  }

  public final byte accumulate(byte value, boolean exclusive) {
    return (byte) accumulate((long) value, exclusive);
  }

  public final short accumulate(short value, boolean exclusive) {
    return (short) accumulate((long) value, exclusive);
  }

  public final int accumulate(int value, boolean exclusive) {
    return (int) accumulate((long) value, exclusive);
  }

  /**
   * Accumulates a scalar, and returns what the cell then holds or, if exclusive, held before.
   * Called by generated code.
   */
  public final long accumulate(long value, boolean exclusive) {
    requireWidth(1);
    if (exclusive) {
      long before = value(0);
      reduce(0, value);
      return before;
    }
    reduce(0, value);
    return value(0);
  }

  public final Accumulator reduce(boolean value) {
    return reduce(value ? 1L : 0L);
  }

  /** Accumulates a scalar, and returns this accumulator. Called by generated code. */
  public final Accumulator reduce(long value) {
    requireWidth(1);
    reduce(0, value);
    return this;
  }

  @Override
  final void setIdentity(UnsafeArrayData values, int i) {
    long offset = Elements.offset(values) + (long) i * input.size;
    input.put(values.getBaseObject(), offset, identity());
  }

  @Override
  final void reduce(int cell, Elements in, int i) {
    reduce(cell, input.get(in, i));
  }

  @Override
  final void put(int cell, Object out, long to) {
    result.put(out, to, value(cell));
  }
}
