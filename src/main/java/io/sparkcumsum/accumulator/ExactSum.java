package io.sparkcumsum.accumulator;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.io.Serializable;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.unsafe.Platform;

/**
 * Sums of FLOAT and DOUBLE that are exact: every prefix is the true sum of its values, rounded once
 * to the nearest value of the type, ties to even. So the bits do not depend on where partitions
 * begin or how totals are merged.
 *
 * <p>A prefix beyond the largest finite value is infinite, and later prefixes that come back into
 * range are finite again. NaN and the infinities propagate as in IEEE addition. A sum of only -0.0
 * values is -0.0.
 *
 * <p>A cell is nearly always a pair of doubles whose difference, {@code high - excess}, is the sum.
 * Knuth's TwoSum adds a value to it: the rounding error of high goes to the excess. If the excess
 * had to be rounded too, something would be lost. Then the value is added to an expansion instead,
 * an unevaluated sum of as many doubles as needed, grown as by Shewchuk ("Adaptive Precision
 * Floating-Point Arithmetic and Fast Robust Geometric Predicates", 1997), or to an integer if the
 * sum is near the largest double.
 */
public final class ExactSum extends FloatingAccumulator {
  /** Below this magnitude neither the sum of two values nor any step of TwoSum overflows. */
  private static final double SAFE_MAGNITUDE = 0x1p1020;

  /** Multiplied by this, all larger magnitudes become infinite. */
  private static final double SAFE_FACTOR = 0x1p4;

  /** The number of bits of a double's significand after the leading 1. */
  private static final int SIGNIFICAND_BITS = 52;

  /** The larger part of each pair; for any other sum, its value rounded to double. */
  private double[] high;

  /**
   * How much high is above the sum; NaN if the cell is not a pair. In an exclusive scan it is -0.0
   * as long as the cell is empty, to tell that from a sum of -0.0: the value, -0.0 - -0.0, is then
   * 0.0.
   */
  private double[] excess;

  /**
   * The finite sums that do not fit in a pair, null for other cells; null itself until there is
   * one.
   */
  private Wide[] wide;

  private final boolean exclusive;

  private transient Tentative tentative;

  /** A finite sum that does not fit in a pair. */
  private static final class Wide implements Serializable {
    /** The components in order of increasing magnitude; null if there is a fixedPoint. */
    final double[] expansion;

    /** The sum in units of the smallest double, if it is near the largest double; else null. */
    final BigInteger fixedPoint;

    /** Has the sign of the sum minus the sum rounded to double. */
    final double rest;

    Wide(double[] expansion, BigInteger fixedPoint, double rest) {
      this.expansion = expansion;
      this.fixedPoint = fixedPoint;
      this.rest = rest;
    }
  }

  /**
   * @param type FLOAT or DOUBLE, of the elements and of the sums
   */
  public ExactSum(DataType type) {
    this(type, /* exclusive= */ false);
  }

  /**
   * @param exclusive whether each result leaves out its own value; the first one is then 0.0
   */
  ExactSum(DataType type, boolean exclusive) {
    this(type instanceof FloatType, exclusive);
  }

  private ExactSum(boolean single, boolean exclusive) {
    super(single);
    this.exclusive = exclusive;
  }

  @Override
  public Accumulator fresh() {
    return new ExactSum(single, exclusive);
  }

  @Override
  public List<Object> kind() {
    return List.of(ExactSum.class, single, exclusive);
  }

  @Override
  double identity() {
    return -0.0;
  }

  @Override
  void reduce(int cell, double value) {
    add(cell, value);
  }

  @Override
  double value(int cell) {
    return rounded(cell);
  }

  /** The sum of the scalars so far; there must be at least one. */
  public double rounded() {
    return rounded(0);
  }

  @Override
  void allocate(int width) {
    high = new double[width];
    Arrays.fill(high, -0.0);
    excess = new double[width];
    if (exclusive) {
      Arrays.fill(excess, -0.0);
    }
  }

  private boolean isEmpty(int i) {
    return Double.doubleToRawLongBits(excess[i]) == Long.MIN_VALUE;
  }

  @Override
  boolean emptyDiffersFromIdentity() {
    return exclusive;
  }

  @Override
  void elementwise(Elements in, Object out, long to) {
    reduceAllCells(in);
    if (single) {
      for (int i = 0, length = in.length(); i < length; i++) {
        put(i, out, to + (long) i * Float.BYTES);
      }
    } else {
      Platform.copyMemory(
          tentative.sums, Platform.DOUBLE_ARRAY_OFFSET, out, to, (long) high.length * Double.BYTES);
    }
  }

