package io.sparkcumsum.accumulator;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.FloatType;

/**
 * Sums of FLOAT and DOUBLE that are exact: every prefix is the true sum of its values, rounded once
 * to the nearest value of the type, ties to even. So the bits depend neither on where partitions
 * begin nor on how totals were merged.
 *
 * <p>A prefix beyond the largest finite value is infinite, and later prefixes that come back into
 * range are finite again. NaN and the infinities propagate as in IEEE addition. A sum of nothing
 * but -0.0 is -0.0.
 *
 * <p>A cell is a floating-point expansion, an unevaluated sum of doubles: nearly always the two of
 * {@code high} and {@code low}, where {@code high} is the rounded sum. Only where the true sum
 * needs more than some 106 bits there are more, in {@code expansions}. Additions use Knuth's
 * TwoSum; the growing of an expansion is Shewchuk's ("Adaptive Precision Floating-Point Arithmetic
 * and Fast Robust Geometric Predicates", 1997).
 */
public final class ExactSum extends CellAccumulator<double[]> {
  /** Below it no sum of two values and no intermediate of TwoSum overflows. */
  private static final double SAFE_MAGNITUDE = 0x1p1020;

  /** The bits of a double's significand behind the leading one. */
  private static final int SIGNIFICAND_BITS = 52;

  private final boolean single;

  /** The finite part of each sum, rounded to double. */
  private double[] high;

  /** What {@code high} lacks, or with an expansion a value of the same sign. */
  private double[] low;

  /** All components by increasing magnitude; null where high and low are all. */
  private double[][] expansions;

  /** The whole sum in units of the smallest double, where it is near the end of the range. */
  private BigInteger[] fixedPoints;

  /** The sum of the values that were not finite, else zero. */
  private double[] nonFinite;

  /**
   * @param type FLOAT or DOUBLE, of the elements and of the sums
   */
  public ExactSum(DataType type) {
    this(type instanceof FloatType);
  }

  private ExactSum(boolean single) {
    this.single = single;
  }

  @Override
  public Accumulator fresh() {
    return new ExactSum(single);
  }

  @Override
  public List<Object> kind() {
    return List.of(ExactSum.class, single);
  }

  public float step(float value) {
    return (float) step((double) value);
  }

  public double step(double value) {
    requireWidth(1);
    add(0, value);
    return rounded(0);
  }

  /** The sum of the scalars so far, of which there has to be one. */
  public double rounded() {
    return rounded(0);
  }

  @Override
  void allocate(int width) {
    high = new double[width];
    Arrays.fill(high, -0.0);
    low = new double[width];
    expansions = new double[width][];
    fixedPoints = new BigInteger[width];
    nonFinite = new double[width];
  }

  @Override
  void scan(double[] values, boolean[] nulls) {
    accumulate(values, nulls, 0);
  }

  @Override
  void step(double[] values, boolean[] nulls) {
    accumulate(values, nulls, 1);
  }

  private void accumulate(double[] values, boolean[] nulls, int stride) {
    for (int i = 0; i < values.length; i++) {
      if (nulls == null || !nulls[i]) {
        add(i * stride, values[i]);
        values[i] = rounded(i * stride);
      }
    }
  }

  @Override
  void mergeCells(Accumulator later) {
    ExactSum other = (ExactSum) later;
    for (int i = 0; i < high.length; i++) {
      nonFinite[i] += other.nonFinite[i];
      for (double component : other.components(i)) {
        add(i, component);
      }
    }
  }

  private void add(int i, double value) {
    double sum = high[i] + value;
    double carried = sum - high[i];
    double error = (high[i] - (sum - carried)) + (value - carried);
    double rest = low[i] + error;
    carried = rest - low[i];
    double lost = (low[i] - (rest - carried)) + (error - carried);
    // NaN and the infinities fail the comparisons too.
    if (lost == 0 && Math.abs(sum) < SAFE_MAGNITUDE && isPair(i)) {
      if (rest == 0) {
        high[i] = sum;
        low[i] = 0;
      } else {
        double top = sum + rest;
        carried = top - sum;
        low[i] = (sum - (top - carried)) + (rest - carried);
        high[i] = top;
      }
    } else if (Double.isFinite(value)) {
      grow(i, value);
    } else {
      nonFinite[i] += value;
    }
  }

  /** Whether high and low are the whole sum. */
  private boolean isPair(int i) {
    return expansions[i] == null && fixedPoints[i] == null;
  }

  /** The sum at cell i, rounded once. */
  private double rounded(int i) {
    if (nonFinite[i] != 0) {
      return nonFinite[i];
    }
    return single ? roundToSingle(high[i], low[i]) : high[i];
  }

  /**
   * Rounds high + low to float without rounding twice: first to the odd one of the two enclosing
   * doubles, which no float's midpoint is (Boldo and Melquiond, "Emulation of FMA and Correctly
   * Rounded Sums: Proved Algorithms Using Rounding to Odd", 2008).
   */
  private static float roundToSingle(double high, double low) {
    boolean even = (Double.doubleToRawLongBits(high) & 1) == 0;
    if (low == 0 || !even || Double.isInfinite(high)) {
      return (float) high;
    }
    return (float) (low > 0 ? Math.nextUp(high) : Math.nextDown(high));
  }

  private void grow(int i, double value) {
    if (fixedPoints[i] != null) {
      store(i, fixedPoints[i].add(fixedPoint(value)));
    } else if (Math.abs(high[i]) < SAFE_MAGNITUDE && Math.abs(value) < SAFE_MAGNITUDE) {
      store(i, grown(components(i), value));
    } else {
      store(i, fixedPoint(components(i)).add(fixedPoint(value)));
    }
  }

