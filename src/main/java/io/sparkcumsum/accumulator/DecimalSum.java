package io.sparkcumsum.accumulator;

import io.sparkcumsum.error.CumsumErrors;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;

/**
 * Sums of DECIMAL, exact at any size. A prefix that does not fit the sum's precision throws {@code
 * ARITHMETIC_OVERFLOW}, or is null; later prefixes that fit are there again.
 */
public final class DecimalSum extends CellAccumulator<Decimal[]> {
  private final int inputPrecision;
  private final DecimalType sum;
  private final boolean failOnOverflow;
  private final BigInteger limit;

  /** The unscaled sums, as long as they fit. */
  private long[] small;

  /** The unscaled sum of each cell that left the range of long; null elsewhere. */
  private BigInteger[] wide;

  /**
   * @param inputPrecision the precision of the elements, whose scale is the sum's
   */
  public DecimalSum(int inputPrecision, DecimalType sum, boolean failOnOverflow) {
    this.inputPrecision = inputPrecision;
    this.sum = sum;
    this.failOnOverflow = failOnOverflow;
    this.limit = BigInteger.TEN.pow(sum.precision());
  }

  @Override
  public Accumulator fresh() {
    return new DecimalSum(inputPrecision, sum, failOnOverflow);
  }

  @Override
  public List<Object> kind() {
    return List.of(DecimalSum.class, inputPrecision, sum, failOnOverflow);
  }

  @Override
  public Accumulator freshForTotals() {
    return new DecimalSum(inputPrecision, sum, false);
  }

  public Decimal step(Decimal value) {
    requireWidth(1);
    add(0, value);
    return rounded(0);
  }

  @Override
  void allocate(int width) {
    small = new long[width];
    wide = new BigInteger[width];
  }

  @Override
  void scan(Decimal[] values, boolean[] nulls) {
    accumulate(values, nulls, 0);
  }

  @Override
  void step(Decimal[] values, boolean[] nulls) {
    accumulate(values, nulls, 1);
  }

  private void accumulate(Decimal[] values, boolean[] nulls, int stride) {
    for (int i = 0; i < values.length; i++) {
      if (nulls == null || !nulls[i]) {
        add(i * stride, values[i]);
        values[i] = rounded(i * stride);
      }
    }
  }

  @Override
  void mergeCells(Accumulator later) {
    DecimalSum other = (DecimalSum) later;
    for (int i = 0; i < small.length; i++) {
      set(i, unscaled(i).add(other.unscaled(i)));
    }
  }

  private void add(int i, Decimal value) {
    if (wide[i] == null && value.precision() <= Decimal.MAX_LONG_DIGITS()) {
      long addend = value.toUnscaledLong();
      long next = small[i] + addend;
      if (((small[i] ^ next) & (addend ^ next)) >= 0) {
        small[i] = next;
        return;
      }
    }
    set(i, unscaled(i).add(value.toJavaBigDecimal().unscaledValue()));
  }

  private BigInteger unscaled(int i) {
    return wide[i] == null ? BigInteger.valueOf(small[i]) : wide[i];
  }

  private void set(int i, BigInteger unscaled) {
    if (unscaled.bitLength() < Long.SIZE) {
      small[i] = unscaled.longValue();
      wide[i] = null;
    } else {
      wide[i] = unscaled;
    }
  }

  /** The sum as a decimal, null where it does not fit. */
  private Decimal rounded(int i) {
    BigInteger unscaled = unscaled(i);
    if (unscaled.abs().compareTo(limit) < 0) {
      return wide[i] == null && sum.precision() <= Decimal.MAX_LONG_DIGITS()
          ? Decimal.createUnsafe(small[i], sum.precision(), sum.scale())
          : Decimal.apply(new BigDecimal(unscaled, sum.scale()), sum.precision(), sum.scale());
    }
    if (failOnOverflow) {
      throw CumsumErrors.arithmeticOverflow(sum);
    }
    return null;
  }

  @Override
  Decimal[] newValues(int length) {
    return new Decimal[length];
  }

  @Override
  Decimal[] read(ArrayData values, boolean[] nulls) {
    Decimal[] read = new Decimal[values.numElements()];
    for (int i = 0; i < read.length; i++) {
      if (nulls == null || !nulls[i]) {
        read[i] = values.getDecimal(i, inputPrecision, sum.scale());
      }
    }
    return read;
  }

  @Override
  ArrayData write(Decimal[] values) {
    return new GenericArrayData(values);
  }

  @Override
  void writeCells(DataOutput out) throws IOException {
    for (int i = 0; i < small.length; i++) {
      byte[] bytes = unscaled(i).toByteArray();
      out.writeInt(bytes.length);
      out.write(bytes);
    }
  }

  @Override
  void readCells(DataInput in) throws IOException {
    for (int i = 0; i < small.length; i++) {
      byte[] bytes = new byte[in.readInt()];
      in.readFully(bytes);
      set(i, new BigInteger(bytes));
    }
  }
}