  @Override
  void reduceAllCells(Elements in) {
    if (tentative == null) {
      tentative = new Tentative(high.length);
    }
    double[] values = values(in, tentative.values);
    double[] oldHigh = high;
    double[] oldExcess = excess;
    tentative.add(values, oldHigh, oldExcess);
    high = tentative.high;
    excess = tentative.excess;
    for (int i = 0; i < values.length; i++) {
      if (tentative.inexact[i] != 0) {
        high[i] = oldHigh[i];
        excess[i] = oldExcess[i];
        addSlowly(i, values[i]);
        tentative.sums[i] = rounded(i);
      }
    }
    tentative.high = oldHigh;
    tentative.excess = oldExcess;
  }

  /** The elements, as the array of Java's that they are in already, or copied to a buffer. */
  private double[] values(Elements in, double[] buffer) {
    if (single) {
      for (int i = 0; i < buffer.length; i++) {
        buffer[i] = valueAt(in, i);
      }
    } else if (in.base() instanceof double[] values
        && in.offset() == Platform.DOUBLE_ARRAY_OFFSET) {
      return values;
    } else {
      Platform.copyMemory(
          in.base(),
          in.offset(),
          buffer,
          Platform.DOUBLE_ARRAY_OFFSET,
          (long) buffer.length * Double.BYTES);
    }
    return buffer;
  }

  /** An addition to all cells, as if all were pairs and nothing were lost. */
  private static final class Tentative {
    final double[] values;
    double[] high;
    double[] excess;
    final double[] sums;

    /** Zero where the addition is exact and in range; another value, maybe NaN, where it is not. */
    final double[] inexact;

    Tentative(int width) {
      values = new double[width];
      high = new double[width];
      excess = new double[width];
      sums = new double[width];
      inexact = new double[width];
    }

    /**
     * Computes the same as {@link ExactSum#addToPair}. These are short loops without branches,
     * because the JIT compiler turns no others into vector instructions.
     */
    void add(double[] values, double[] oldHigh, double[] oldExcess) {
      twoSum(oldHigh, values, high, sums);
      twoSum(oldExcess, sums, excess, inexact);
      for (int i = 0; i < sums.length; i++) {
        double sum = high[i] - excess[i];
        sums[i] = sum;
        inexact[i] += 0 * (sum * SAFE_FACTOR);
      }
    }

    /** Computes the rounded sums, and how much they are above the true ones. */
    private static void twoSum(double[] left, double[] right, double[] sums, double[] surplus) {
      for (int i = 0; i < sums.length; i++) {
        double sum = left[i] + right[i];
        double carried = sum - left[i];
        sums[i] = sum;
        surplus[i] = ((sum - carried) - left[i]) + (carried - right[i]);
      }
    }
  }

  @Override
  void mergeCells(Accumulator later) {
    ExactSum other = (ExactSum) later;
    for (int i = 0; i < high.length; i++) {
      if (other.isFilledPair(i)) {
        // Most cells are of this kind. They are added without an array for their components.
        add(i, other.high[i] - other.excess[i]);
        double below = other.belowSum(i);
        if (below != 0) {
          add(i, below);
        }
      } else {
        for (double component : other.components(i)) {
          add(i, component);
        }
      }
    }
  }

  private void add(int i, double value) {
    if (!addToPair(i, value)) {
      addSlowly(i, value);
    }
  }

  /**
   * Adds to a pair. Returns false, and changes nothing, if something would be lost or if the cell
   * is not a pair.
   */
  private boolean addToPair(int i, double value) {
    double oldHigh = high[i];
    double oldExcess = excess[i];
    double top = oldHigh + value;
    double carried = top - oldHigh;
    double error = ((top - carried) - oldHigh) + (carried - value);
    double rest = oldExcess + error;
    double restCarried = rest - oldExcess;
    double lost = (oldExcess - (rest - restCarried)) + (error - restCarried);
    // NaN and the infinities fail the comparisons too.
    if (lost == 0 && Math.abs(top - rest) < SAFE_MAGNITUDE) {
      high[i] = top;
      excess[i] = rest;
      return true;
    }
    return false;
  }

  private void addSlowly(int i, double value) {
    if (isNonFinite(i)) {
      high[i] += value;
    } else if (!Double.isFinite(value)) {
      set(i, value, Double.NaN, null);
    } else if (isPair(i)) {
      // The excess grows with many values. Made as small as it can be, it may have room for one
      // more.
      double sum = high[i] - excess[i];
      set(i, sum, 0.0 - belowSum(i), null);
      if (!addToPair(i, value)) {
        grow(i, value);
      }
    } else {
      grow(i, value);
    }
  }

  private boolean isPair(int i) {
    return !Double.isNaN(excess[i]);
  }

  private boolean isFilledPair(int i) {
    return isPair(i) && !isEmpty(i);
  }

  /**
   * Whether the sum is not finite because a value was not. Later finite values do not change that.
   */
  private boolean isNonFinite(int i) {
    return !isPair(i) && (wide == null || wide[i] == null);
  }

  private void set(int i, double newHigh, double newExcess, Wide newWide) {
    high[i] = newHigh;
    excess[i] = newExcess;
    if (wide == null && newWide != null) {
      wide = new Wide[high.length];
    }
    if (wide != null) {
      wide[i] = newWide;
    }
  }

