package io.sparkcumsum.accumulator;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection$;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.util.TypeUtils$;
import org.apache.spark.sql.catalyst.util.UnsafeRowUtils$;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import scala.math.Ordering;

/**
 * Maxima or minima of any type that Spark can order, in Spark's order. Of equal values the first
 * one is kept, but after a NaN all results are NaN, as in NumPy. An empty cell is null.
 */
final class ObjectExtremum extends ObjectAccumulator {
  private final DataType type;
  private final boolean maximum;
  private Object[] cells;
  private transient Ordering<Object> ordering;
  private transient UnsafeProjection toBytes;

  ObjectExtremum(DataType type, boolean maximum) {
    super(type);
    this.type = type;
    this.maximum = maximum;
  }

  @Override
  public Accumulator fresh() {
    ObjectExtremum fresh = new ObjectExtremum(type, maximum);
    fresh.ordering = ordering;
    return fresh;
  }

  @Override
  public List<Object> kind() {
    return List.of(ObjectExtremum.class, type, maximum);
  }

  @Override
  void allocate(int width) {
    cells = new Object[width];
  }

  @Override
  void reduce(int cell, Object value) {
    if (cells[cell] == null || replaces(value, cells[cell])) {
      // The value may point into a row that is reused.
      cells[cell] = InternalRow.copyValue(value);
    }
  }

  private boolean replaces(Object value, Object held) {
    if (isNan(value) || isNan(held)) {
      return !isNan(held);
    }
    if (ordering == null) {
      ordering = TypeUtils$.MODULE$.getInterpretedOrdering(type);
    }
    int comparison = ordering.compare(value, held);
    return maximum ? comparison > 0 : comparison < 0;
  }

  private static boolean isNan(Object value) {
    return (value instanceof Double wide && wide.isNaN())
        || (value instanceof Float narrow && narrow.isNaN());
  }

  @Override
  Object value(int cell) {
    return cells[cell];
  }

  @Override
  void mergeCells(Accumulator later) {
    ObjectExtremum other = (ObjectExtremum) later;
    for (int i = 0; i < cells.length; i++) {
      if (other.cells[i] != null) {
        reduce(i, other.cells[i]);
      }
    }
  }

  @Override
  void writeCells(Output out) {
    if (toBytes == null) {
      toBytes = UnsafeProjection$.MODULE$.create(new DataType[] {type});
    }
    for (Object cell : cells) {
      byte[] bytes = toBytes.apply(new GenericInternalRow(new Object[] {cell})).getBytes();
      out.writeInt(bytes.length);
      out.write(bytes);
    }
  }

  /**
   * Equal values may have different bytes, and which of them is kept depends on the direction of
   * the scan. For types with such values only nulls are written.
   */
  @Override
  void writeCellChecksums(Output out) {
    boolean equalIsSame =
        UnsafeRowUtils$.MODULE$.isBinaryStable(type)
            && !type.existsRecursively(
                part -> part instanceof FloatType || part instanceof DoubleType);
    if (equalIsSame) {
      writeCells(out);
    } else {
      for (Object cell : cells) {
        out.writeBoolean(cell == null);
      }
    }
  }

  @Override
  void readCells(Input in) {
    for (int i = 0; i < cells.length; i++) {
      byte[] bytes = new byte[in.readInt()];
      in.readBytes(bytes);
      UnsafeRow row = new UnsafeRow(1);
      row.pointTo(bytes, bytes.length);
      cells[i] = row.isNullAt(0) ? null : row.get(0, type);
    }
  }
}
