package io.sparkcumsum.accumulator;

import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.unsafe.array.ByteArrayMethods;
import org.apache.spark.unsafe.bitset.BitSetMethods;

/**
 * The elements of an array in the form that fast loops need: side by side in memory, with the
 * identity in place of nulls. Loops read them from {@code base} and {@code offset}, which they hold
 * in local variables. After each result that a loop writes, the JIT compiler would load the fields
 * of an {@link ArrayData} again, which takes as long as the rest of the loop.
 *
 * @param base the object that holds the elements; null if they are off the heap
 * @param offset where the first element is
 * @param length the number of elements
 * @param nulls an array that is null in the same places; null itself if there are no nulls
 */
record Elements(Object base, long offset, int length, UnsafeArrayData nulls) {

  /** Writes the identity of an operation in place of a null. */
  interface Filler {
    void setIdentity(UnsafeArrayData values, int i);
  }

  static Elements of(ArrayData values, Primitive type, Filler filler) {
    if (values instanceof UnsafeArrayData unsafe) {
      return of(unsafe, filler);
    } else if (values instanceof ColumnarArray columnar && !anyNull(columnar)) {
      return new Elements(type.array(columnar), type.arrayOffset(), columnar.numElements(), null);
    }
    return of(type.copy(values), filler);
  }

  private static Elements of(UnsafeArrayData values, Filler filler) {
    int first = nextNull(values, 0);
    if (first < 0) {
      return of(values, (UnsafeArrayData) null);
    }
    UnsafeArrayData read = values.copy();
    for (int i = first; i >= 0; i = nextNull(values, i + 1)) {
      filler.setIdentity(read, i);
    }
    return of(read, values);
  }

  private static Elements of(UnsafeArrayData values, UnsafeArrayData nulls) {
    return new Elements(values.getBaseObject(), offset(values), values.numElements(), nulls);
  }

  boolean isNull(int i) {
    return nulls != null && nulls.isNullAt(i);
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
