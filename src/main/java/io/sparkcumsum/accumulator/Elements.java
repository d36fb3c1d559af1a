package io.sparkcumsum.accumulator;

import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.unsafe.array.ByteArrayMethods;
import org.apache.spark.unsafe.bitset.BitSetMethods;

/**
 * The elements of an array in the form that fast loops need. Nulls are replaced by the identity, so
 * that loops need not check for them. The array has one of only two classes, so that the JIT
 * compiler can inline the accessors.
 *
 * @param values an {@link UnsafeArrayData} or a {@link ColumnarArray}
 * @param nulls an array that is null in the same places; null itself if there are no nulls
 */
record Elements(ArrayData values, UnsafeArrayData nulls) {

  /** Writes the identity of an operation in place of a null. */
  interface Filler {
    void setIdentity(UnsafeArrayData values, int i);
  }

  static Elements of(ArrayData values, Primitive type, Filler filler) {
    if (values instanceof UnsafeArrayData unsafe) {
      return of(unsafe, filler);
    } else if (values instanceof ColumnarArray columnar && !anyNull(columnar)) {
      return new Elements(columnar, null);
    }
    return of(type.copy(values), filler);
  }

  private static Elements of(UnsafeArrayData values, Filler filler) {
    int first = nextNull(values, 0);
    if (first < 0) {
      return new Elements(values, null);
    }
    UnsafeArrayData read = values.copy();
    for (int i = first; i >= 0; i = nextNull(values, i + 1)) {
      filler.setIdentity(read, i);
    }
    return new Elements(read, values);
  }

  /**
   * Makes results null where the elements are null. The first element's result is at index {@code
   * from}.
   */
  void copyNulls(UnsafeArrayData results, int from, Primitive type) {
    if (nulls != null) {
      for (int i = nextNull(nulls, 0); i >= 0; i = nextNull(nulls, i + 1)) {
        results.setNullAt(from + i);
        // Spark compares arrays by their bytes, including those of nulls.
        type.setZero(results, from + i);
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

  /** The index of the next null, starting at {@code from}; negative if there is none. */
  private static int nextNull(UnsafeArrayData values, int from) {
    int words =
        ByteArrayMethods.roundNumberOfBytesToNearestWord((values.numElements() + 7) / 8)
            / Long.BYTES;
    return BitSetMethods.nextSetBit(
        values.getBaseObject(), values.getBaseOffset() + Long.BYTES, from, words);
  }
}
