package io.sparkcumsum.accumulator;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;

/**
 * Sums of DECIMAL, exact at any size. A prefix that does not fit the sum's precision throws {@code
 * ARITHMETIC_OVERFLOW}, or is null. Later prefixes that fit have a value again.
 */
final class DecimalSum extends ObjectAccumulator {
  private final DecimalType inputType;
  private final DecimalType sum;
  private final Overflow overflow;

  /**
   * The smallest unscaled sum that does not fit. {@link #smallLimit} is valid only if this fits in
   * a long.
   */
  private final BigInteger limit;

  private final long smallLimit;

  /** The unscaled sums that fit in a long. */
  private long[] small;

  /** The unscaled sum of each cell that left the range of long; null elsewhere. */
  private BigInteger[] wide;

  /**
   * @param input the type of the elements, with the same scale as the sum
   */
  DecimalSum(DecimalType input, DecimalType sum, Overflow overflow) {
    super(input);
    this.inputType = input;
    this.sum = sum;
    this.overflow = overflow;
    this.limit = BigInteger.TEN.pow(sum.precision());
    this.smallLimit = limit.longValue();
  }

  @Override
  public Accumulator fresh() {
    return new DecimalSum(inputType, sum, overflow);
  }

  @Override
  public List<Object> kind() {
    return List.of(DecimalSum.class, inputType, sum, overflow);
  }

  @Override
  void allocate(int width) {
    small = new long[width];
    wide = new BigInteger[width];
  }

  @Override
  void reduce(int cell, Object value) {
    add(cell, (Decimal) value);
  }

  @Override
  Object value(int cell) {
    return rounded(cell);
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

  /** The sum as a decimal. Null, or an error, if it does not fit. */
  private Decimal rounded(int i) {
    int precision = sum.precision();
    if (wide[i] == null && precision <= Decimal.MAX_LONG_DIGITS()) {
      if (small[i] > -smallLimit && small[i] < smallLimit) {
        return Decimal.createUnsafe(small[i], precision, sum.scale());
      }
    } else if (wide[i] == null) {
      return Decimal.apply(BigDecimal.valueOf(small[i], sum.scale()), precision, sum.scale());
    } else if (wide[i].abs().compareTo(limit) < 0) {
      return Decimal.apply(new BigDecimal(wide[i], sum.scale()), precision, sum.scale());
    }
    if (overflow.fails()) {
      throw overflow.error(sum);
    }
    return null;
  }

  @Override
  void writeCells(Output out) {
    for (int i = 0; i < small.length; i++) {
      byte[] bytes = unscaled(i).toByteArray();
      out.writeInt(bytes.length);
      out.write(bytes);
    }
  }

  @Override
  void readCells(Input in) {
    for (int i = 0; i < small.length; i++) {
      byte[] bytes = new byte[in.readInt()];
      in.readBytes(bytes);
      set(i, new BigInteger(bytes));
    }
  }
}
