package io.sparkcumsum.accumulator;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.Platform;

/**
 * Maxima or minima of FLOAT or DOUBLE. A NaN stays from there on, as in NumPy. Of equal zeros the
 * first one is kept.
 *
 * <p>A minimum is the maximum of what is negated, with the sign put back.
 */
final class FloatingExtremum extends FloatingAccumulator {
  private final double sign;
  private double[] cells;

  FloatingExtremum(boolean single, boolean maximum) {
    this(single, maximum ? 1.0 : -1.0);
  }

  private FloatingExtremum(boolean single, double sign) {
    super(single);
    this.sign = sign;
  }

  @Override
  public Accumulator fresh() {
    return new FloatingExtremum(single, sign);
  }

  @Override
  public List<Object> kind() {
    return List.of(FloatingExtremum.class, single, sign);
  }

  @Override
  void allocate(int width) {
    cells = new double[width];
    Arrays.fill(cells, Double.NEGATIVE_INFINITY);
  }

  @Override
  double identity() {
    return sign * Double.NEGATIVE_INFINITY;
  }

  @Override
  void reduce(int cell, double value) {
    double signed = sign * value;
    // NaN fails both comparisons.
    if (!(signed <= cells[cell]) && !Double.isNaN(cells[cell])) {
      cells[cell] = signed;
    }
  }

  @Override
  double value(int cell) {
    return sign * cells[cell];
  }

  @Override
  void flat(ArrayData in, Object out, long to) {
    int length = in.numElements();
    int i = single ? flatFloats(in, out, to) : flatDoubles(in, out, to);
    // After a NaN there is nothing but NaN.
    for (; i < length; i++) {
      put(out, to + (long) i * result.size, Double.NaN);
    }
  }

  /** Goes on as long as the maximum is a number, and returns where it ended. */
  private int flatDoubles(ArrayData in, Object out, long to) {
    double running = cells[0];
    int i = 0;
    for (int length = in.numElements(); i < length && !Double.isNaN(running); i++) {
      double value = sign * in.getDouble(i);
      // A new maximum is rare, so that the next element need not wait for this one.
      if (!(value <= running)) {
        running = value;
      }
      Platform.putDouble(out, to + (long) i * Double.BYTES, sign * running);
    }
    cells[0] = running;
    return i;
  }

  private int flatFloats(ArrayData in, Object out, long to) {
    float running = (float) cells[0];
    float floatSign = (float) sign;
    int i = 0;
    for (int length = in.numElements(); i < length && !Float.isNaN(running); i++) {
      float value = floatSign * in.getFloat(i);
      if (!(value <= running)) {
        running = value;
      }
      Platform.putFloat(out, to + (long) i * Float.BYTES, floatSign * running);
    }
    cells[0] = running;
    return i;
  }

  @Override
  void mergeCells(Accumulator later) {
    FloatingExtremum other = (FloatingExtremum) later;
    for (int i = 0; i < cells.length; i++) {
      reduce(i, other.value(i));
    }
  }

  @Override
  void writeCells(DataOutput out) throws IOException {
    for (double cell : cells) {
      out.writeDouble(cell);
    }
  }

  /** Which of two equal zeros is kept depends on the direction. */
  @Override
  void writeCellChecksums(DataOutput out) throws IOException {
    for (double cell : cells) {
      out.writeDouble(0.0 + cell);
    }
  }

  @Override
  void readCells(DataInput in) throws IOException {
    for (int i = 0; i < cells.length; i++) {
      cells[i] = in.readDouble();
    }
  }
}
