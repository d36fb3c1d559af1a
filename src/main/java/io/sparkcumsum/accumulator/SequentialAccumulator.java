package io.sparkcumsum.accumulator;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.Arrays;

/**
 * Accumulates FLOAT or DOUBLE in their own type, strictly from left to right, bit for bit as NumPy
 * does. NaN and the infinities propagate.
 *
 * <p>Such states cannot be merged, because the last bits depend on where accumulation starts.
 */
abstract class SequentialAccumulator extends FloatingAccumulator {

  /**
   * FLOAT is combined in DOUBLE and then rounded, which gives the same bits for sums and products.
   */
  private double[] cells;

  SequentialAccumulator(boolean single) {
    super(single);
  }

  abstract double combine(double left, double right);

  /** Combines {@code running} with each value in turn, writes it after each, and returns it. */
  abstract double flatDoubles(double running, Elements in, Object out, long to);

  /** The same in FLOAT. */
  abstract float flatFloats(float running, Elements in, Object out, long to);

  @Override
  void allocate(int width) {
    cells = new double[width];
    Arrays.fill(cells, identity());
  }

  @Override
  final void flat(Elements in, Object out, long to) {
    cells[0] =
        single ? flatFloats((float) cells[0], in, out, to) : flatDoubles(cells[0], in, out, to);
  }

  @Override
  void reduce(int cell, double value) {
    double combined = combine(cells[cell], value);
    cells[cell] = single ? (float) combined : combined;
  }

  @Override
  final double value(int cell) {
    return cells[cell];
  }

  @Override
  final void mergeCells(Accumulator later) {
    throw new UnsupportedOperationException("what was rounded left to right cannot be merged");
  }

  @Override
  final void writeCells(Output out) {
    for (double cell : cells) {
      out.writeDouble(cell);
    }
  }

  @Override
  final void readCells(Input in) {
    for (int i = 0; i < cells.length; i++) {
      cells[i] = in.readDouble();
    }
  }
}