  private double[] components(int i) {
    if (fixedPoints[i] != null) {
      return peeled(fixedPoints[i]);
    }
    if (expansions[i] != null) {
      return expansions[i];
    }
    return low[i] == 0 ? new double[] {high[i]} : new double[] {low[i], high[i]};
  }

  /** Adds a value to an expansion, dropping zeros; the components stay nonoverlapping. */
  private static double[] grown(double[] components, double value) {
    double[] grown = new double[components.length + 1];
    int size = 0;
    double carry = value;
    for (double component : components) {
      double sum = carry + component;
      double carried = sum - carry;
      double error = (carry - (sum - carried)) + (component - carried);
      if (error != 0) {
        grown[size++] = error;
      }
      carry = sum;
    }
    if (carry != 0) {
      grown[size++] = carry;
    }
    return Arrays.copyOf(grown, size);
  }

  /** Rounds an expansion into high, and keeps it whole where high and low do not hold it. */
  private void store(int i, double[] components) {
    int next = components.length - 1;
    double top = next < 0 ? 0.0 : components[next--];
    double rest = 0;
    while (rest == 0 && next >= 0) {
      double sum = top + components[next];
      rest = components[next] - (sum - top);
      top = sum;
      next--;
    }
    // An exact tie was rounded to even; a component below it decides it the other way.
    if (rest != 0 && next >= 0 && (components[next] < 0) == (rest < 0)) {
      double doubled = 2 * rest;
      double away = top + doubled;
      if (away - top == doubled) {
        top = away;
        rest = -rest;
      }
    }
    high[i] = top;
    low[i] = rest;
    expansions[i] = next >= 0 ? components : null;
  }

  /** The same for a sum near the end of the range, where the intermediates would overflow. */
  private void store(int i, BigInteger sum) {
    double rounded = rounded(sum);
    if (Math.abs(rounded) < SAFE_MAGNITUDE / 2) {
      fixedPoints[i] = null;
      store(i, peeled(sum));
      return;
    }
    fixedPoints[i] = sum;
    high[i] = rounded;
    low[i] = Double.isFinite(rounded) ? sum.compareTo(fixedPoint(rounded)) : 0;
  }

  /** The sum of the values in units of the smallest double. */
  private static BigInteger fixedPoint(double... values) {
    BigInteger sum = BigInteger.ZERO;
    for (double value : values) {
      int exponent = Math.max(Math.getExponent(value), Double.MIN_EXPONENT);
      long significand = (long) Math.scalb(value, SIGNIFICAND_BITS - exponent);
      int shift = exponent - Double.MIN_EXPONENT;
      sum = sum.add(BigInteger.valueOf(significand).shiftLeft(shift));
    }
    return sum;
  }

  /** The nearest double to a number of units of the smallest double, ties to even. */
  private static double rounded(BigInteger fixedPoint) {
    BigInteger magnitude = fixedPoint.abs();
    // Two bits more than a double has: one that decides, and one for all that follow it.
    int dropped = Math.max(0, magnitude.bitLength() - SIGNIFICAND_BITS - 3);
    long leading = magnitude.shiftRight(dropped).longValue();
    if (magnitude.getLowestSetBit() < dropped) {
      leading |= 1;
    }
    int exponent = dropped + Double.MIN_EXPONENT - SIGNIFICAND_BITS;
    return fixedPoint.signum() * Math.scalb((double) leading, exponent);
  }

  /**
   * The one expansion of a sum in which each component is the rounded rest of those above it,
   * smallest first. What exceeds the largest double is taken in several of it.
   */
  private static double[] peeled(BigInteger sum) {
    double[] largestFirst = new double[4];
    int size = 0;
    BigInteger rest = sum;
    while (rest.signum() != 0) {
      double component = Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, rounded(rest)));
      if (size == largestFirst.length) {
        largestFirst = Arrays.copyOf(largestFirst, 2 * size);
      }
      largestFirst[size++] = component;
      rest = rest.subtract(fixedPoint(component));
    }
    double[] peeled = new double[size];
    for (int i = 0; i < size; i++) {
      peeled[i] = largestFirst[size - 1 - i];
    }
    return peeled;
  }

  @Override
  double[] newValues(int length) {
    return new double[length];
  }

  @Override
  double[] read(ArrayData values, boolean[] nulls) {
    int length = values.numElements();
    double[] read = new double[length];
    if (nulls != null) {
      for (int i = 0; i < length; i++) {
        if (!nulls[i]) {
          read[i] = single ? values.getFloat(i) : values.getDouble(i);
        }
      }
    } else if (single) {
      float[] floats = values.toFloatArray();
      for (int i = 0; i < length; i++) {
        read[i] = floats[i];
      }
    } else {
      read = values.toDoubleArray();
    }
    return read;
  }

  @Override
  ArrayData write(double[] values) {
    if (!single) {
      return UnsafeArrayData.fromPrimitiveArray(values);
    }
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return UnsafeArrayData.fromPrimitiveArray(floats);
  }

  @Override
  void writeCells(DataOutput out) throws IOException {
    for (int i = 0; i < high.length; i++) {
      out.writeDouble(nonFinite[i]);
      double[] components = components(i);
      if (expansions[i] != null) {
        components = peeled(fixedPoint(components));
      }
      out.writeInt(components.length);
      for (double component : components) {
        out.writeDouble(component);
      }
    }
  }

  @Override
  void readCells(DataInput in) throws IOException {
    for (int i = 0; i < high.length; i++) {
      nonFinite[i] = in.readDouble();
      int size = in.readInt();
      for (int c = 0; c < size; c++) {
        add(i, in.readDouble());
      }
    }
  }
}
