package io.sparkcumsum.accumulator;

import java.util.List;
import org.apache.spark.unsafe.Platform;

/** Sums of FLOAT or DOUBLE, strictly left to right. Distributed scans use {@link ExactSum}. */
final class FloatingSum extends SequentialAccumulator {

  /** Which cells have seen a value. A sum of no values is 0.0, but a sum of -0.0 is -0.0. */
  private boolean[] started;

  FloatingSum(boolean single) {
    super(single);
  }

  @Override
  void allocate(int width) {
    super.allocate(width);
    started = new boolean[width];
  }

  @Override
  void reduce(int cell, double value) {
    super.reduce(cell, value);
    started[cell] = true;
  }

  @Override
  public Accumulator fresh() {
    return new FloatingSum(single);
  }

  @Override
  public List<Object> kind() {
    return List.of(FloatingSum.class, single);
  }

  /** Not 0.0, which added to -0.0 gives 0.0. */
  @Override
  double identity() {
    return -0.0;
  }

  @Override
  double valueBefore(int cell) {
    return started[cell] ? value(cell) : 0.0;
  }

  @Override
  double combine(double left, double right) {
    return left + right;
  }

  @Override
  double flatDoubles(double running, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    for (int i = 0, length = in.length(); i < length; i++) {
      running += Platform.getDouble(base, from + (long) i * Double.BYTES);
      Platform.putDouble(out, to + (long) i * Double.BYTES, running);
    }
    return running;
  }

  @Override
  float flatFloats(float running, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    for (int i = 0, length = in.length(); i < length; i++) {
      running += Platform.getFloat(base, from + (long) i * Float.BYTES);
      Platform.putFloat(out, to + (long) i * Float.BYTES, running);
    }
    return running;
  }
}
