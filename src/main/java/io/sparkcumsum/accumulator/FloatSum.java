package io.sparkcumsum.accumulator;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.Platform;

/**
 * Sums of FLOAT added strictly left to right in FLOAT: bit for bit NumPy's {@code float32}. NaN and
 * the infinities propagate; the identity is -0.0, the one value that changes no other.
 *
 * <p>Such sums cannot be merged: where they start changes their last bits. Distributed scans take
 * {@link ExactSum}.
 */
public final class FloatSum extends PrimitiveAccumulator {
  private static final float IDENTITY = -0.0f;

  private float[] cells;

  public FloatSum() {
    super(Primitive.FLOAT, Primitive.FLOAT);
  }

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
  void scan(ArrayData in, Object out, long to) {
    float running = cells[0];
    for (int i = 0, length = in.numElements(); i < length; i++) {
      running += in.getFloat(i);
      Platform.putFloat(out, to + (long) i * Float.BYTES, running);
    }
    cells[0] = running;
  }

  @Override
  void step(ArrayData in, Object out, long to) {
    for (int i = 0, length = in.numElements(); i < length; i++) {
      cells[i] += in.getFloat(i);
      Platform.putFloat(out, to + (long) i * Float.BYTES, cells[i]);
    }
  }

  @Override
  void addFlattened(ArrayData in) {
    float running = cells[0];
    for (int i = 0, length = in.numElements(); i < length; i++) {
      running += in.getFloat(i);
    }
    cells[0] = running;
  }

  @Override
  void addElementwise(ArrayData in) {
    for (int i = 0, length = in.numElements(); i < length; i++) {
      cells[i] += in.getFloat(i);
    }
  }

  @Override
  void mergeCells(Accumulator later) {
    throw new UnsupportedOperationException("sequential sums cannot be merged");
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
