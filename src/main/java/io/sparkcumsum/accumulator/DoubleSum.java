package io.sparkcumsum.accumulator;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.Platform;

/**
 * Sums of DOUBLE added strictly left to right in DOUBLE: bit for bit NumPy's {@code float64}. NaN
 * and the infinities propagate; the identity is -0.0, the one value that changes no other.
 *
 * <p>Such sums cannot be merged: where they start changes their last bits. Distributed scans take
 * {@link ExactSum}.
 */
public final class DoubleSum extends PrimitiveAccumulator {
  private static final double IDENTITY = -0.0;

  private double[] cells;

  public DoubleSum() {
    super(Primitive.DOUBLE, Primitive.DOUBLE);
  }

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
  void scan(ArrayData in, Object out, long to) {
    double running = cells[0];
    for (int i = 0, length = in.numElements(); i < length; i++) {
      running += in.getDouble(i);
      Platform.putDouble(out, to + (long) i * Double.BYTES, running);
    }
    cells[0] = running;
  }

  @Override
  void step(ArrayData in, Object out, long to) {
    for (int i = 0, length = in.numElements(); i < length; i++) {
      cells[i] += in.getDouble(i);
      Platform.putDouble(out, to + (long) i * Double.BYTES, cells[i]);
    }
  }

  @Override
  void addFlattened(ArrayData in) {
    double running = cells[0];
    for (int i = 0, length = in.numElements(); i < length; i++) {
      running += in.getDouble(i);
    }
    cells[0] = running;
  }

  @Override
  void addElementwise(ArrayData in) {
    for (int i = 0, length = in.numElements(); i < length; i++) {
      cells[i] += in.getDouble(i);
    }
  }

  @Override
  void mergeCells(Accumulator later) {
    throw new UnsupportedOperationException("sequential sums cannot be merged");
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
