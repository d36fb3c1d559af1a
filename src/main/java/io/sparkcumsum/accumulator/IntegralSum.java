package io.sparkcumsum.accumulator;

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
 * <p>Overflow wraps, or a sum out of range that is to be returned throws {@code
 * ARITHMETIC_OVERFLOW}; intervals always throw {@code INTERVAL_ARITHMETIC_OVERFLOW}. Where it is an
 * error, cells keep what wrapping lost: a part may leave the range and come back.
 */
final class IntegralSum extends IntegralAccumulator {
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

  /** How often 2^n is missing in each cell; null where overflow wraps. */
  private long[] carries;

  /**
   * @param input the type of the elements: the sum's own, or for BIGINT any narrower integer or
   *     BOOLEAN
   */
  IntegralSum(DataType input, DataType sum, Overflow overflow) {
    super(Primitive.of(input).orElseThrow(), Primitive.of(sum).orElseThrow());
    this.inputType = input;
    this.sumType = sum;
    this.overflow = overflow.of(sum);
    this.unusedBits = Long.SIZE - Byte.SIZE * result.size;
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
  void allocate(int width) {
    cells = new long[width];
    carries = overflow.fails() ? new long[width] : null;
  }

  @Override
  long identity() {
    return 0;
  }

  @Override
  void reduce(int cell, long value) {
    long before = cells[cell];
    long after = wrap(before + value);
    cells[cell] = after;
    if (carries != null && overflowBits(before, value, after) < 0) {
      // What wrapping lost is 2^n above the range, -2^n below it.
      carries[cell] += before < 0 ? -1 : 1;
    }
  }

  @Override
  long value(int cell) {
    check(carries != null && carries[cell] != 0);
    return cells[cell];
  }

  @Override
  void flat(ArrayData in, Object out, long to) {
    long running = cells[0];
    boolean widens = input != result;
    boolean near = running <= -FAR_FROM_OVERFLOW || running >= FAR_FROM_OVERFLOW;
    if ((carries != null && carries[0] != 0) || (widens && near)) {
      super.flat(in, out, to);
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
              overflow.fails()
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
  void mergeCells(Accumulator later) {
    IntegralSum other = (IntegralSum) later;
    for (int i = 0; i < cells.length; i++) {
      reduce(i, other.cells[i]);
      if (carries != null) {
        carries[i] += other.carries[i];
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
    if (overflowed && overflow.fails()) {
      throw overflow.error(sumType);
    }
  }

  @Override
  void writeCells(DataOutput out) throws IOException {
    for (int i = 0; i < cells.length; i++) {
      out.writeLong(cells[i]);
      out.writeLong(carries == null ? 0 : carries[i]);
    }
  }

  @Override
  void readCells(DataInput in) throws IOException {
    for (int i = 0; i < cells.length; i++) {
      cells[i] = in.readLong();
      long carry = in.readLong();
      if (carries != null) {
        carries[i] = carry;
      }
    }
  }
}
