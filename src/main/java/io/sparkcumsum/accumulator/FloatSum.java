package io.sparkcumsum.accumulator;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.Platform;

/**
 * Sums of FLOAT added strictly left to right in FLOAT: bit for bit NumPy's {@code float32}. NaN and
 * the infinities propagate; the identity is -0.0, the one value that changes no other.
 *
 * <p>Such sums cannot be merged: where they start changes their last bits. Distributed scans take
 * {@link ExactSum}.
 */
public final class FloatSum extends CellAccumulator<float[]> {
  private static final float IDENTITY = -0.0f;

  private float[] cells;

  @Override
  public Accumulator fresh() {
    return new FloatSum();
  }

  @Override
  public List<Object> kind() {
    return List.of(FloatSum.class);
  }

  @Override
  void allocate(int width) {
    cells = new float[width];
    Arrays.fill(cells, IDENTITY);
  }

  @Override
  ArrayData scanWithoutNulls(ArrayData values) {
    int length = values.numElements();
    UnsafeArrayData sums = UnsafeArrayData.createFreshArray(length, Float.BYTES);
    Object base = sums.getBaseObject();
    long offset = sums.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes(length);
    float running = cells[0];
    for (int i = 0; i < length; i++) {
      running += values.getFloat(i);
      Platform.putFloat(base, offset, running);
      offset += Float.BYTES;
    }
    cells[0] = running;
    return sums;
  }

  @Override
  void scan(float[] values, boolean[] nulls) {
    float running = cells[0];
    if (nulls == null) {
      for (int i = 0; i < values.length; i++) {
        running += values[i];
        values[i] = running;
      }
    } else {
      for (int i = 0; i < values.length; i++) {
        if (!nulls[i]) {
          running += values[i];
          values[i] = running;
        }
      }
    }
    cells[0] = running;
  }

  @Override
  void step(float[] values, boolean[] nulls) {
    if (nulls == null) {
      for (int i = 0; i < values.length; i++) {
        cells[i] += values[i];
        values[i] = cells[i];
      }
    } else {
      for (int i = 0; i < values.length; i++) {
        if (!nulls[i]) {
          cells[i] += values[i];
          values[i] = cells[i];
        }
      }
    }
  }

  @Override
  void mergeCells(Accumulator later) {
    throw new UnsupportedOperationException("sequential sums cannot be merged");
  }

  @Override
  float[] newValues(int length) {
    return new float[length];
  }

  @Override
  float[] read(ArrayData values, boolean[] nulls) {
    if (nulls == null) {
      return values.toFloatArray();
    }
    float[] read = new float[nulls.length];
    for (int i = 0; i < read.length; i++) {
      if (!nulls[i]) {
        read[i] = values.getFloat(i);
      }
    }
    return read;
  }

  @Override
  ArrayData write(float[] values) {
    return UnsafeArrayData.fromPrimitiveArray(values);
  }

  @Override
  void writeCells(DataOutput out) throws IOException {
    for (float cell : cells) {
      out.writeFloat(cell);
    }
  }

  @Override
  void readCells(DataInput in) throws IOException {
    for (int i = 0; i < cells.length; i++) {
      cells[i] = in.readFloat();
    }
  }
}
