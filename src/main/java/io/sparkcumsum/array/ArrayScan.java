package io.sparkcumsum.array;

import io.sparkcumsum.accumulator.Accumulator;
import io.sparkcumsum.accumulator.NestedAccumulator;
import java.io.Serializable;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;

/**
 * The inclusive scan of one array value. Every call starts from empty accumulators, so that nothing
 * passes from row to row.
 */
public final class ArrayScan implements Serializable {
  private static final int FLATTENED = -1;

  private final Accumulator prototype;
  private final int dimensions;
  private final int axis;

  private ArrayScan(Accumulator prototype, int dimensions, int axis) {
    this.prototype = prototype;
    this.dimensions = dimensions;
    this.axis = axis;
  }

  /** Over all innermost elements in row-major order, giving a 1-d array. */
  static ArrayScan flattened(Accumulator prototype, int dimensions) {
    return new ArrayScan(prototype, dimensions, FLATTENED);
  }

  /** Along one axis, from 0 for the outermost, giving an array of the same shape. */
  static ArrayScan along(Accumulator prototype, int dimensions, int axis) {
    return new ArrayScan(prototype, dimensions, axis);
  }

  /** Scans one value, or a scalar that comes as an array of one; called from generated code. */
  public ArrayData apply(ArrayData values) {
    if (dimensions == 0 && values.isNullAt(0)) {
      return null;
    }
    return axis == FLATTENED
        ? NestedAccumulator.of(prototype, dimensions).scan(values)
        : along(values, axis, dimensions);
  }

  private ArrayData along(ArrayData values, int axisBelow, int dimensionsBelow) {
    if (dimensionsBelow <= 1) {
      return prototype.fresh().scan(values);
    }
    Accumulator across =
        axisBelow == 0 ? NestedAccumulator.of(prototype, dimensionsBelow - 1) : null;
    Object[] scanned = new Object[values.numElements()];
    for (int i = 0; i < scanned.length; i++) {
      if (!values.isNullAt(i)) {
        ArrayData inner = values.getArray(i);
        scanned[i] =
            across == null ? along(inner, axisBelow - 1, dimensionsBelow - 1) : across.step(inner);
      }
    }
    return new GenericArrayData(scanned);
  }
}
