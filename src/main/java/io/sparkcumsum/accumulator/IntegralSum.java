package io.sparkcumsum.accumulator;

import io.sparkcumsum.dtype.DTypes;
import io.sparkcumsum.error.CumsumErrors;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/**
 * Sums of TINYINT, SMALLINT, INT, BIGINT and of intervals, in two's complement of the width of the
 * sum's type.
 *
 * <p>Overflow wraps, or throws {@code ARITHMETIC_OVERFLOW}; intervals always throw {@code
 * INTERVAL_ARITHMETIC_OVERFLOW}. Totals wrap in any case: modulo 2^n every offset that is in range
 * comes out exactly, whatever the partial sums did. Where overflow is an error they carry what
 * wrapping lost, so that an offset out of range is one too.
 */
public final class IntegralSum extends PrimitiveAccumulator {
  private enum Overflow {
    WRAPS,
    FAILS,
    CARRIES
  }

  /**
   * Below it no array of narrower integers, being shorter than 2^31, takes a sum out of range, nor
   * so much in all.
   */
  private static final long FAR_FROM_OVERFLOW = 1L << 62;

  /** Elements between two looks at whether a sum may have left the range. */
  private static final int BLOCK = 1 << 10;

  private final DataType inputType;
  private final DataType sumType;
  private final Overflow overflow;
  private final int unusedBits;
  private long[] cells;

  /** How often 2^n is missing in each cell; only where overflow is carried. */
  private long[] carries;

  /**
   * @param input the type of the elements: the sum's own, or for BIGINT any narrower integer or
   *     BOOLEAN
   */
  public IntegralSum(DataType input, DataType sum, boolean failOnOverflow) {
    this(input, sum, failOnOverflow ? Overflow.FAILS : Overflow.WRAPS);
  }

  private IntegralSum(DataType input, DataType sum, Overflow overflow) {
    super(Primitive.of(input), Primitive.of(sum));
    this.inputType = input;
    this.sumType = sum;
    this.overflow = overflow;
    this.unusedBits = Long.SIZE - Byte.SIZE * this.sum.size;
  }

  @Override
  public Accumulator fresh() {
    return new IntegralSum(inputType, sumType, overflow);
  }

  @Override
  public List<Object> kind() {
    return List.of(IntegralSum.class, inputType, sumType, overflow);
  }

  @Override
  public Accumulator freshForTotals() {
    return new IntegralSum(
        inputType, sumType, overflow == Overflow.WRAPS ? Overflow.WRAPS : Overflow.CARRIES);
  }

  public byte step(byte value) {
    return (byte) step((long) value);
  }

  public short step(short value) {
    return (short) step((long) value);
  }

  public int step(int value) {
    return (int) step((long) value);
  }

  public long step(long value) {
    requireWidth(1);
    add(0, value);
    return cells[0];
  }

  @Override
  void allocate(int width) {
    cells = new long[width];
    if (overflow == Overflow.CARRIES) {
      carries = new long[width];
    }
  }

  @Override
  void scan(ArrayData in, Object out, long to) {
    long running = cells[0];
    boolean widens = input != sum;
    boolean near = running <= -FAR_FROM_OVERFLOW || running >= FAR_FROM_OVERFLOW;
    if (overflow == Overflow.CARRIES || (widens && near)) {
      accumulate(in, 0, out, to);
      return;
    }
    cells[0] =
        switch (input) {
          // In Spark's own format a boolean is a byte of 0 or 1, which takes no branch to add.
          case BOOLEAN ->
              in instanceof UnsafeArrayData
                  ? byteToLong(running, in, out, to)
                  : booleanToLong(running, in, out, to);
          case BYTE -> widens ? byteToLong(running, in, out, to) : byteToByte(running, in, out, to);
          case SHORT ->
              widens ? shortToLong(running, in, out, to) : shortToShort(running, in, out, to);
          case INT -> widens ? intToLong(running, in, out, to) : intToInt(running, in, out, to);
          default ->
              overflow == Overflow.FAILS
                  ? longToLong(running, in, out, to)
                  : longToLongWrapping(running, in, out, to);
        };
  }

  // One loop for each pair of types, which one for all would look up for every element.

  private static long booleanToLong(long running, ArrayData in, Object out, long to) {
    for (int i = 0, length = in.numElements(); i < length; i++) {
      running += in.getBoolean(i) ? 1 : 0;
      Platform.putLong(out, to + (long) i * Long.BYTES, running);
    }
    return running;
  }

  private static long byteToLong(long running, ArrayData in, Object out, long to) {
    for (int i = 0, length = in.numElements(); i < length; i++) {
      running += in.getByte(i);
      Platform.putLong(out, to + (long) i * Long.BYTES, running);
    }
    return running;
  }

  private static long shortToLong(long running, ArrayData in, Object out, long to) {
    for (int i = 0, length = in.numElements(); i < length; i++) {
      running += in.getShort(i);
      Platform.putLong(out, to + (long) i * Long.BYTES, running);
    }
    return running;
  }

  private static long intToLong(long running, ArrayData in, Object out, long to) {
    for (int i = 0, length = in.numElements(); i < length; i++) {
      running += in.getInt(i);
      Platform.putLong(out, to + (long) i * Long.BYTES, running);
    }
    return running;
  }

