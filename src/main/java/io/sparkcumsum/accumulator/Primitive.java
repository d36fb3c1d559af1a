package io.sparkcumsum.accumulator;

import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.YearMonthIntervalType;
import org.apache.spark.unsafe.Platform;

/** How the elements of an array lie in memory. */
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

  /** Year-month intervals are stored as INT months, day-time intervals as BIGINT microseconds. */
  static Primitive of(DataType type) {
    if (type instanceof BooleanType) {
      return BOOLEAN;
    } else if (type instanceof ByteType) {
      return BYTE;
    } else if (type instanceof ShortType) {
      return SHORT;
    } else if (type instanceof IntegerType || type instanceof YearMonthIntervalType) {
      return INT;
    } else if (type instanceof FloatType) {
      return FLOAT;
    } else if (type instanceof DoubleType) {
      return DOUBLE;
    }
    return LONG;
  }

  /** An integer; true is 1. */
  long get(ArrayData values, int i) {
    return switch (this) {
      case BOOLEAN -> values.getBoolean(i) ? 1 : 0;
      case BYTE -> values.getByte(i);
      case SHORT -> values.getShort(i);
      case INT -> values.getInt(i);
      default -> values.getLong(i);
    };
  }

  /** Writes an integer that fits. */
  void put(Object base, long offset, long value) {
    switch (this) {
      case BYTE -> Platform.putByte(base, offset, (byte) value);
      case SHORT -> Platform.putShort(base, offset, (short) value);
      case INT -> Platform.putInt(base, offset, (int) value);
      default -> Platform.putLong(base, offset, value);
    }
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

  /** Writes the value that changes no sum: zero, and of floats the negative one. */
  void setIdentity(UnsafeArrayData values, int i) {
    switch (this) {
      case FLOAT -> values.setFloat(i, -0.0f);
      case DOUBLE -> values.setDouble(i, -0.0);
      default -> setZero(values, i);
    }
  }

  void setZero(UnsafeArrayData values, int i) {
    Platform.setMemory(
        values.getBaseObject(), Elements.offset(values) + (long) i * size, size, (byte) 0);
  }
}
