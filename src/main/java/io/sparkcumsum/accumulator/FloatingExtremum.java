package io.sparkcumsum.accumulator;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.unsafe.Platform;

/**
 * Maxima or minima of FLOAT or DOUBLE. After a NaN all results are NaN, as in NumPy. Of 0.0 and
 * -0.0 the first one is kept.
 *
 * <p>A minimum is computed as the maximum of the negated values, and negated back.
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
    // The comparison is false if either side is NaN, so a NaN replaces any number.
    if (!(signed <= cells[cell]) && !Double.isNaN(cells[cell])) {
      cells[cell] = signed;
    }
  }

  @Override
  double value(int cell) {
    return sign * cells[cell];
  }

  @Override
  void flat(Elements in, Object out, long to) {
    int length = in.length();
    int i = single ? flatFloats(in, out, to) : flatDoubles(in, out, to);
    // After a NaN all results are NaN.
    for (; i < length; i++) {
      put(out, to + (long) i * result.size, Double.NaN);
    }
  }

  /** Runs until the maximum is NaN, and returns the number of results written. */
  private int flatDoubles(Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    double running = cells[0];
    int i = 0;
    for (int length = in.length(); i < length && !Double.isNaN(running); i++) {
      double value = sign * Platform.getDouble(base, from + (long) i * Double.BYTES);
      // A branch is fast here: a new maximum is rare, so the CPU goes on to the next element
      // without waiting for this one.
      if (!(value <= running)) {
        running = value;
      }
      Platform.putDouble(out, to + (long) i * Double.BYTES, sign * running);
    }
    cells[0] = running;
    return i;
  }

  private int flatFloats(Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    float running = (float) cells[0];
    float floatSign = (float) sign;
    int i = 0;
    for (int length = in.length(); i < length && !Float.isNaN(running); i++) {
      float value = floatSign * Platform.getFloat(base, from + (long) i * Float.BYTES);
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
  void writeCells(Output out) {
    for (double cell : cells) {
      out.writeDouble(cell);
    }
  }

  /** Writes -0.0 as 0.0, because which of the two is kept depends on the direction of the scan. */
  @Override
  void writeCellChecksums(Output out) {
    for (double cell : cells) {
      out.writeDouble(0.0 + cell);
    }
  }

  @Override
  void readCells(Input in) {
    for (int i = 0; i < cells.length; i++) {
      cells[i] = in.readDouble();
    }
  }
}