  private static long longToLongWrapping(long running, ArrayData in, Object out, long to) {
    for (int i = 0, length = in.numElements(); i < length; i++) {
      running += in.getLong(i);
      Platform.putLong(out, to + (long) i * Long.BYTES, running);
    }
    return running;
  }

  /**
   * Block by block: of values that are small, a block cannot take a sum that is far from overflow
   * beyond it, and is added without looking at each sum.
   */
  private long longToLong(long running, ArrayData in, Object out, long to) {
    int length = in.numElements();
    for (int from = 0; from < length; from += BLOCK) {
      int until = Math.min(length, from + BLOCK);
      long before = running;
      long magnitudes = 0;
      for (int i = from; i < until; i++) {
        long value = in.getLong(i);
        magnitudes |= value ^ (value >> (Long.SIZE - 1));
        running += value;
        Platform.putLong(out, to + (long) i * Long.BYTES, running);
      }
      boolean near = before <= -FAR_FROM_OVERFLOW || before >= FAR_FROM_OVERFLOW;
      if (near || magnitudes >= FAR_FROM_OVERFLOW / BLOCK) {
        checkSums(before, in, from, until);
      }
    }
    return running;
  }

  private void checkSums(long before, ArrayData in, int from, int until) {
    long running = before;
    long overflowBits = 0;
    for (int i = from; i < until; i++) {
      long value = in.getLong(i);
      long next = running + value;
      overflowBits |= overflowBits(running, value, next);
      running = next;
    }
    check(overflowBits < 0);
  }

  private long byteToByte(long running, ArrayData in, Object out, long to) {
    long lost = 0;
    for (int i = 0, length = in.numElements(); i < length; i++) {
      running += in.getByte(i);
      lost |= running ^ (byte) running;
      Platform.putByte(out, to + i, (byte) running);
    }
    check(lost != 0);
    return (byte) running;
  }

  private long shortToShort(long running, ArrayData in, Object out, long to) {
    long lost = 0;
    for (int i = 0, length = in.numElements(); i < length; i++) {
      running += in.getShort(i);
      lost |= running ^ (short) running;
      Platform.putShort(out, to + (long) i * Short.BYTES, (short) running);
    }
    check(lost != 0);
    return (short) running;
  }

  private long intToInt(long running, ArrayData in, Object out, long to) {
    long lost = 0;
    for (int i = 0, length = in.numElements(); i < length; i++) {
      running += in.getInt(i);
      lost |= running ^ (int) running;
      Platform.putInt(out, to + (long) i * Integer.BYTES, (int) running);
    }
    check(lost != 0);
    return (int) running;
  }

  @Override
  void step(ArrayData in, Object out, long to) {
    accumulate(in, 1, out, to);
  }

  @Override
  void addFlattened(ArrayData in) {
    accumulate(in, 0, null, 0);
  }

  @Override
  void addElementwise(ArrayData in) {
    accumulate(in, 1, null, 0);
  }

  /** Adds each value to the cell at stride times its index, and writes that if out is not null. */
  private void accumulate(ArrayData in, int stride, Object out, long to) {
    for (int i = 0, length = in.numElements(); i < length; i++) {
      int cell = i * stride;
      add(cell, input.get(in, i));
      if (out != null) {
        sum.put(out, to + (long) i * sum.size, cells[cell]);
      }
    }
  }

  private void add(int i, long value) {
    long before = cells[i];
    long after = wrap(before + value);
    cells[i] = after;
    if (overflowBits(before, value, after) < 0) {
      if (overflow == Overflow.CARRIES) {
        // What wrapping lost is 2^n above the range, -2^n below it.
        carries[i] += before < 0 ? -1 : 1;
      }
      check(true);
    }
  }

  @Override
  void mergeCells(Accumulator later) {
    IntegralSum other = (IntegralSum) later;
    for (int i = 0; i < cells.length; i++) {
      if (overflow == Overflow.CARRIES) {
        add(i, other.cells[i]);
        carries[i] += other.carries[i];
      } else {
        cells[i] = wrap(cells[i] + other.cells[i]);
      }
    }
  }

  private long wrap(long value) {
    return value << unusedBits >> unusedBits;
  }

  /**
   * Negative where the addition left the range. With both operands in range the wrapped sum has the
   * wrong sign exactly then (Warren, Hacker's Delight, 2-13).
   */
  private static long overflowBits(long left, long right, long wrapped) {
    return (left ^ wrapped) & (right ^ wrapped);
  }

  private void check(boolean overflowed) {
    if (overflowed && overflow == Overflow.FAILS) {
      throw overflow();
    }
  }

  private ArithmeticException overflow() {
    return DTypes.isNumeric(sumType)
        ? CumsumErrors.arithmeticOverflow(sumType)
        : CumsumErrors.intervalOverflow();
  }

  @Override
  void writeCells(DataOutput out) throws IOException {
    for (int i = 0; i < cells.length; i++) {
      out.writeLong(cells[i]);
      out.writeLong(overflow == Overflow.CARRIES ? carries[i] : 0);
    }
  }

  @Override
  void readCells(DataInput in) throws IOException {
    for (int i = 0; i < cells.length; i++) {
      cells[i] = in.readLong();
      long carry = in.readLong();
      if (overflow == Overflow.CARRIES) {
        carries[i] = carry;
      } else if (carry != 0) {
        throw overflow();
      }
    }
  }
}
