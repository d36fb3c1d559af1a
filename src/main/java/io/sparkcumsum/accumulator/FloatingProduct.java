package io.sparkcumsum.accumulator;

import java.util.List;
import org.apache.spark.unsafe.Platform;

/**
 * Products of FLOAT or DOUBLE, strictly left to right. Distributed scans use {@link WideProduct}.
 */
final class FloatingProduct extends SequentialAccumulator {

  FloatingProduct(boolean single) {
    super(single);
  }

  @Override
  public Accumulator fresh() {
    return new FloatingProduct(single);
  }

  @Override
  public List<Object> kind() {
    return List.of(FloatingProduct.class, single);
  }

  @Override
  double identity() {
    return 1;
  }

  @Override
  double combine(double left, double right) {
    return left * right;
  }

  @Override
  double flatDoubles(double running, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    for (int i = 0, length = in.length(); i < length; i++) {
      running *= Platform.getDouble(base, from + (long) i * Double.BYTES);
      Platform.putDouble(out, to + (long) i * Double.BYTES, running);
    }
    return running;
  }

  @Override
  float flatFloats(float running, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    for (int i = 0, length = in.length(); i < length; i++) {
      running *= Platform.getFloat(base, from + (long) i * Float.BYTES);
      Platform.putFloat(out, to + (long) i * Float.BYTES, running);
    }
    return running;
  }
}
