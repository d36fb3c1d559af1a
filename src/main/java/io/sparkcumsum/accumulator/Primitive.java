package io.sparkcumsum.accumulator;

import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.codegen.CodeGenerator;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.bitset.BitSetMethods;

/** How the elements of an array are stored in memory. */
enum Primitive {
  BOOLEAN(1),
  BYTE(1),
  SHORT(2),
  INT(4),
  LONG(8),
  FLOAT(4),
  DOUBLE(8);

  final int size;

  Primitive(int size) {
    this.size = size;
  }

  /**
   * How Spark stores a type: dates as INT days, timestamps as BIGINT microseconds, intervals as
   * months or microseconds. Empty for types that are stored as objects.
   */
  static Optional<Primitive> of(DataType type) {
    return switch (CodeGenerator.javaType(type)) {
      case "boolean" -> Optional.of(BOOLEAN);
      case "byte" -> Optional.of(BYTE);
      case "short" -> Optional.of(SHORT);
      case "int" -> Optional.of(INT);
      case "long" -> Optional.of(LONG);
      case "float" -> Optional.of(FLOAT);
      case "double" -> Optional.of(DOUBLE);
      default -> Optional.empty();
    };
  }

  /** Reads an element as an integer; true is 1. */
  long get(Elements in, int i) {
    return bits(in.base(), in.offset() + (long) i * size);
  }

  /** Writes an integer, which must fit. */
  void put(Object base, long offset, long value) {
    putBits(base, offset, value);
  }

  /** The elements as an array of Java's, copied column by column. */
  Object array(ColumnarArray values) {
    return switch (this) {
      case BOOLEAN -> values.toBooleanArray();
      case BYTE -> values.toByteArray();
      case SHORT -> values.toShortArray();
      case INT -> values.toIntArray();
      case LONG -> values.toLongArray();
      case FLOAT -> values.toFloatArray();
      case DOUBLE -> values.toDoubleArray();
    };
  }

  /** Where the first element of such an array is. */
  long arrayOffset() {
    return switch (this) {
      case BOOLEAN -> Platform.BOOLEAN_ARRAY_OFFSET;
      case BYTE -> Platform.BYTE_ARRAY_OFFSET;
      case SHORT -> Platform.SHORT_ARRAY_OFFSET;
      case INT -> Platform.INT_ARRAY_OFFSET;
      case LONG -> Platform.LONG_ARRAY_OFFSET;
      case FLOAT -> Platform.FLOAT_ARRAY_OFFSET;
      case DOUBLE -> Platform.DOUBLE_ARRAY_OFFSET;
    };
  }

  /** Copies the elements and nulls of any array. */
  UnsafeArrayData copy(ArrayData values) {
    int length = values.numElements();
    UnsafeArrayData copy = UnsafeArrayData.createFreshArray(length, size);
    for (int i = 0; i < length; i++) {
      if (values.isNullAt(i)) {
        copy.setNullAt(i);
      } else {
        switch (this) {
          case BOOLEAN -> copy.setBoolean(i, values.getBoolean(i));
          case BYTE -> copy.setByte(i, values.getByte(i));
          case SHORT -> copy.setShort(i, values.getShort(i));
          case INT -> copy.setInt(i, values.getInt(i));
          case LONG -> copy.setLong(i, values.getLong(i));
          case FLOAT -> copy.setFloat(i, values.getFloat(i));
          case DOUBLE -> copy.setDouble(i, values.getDouble(i));
        }
      }
    }
    return copy;
  }

  void setZero(UnsafeArrayData values, int i) {
    Platform.setMemory(
        values.getBaseObject(), Elements.offset(values) + (long) i * size, size, (byte) 0);
  }

  /** Reverses the elements and nulls of an array in place. */
  void flip(UnsafeArrayData values) {
    Object base = values.getBaseObject();
    for (int i = 0, j = values.numElements() - 1; i < j; i++, j--) {
      long left = Elements.offset(values) + (long) i * size;
      long right = Elements.offset(values) + (long) j * size;
      long bits = bits(base, left);
      putBits(base, left, bits(base, right));
      putBits(base, right, bits);
      boolean leftIsNull = values.isNullAt(i);
      setNull(values, i, values.isNullAt(j));
      setNull(values, j, leftIsNull);
    }
  }

  private long bits(Object base, long offset) {
    return switch (size) {
      case 1 -> Platform.getByte(base, offset);
      case 2 -> Platform.getShort(base, offset);
      case 4 -> Platform.getInt(base, offset);
      default -> Platform.getLong(base, offset);
    };
  }

  private void putBits(Object base, long offset, long bits) {
    switch (size) {
      case 1 -> Platform.putByte(base, offset, (byte) bits);
      case 2 -> Platform.putShort(base, offset, (short) bits);
      case 4 -> Platform.putInt(base, offset, (int) bits);
      default -> Platform.putLong(base, offset, bits);
    }
  }

  private static void setNull(UnsafeArrayData values, int i, boolean isNull) {
    if (isNull) {
      BitSetMethods.set(values.getBaseObject(), values.getBaseOffset() + Long.BYTES, i);
    } else {
      BitSetMethods.unset(values.getBaseObject(), values.getBaseOffset() + Long.BYTES, i);
    }
  }
}
