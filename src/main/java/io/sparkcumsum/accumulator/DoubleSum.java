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
 * Sums of DOUBLE added strictly left to right in DOUBLE: bit for bit NumPy's {@code float64}. NaN
 * and the infinities propagate; the identity is -0.0, the one value that changes no other.
 *
 * <p>Such sums cannot be merged: where they start changes their last bits. Distributed scans take
 * {@link ExactSum}.
 */
public final class DoubleSum extends CellAccumulator<double[]> {
  private static final double IDENTITY = -0.0;

  private double[] cells;

  @Override
  public Accumulator fresh() {
    return new DoubleSum();
  }

  @Override
  public List<Object> kind() {
    return List.of(DoubleSum.class);
  }

  @Override
  void allocate(int width) {
    cells = new double[width];
    Arrays.fill(cells, IDENTITY);
  }

  @Override
  ArrayData scanWithoutNulls(ArrayData values) {
    int length = values.numElements();
    UnsafeArrayData sums = UnsafeArrayData.createFreshArray(length, Double.BYTES);
    Object base = sums.getBaseObject();
    long offset = sums.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes(length);
    double running = cells[0];
    for (int i = 0; i < length; i++) {
      running += values.getDouble(i);
      Platform.putDouble(base, offset, running);
      offset += Double.BYTES;
    }
    cells[0] = running;
    return sums;
  }

  @Override
  void scan(double[] values, boolean[] nulls) {
    double running = cells[0];
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
  void step(double[] values, boolean[] nulls) {
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
  double[] newValues(int length) {
    return new double[length];
  }

  @Override
  double[] read(ArrayData values, boolean[] nulls) {
    if (nulls == null) {
      return values.toDoubleArray();
    }
    double[] read = new double[nulls.length];
    for (int i = 0; i < read.length; i++) {
      if (!nulls[i]) {
        read[i] = values.getDouble(i);
      }
    }
    return read;
  }

  @Override
  ArrayData write(double[] values) {
    return UnsafeArrayData.fromPrimitiveArray(values);
  }

  @Override
  void writeCells(DataOutput out) throws IOException {
    for (double cell : cells) {
      out.writeDouble(cell);
    }
  }

  @Override
  void readCells(DataInput in) throws IOException {
    for (int i = 0; i < cells.length; i++) {
      cells[i] = in.readDouble();
    }
  }
}
