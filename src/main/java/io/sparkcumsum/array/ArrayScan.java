package io.sparkcumsum.array;

import io.sparkcumsum.accumulator.Accumulator;
import io.sparkcumsum.accumulator.NestedAccumulator;
import io.sparkcumsum.accumulator.ScanOptions;
import java.io.Serializable;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;

/**
 * The scan of one array value. Every call starts from empty accumulators, so that no row affects
 * another.
 */
public final class ArrayScan implements Serializable {
  private static final int FLATTENED = -1;

  private final Accumulator prototype;
  private final int dimensions;
  private final int axis;
  private final ScanOptions options;

  private ArrayScan(Accumulator prototype, int dimensions, int axis, ScanOptions options) {
    this.prototype = prototype;
    this.dimensions = dimensions;
    this.axis = axis;
    this.options = options;
  }

  /** A scan over all innermost elements in row-major order; the result is a 1-d array. */
  static ArrayScan flattened(Accumulator prototype, int dimensions, ScanOptions options) {
    return new ArrayScan(prototype, dimensions, FLATTENED, options);
  }

  /**
   * A scan along one axis, where 0 is the outermost; the result has the dimensions of the value.
   */
  static ArrayScan along(Accumulator prototype, int dimensions, int axis, ScanOptions options) {
    return new ArrayScan(prototype, dimensions, axis, options);
  }

  /** Scans one value. A scalar comes as an array of one element. Called by generated code. */
  public ArrayData apply(ArrayData values) {
    if (dimensions == 0 && values.isNullAt(0)) {
      return null;
    }
    return axis == FLATTENED
        ? NestedAccumulator.of(prototype, dimensions).accumulate(values, options)
        : along(values, axis, dimensions);
  }

  private ArrayData along(ArrayData values, int axisBelow, int dimensionsBelow) {
    if (dimensionsBelow <= 1) {
      return prototype.fresh().accumulate(values, options);
    } else if (axisBelow == 0) {
      return across(values, dimensionsBelow - 1);
    }
    Object[] scanned = new Object[values.numElements()];
    for (int i = 0; i < scanned.length; i++) {
      if (!values.isNullAt(i)) {
        scanned[i] = along(values.getArray(i), axisBelow - 1, dimensionsBelow - 1);
      }
    }
    return new GenericArrayData(scanned);
  }

  /** Scans along the outermost axis, elementwise over the arrays inside. */
  private ArrayData across(ArrayData values, int dimensionsInside) {
    Accumulator accumulator = NestedAccumulator.of(prototype, dimensionsInside);
    int length = values.numElements();
    int before = options.includeInitial() && !options.reverse() ? 1 : 0;
    Object[] scanned = new Object[options.includeInitial() ? length + 1 : length];
    for (int step = 0; step < length; step++) {
      int i = options.reverse() ? length - 1 - step : step;
      if (!values.isNullAt(i)) {
        scanned[before + i] =
            accumulator.accumulateElementwise(values.getArray(i), options.exclusive());
      }
    }
    if (options.includeInitial()) {
      ArrayData shape = firstArray(values);
      scanned[before == 1 ? 0 : length] =
          NestedAccumulator.of(prototype, dimensionsInside).initial(shape);
    }
    return new GenericArrayData(scanned);
  }

  /** The first array inside that is not null; an empty one if there is none. */
  private static ArrayData firstArray(ArrayData values) {
    for (int i = 0; i < values.numElements(); i++) {
      if (!values.isNullAt(i)) {
        return values.getArray(i);
      }
    }
    return new GenericArrayData(new Object[0]);
  }
}
