package io.sparkcumsum.accumulator;

import io.sparkcumsum.error.CumsumErrors;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;

/**
 * An accumulator of numbers or booleans. Its loops read {@link Elements}, and write sums at {@code
 * out} from the address {@code to} on.
 */
abstract class PrimitiveAccumulator extends CellAccumulator {
  final Primitive input;
  final Primitive sum;

  PrimitiveAccumulator(Primitive input, Primitive sum) {
    this.input = input;
    this.sum = sum;
  }

  /** Adds all values to the first cell and writes it after each. */
  abstract void scan(ArrayData in, Object out, long to);

  /** Adds each value to its own cell and writes that. */
  abstract void step(ArrayData in, Object out, long to);

  /** Adds all values to the first cell. */
  abstract void addFlattened(ArrayData in);

  /** Adds each value to its own cell. */
  abstract void addElementwise(ArrayData in);

  @Override
  final ArrayData newSums(long length) {
    if (UnsafeArrayData.shouldUseGenericArrayData(sum.size, length)) {
      throw CumsumErrors.arrayTooLarge(length);
    }
    return UnsafeArrayData.createFreshArray((int) length, sum.size);
  }

  @Override
  final void scanCell(ArrayData values, ArrayData sums, int start) {
    Elements elements = Elements.of(values, input);
    UnsafeArrayData out = (UnsafeArrayData) sums;
    long to = Elements.offset(out) + (long) start * sum.size;
    scan(elements.values(), out.getBaseObject(), to);
    elements.copyNulls(out, start, sum);
  }

  @Override
  final void stepCells(ArrayData values, ArrayData sums) {
    Elements elements = Elements.of(values, input);
    UnsafeArrayData out = (UnsafeArrayData) sums;
    long to = Elements.offset(out);
    step(elements.values(), out.getBaseObject(), to);
    elements.copyNulls(out, 0, sum);
  }

  @Override
  final void addToCell(ArrayData values) {
    Elements elements = Elements.of(values, input);
    addFlattened(elements.values());
  }

  @Override
  final void addToCells(ArrayData values) {
    Elements elements = Elements.of(values, input);
    addElementwise(elements.values());
  }
}
