package io.sparkcumsum.accumulator;

import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.unsafe.array.ByteArrayMethods;
import org.apache.spark.unsafe.bitset.BitSetMethods;

/**
 * The elements of an array as fast loops need them: with what changes no sum in place of nulls, and
 * of one of two classes only, so that C2 compiles their accessors into the loop for either.
 *
 * @param values an {@link UnsafeArrayData} or a {@link ColumnarArray}
 * @param nulls has the nulls; null itself if there are none
 */
record Elements(ArrayData values, UnsafeArrayData nulls) {

  static Elements of(ArrayData values, Primitive type) {
    if (values instanceof UnsafeArrayData unsafe) {
      return of(unsafe, type);
    } else if (values instanceof ColumnarArray columnar && !anyNull(columnar)) {
      return new Elements(columnar, null);
    }
    return of(type.copy(values), type);
  }

  private static Elements of(UnsafeArrayData values, Primitive type) {
    int first = nextNull(values, 0);
    if (first < 0) {
      return new Elements(values, null);
    }
    UnsafeArrayData read = values.copy();
    for (int i = first; i >= 0; i = nextNull(values, i + 1)) {
      type.setIdentity(read, i);
    }
    return new Elements(read, values);
  }

  /** Makes the sums null where the elements are; the first of them is at an index of the sums. */
  void copyNulls(UnsafeArrayData sums, int from, Primitive type) {
    if (nulls != null) {
      for (int i = nextNull(nulls, 0); i >= 0; i = nextNull(nulls, i + 1)) {
        sums.setNullAt(from + i);
        // Spark compares arrays by their bytes, those of nulls too.
        type.setZero(sums, from + i);
      }
    }
  }

  /** The address of the first element. */
  static long offset(UnsafeArrayData values) {
    return values.getBaseOffset()
        + UnsafeArrayData.calculateHeaderPortionInBytes((long) values.numElements());
  }

  private static boolean anyNull(ColumnarArray values) {
    for (int i = 0; i < values.numElements(); i++) {
      if (values.isNullAt(i)) {
        return true;
      }
    }
    return false;
  }

  /** The first null from an index on, negative if there is none. */
  private static int nextNull(UnsafeArrayData values, int from) {
    int words =
        ByteArrayMethods.roundNumberOfBytesToNearestWord((values.numElements() + 7) / 8)
            / Long.BYTES;
    return BitSetMethods.nextSetBit(
        values.getBaseObject(), values.getBaseOffset() + Long.BYTES, from, words);
  }
}