  /** The sum at cell i, rounded once. */
  private double rounded(int i) {
    if (isPair(i)) {
      double sum = high[i] - excess[i];
      return single ? roundToSingle(sum, belowSum(i)) : sum;
    }
    return single && !isNonFinite(i) ? roundToSingle(high[i], wide[i].rest) : high[i];
  }

  /** The sum of a pair minus that sum rounded to double, by TwoSum. */
  private double belowSum(int i) {
    double sum = high[i] - excess[i];
    double carried = sum - high[i];
    return (high[i] - (sum - carried)) - (excess[i] + carried);
  }

  /**
   * Rounds high + low to float without rounding twice. It first takes the odd one of the two
   * doubles around the sum, which is never halfway between two floats (Boldo and Melquiond,
   * "Emulation of FMA and Correctly Rounded Sums: Proved Algorithms Using Rounding to Odd", 2008).
   */
  static float roundToSingle(double high, double low) {
    boolean even = (Double.doubleToRawLongBits(high) & 1) == 0;
    if (low == 0 || !even || Double.isInfinite(high)) {
      return (float) high;
    }
    return (float) (low > 0 ? Math.nextUp(high) : Math.nextDown(high));
  }

  private void grow(int i, double value) {
    if (!isPair(i) && wide[i].fixedPoint != null) {
      store(i, wide[i].fixedPoint.add(fixedPoint(value)));
    } else if (Math.abs(high[i]) < SAFE_MAGNITUDE && Math.abs(value) < SAFE_MAGNITUDE) {
      store(i, grown(components(i), value));
    } else {
      store(i, fixedPoint(components(i)).add(fixedPoint(value)));
    }
  }

  /** Doubles whose sum is cell i; if it is finite, in order of increasing magnitude. */
  private double[] components(int i) {
    if (isEmpty(i)) {
      return new double[0];
    } else if (isPair(i)) {
      double sum = high[i] - excess[i];
      double below = belowSum(i);
      return below == 0 ? new double[] {sum} : new double[] {below, sum};
    } else if (isNonFinite(i)) {
      return new double[] {high[i]};
    }
    return wide[i].fixedPoint == null ? wide[i].expansion : peeled(wide[i].fixedPoint);
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

  /** Stores an expansion as a pair if it fits in one, else as a whole. */
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
    // An exact tie was rounded to even. A smaller component may break the tie the other way.
    if (rest != 0 && next >= 0 && (components[next] < 0) == (rest < 0)) {
      double doubled = 2 * rest;
      double away = top + doubled;
      if (away - top == doubled) {
        top = away;
        rest = -rest;
      }
    }
    if (next >= 0) {
      set(i, top, Double.NaN, new Wide(components, null, rest));
    } else {
      set(i, top, 0.0 - rest, null);
    }
  }

  /** The same for a sum near the largest double, where the steps in between would overflow. */
  private void store(int i, BigInteger sum) {
    double rounded = rounded(sum);
    if (Math.abs(rounded) < SAFE_MAGNITUDE / 2) {
      store(i, peeled(sum));
      return;
    }
    int rest = Double.isFinite(rounded) ? sum.compareTo(fixedPoint(rounded)) : 0;
    set(i, rounded, Double.NaN, new Wide(null, sum, rest));
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

  /** The double nearest to a number in units of the smallest double, ties to even. */
  private static double rounded(BigInteger fixedPoint) {
    BigInteger magnitude = fixedPoint.abs();
    // Two bits more than a double has: one that decides the rounding, and one that stands for all
    // the bits after it.
    int dropped = Math.max(0, magnitude.bitLength() - SIGNIFICAND_BITS - 3);
    long leading = magnitude.shiftRight(dropped).longValue();
    if (magnitude.getLowestSetBit() < dropped) {
      leading |= 1;
    }
    int exponent = dropped + Double.MIN_EXPONENT - SIGNIFICAND_BITS;
    return fixedPoint.signum() * Math.scalb((double) leading, exponent);
  }

  /**
   * The canonical expansion of a sum, smallest component first, so that equal sums give equal
   * bytes. Each component is what the larger ones leave over, rounded to double. A sum beyond the
   * largest double has several components of that size.
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
  void writeCells(Output out) {
    for (int i = 0; i < high.length; i++) {
      if (isFilledPair(i) && belowSum(i) == 0) {
        out.writeInt(1);
        out.writeDouble(high[i] - excess[i]);
        continue;
      }
      double[] components = components(i);
      if (!isPair(i) && !isNonFinite(i)) {
        components = peeled(fixedPoint(components));
      }
      out.writeInt(components.length);
      for (double component : components) {
        out.writeDouble(component);
      }
    }
  }

  @Override
  void readCells(Input in) {
    for (int i = 0; i < high.length; i++) {
      int size = in.readInt();
      for (int c = 0; c < size; c++) {
        add(i, in.readDouble());
      }
    }
  }
}
