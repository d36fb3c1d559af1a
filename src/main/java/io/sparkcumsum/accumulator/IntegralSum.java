package io.sparkcumsum.accumulator;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/**
 * Sums of TINYINT, SMALLINT, INT, BIGINT and of intervals, in two's complement at the width of the
 * sum's type.
 *
 * <p>On overflow a sum wraps, or throws {@code ARITHMETIC_OVERFLOW} when it is to be returned;
 * intervals always throw {@code INTERVAL_ARITHMETIC_OVERFLOW}. If overflow is an error, cells also
 * count how often they wrapped, because a sum may leave the range and come back.
 */
final class IntegralSum extends IntegralAccumulator {
  /**
   * A sum of smaller magnitude stays in range when an array of narrower integers is added: these
   * are fewer than 2^31 values of at most 2^31 each.
   */
  private static final long FAR_FROM_OVERFLOW = 1L << 62;

  /** The number of elements that are added between two checks for overflow. */
  private static final int BLOCK = 1 << 10;

  private final DataType inputType;
  private final DataType sumType;
  private final Overflow overflow;
  private final int unusedBits;
  private long[] cells;

  /**
   * How many times 2^n the true sum is above each cell, for a type of n bits; null if overflow
   * wraps.
   */
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
      // Wrapping lost 2^n if the sum was above the range, -2^n if it was below.
      carries[cell] += before < 0 ? -1 : 1;
    }
  }

  @Override
  long value(int cell) {
    check(carries != null && carries[cell] != 0);
    return cells[cell];
  }

  @Override
  void flat(Elements in, Object out, long to) {
    long running = cells[0];
    boolean widens = input != result;
    boolean near = running <= -FAR_FROM_OVERFLOW || running >= FAR_FROM_OVERFLOW;
    if ((carries != null && carries[0] != 0) || (widens && near)) {
      super.flat(in, out, to);
      return;
    }
    cells[0] =
        switch (input) {
          // A boolean is stored as a byte of 0 or 1.
          case BOOLEAN -> byteToLong(running, in, out, to);
          case BYTE -> widens ? byteToLong(running, in, out, to) : byteToByte(running, in, out, to);
          case SHORT ->
              widens ? shortToLong(running, in, out, to) : shortToShort(running, in, out, to);
          case INT -> widens ? intToLong(running, in, out, to) : intToInt(running, in, out, to);
          default -> longToLong(running, in, out, to);
        };
  }

  // There is one loop for each pair of types, because a common loop would look up the types for
  // every element.

  private static long byteToLong(long running, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    for (int i = 0, length = in.length(); i < length; i++) {
      running += Platform.getByte(base, from + i);
      Platform.putLong(out, to + (long) i * Long.BYTES, running);
    }
    return running;
  }

  private static long shortToLong(long running, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    for (int i = 0, length = in.length(); i < length; i++) {
      running += Platform.getShort(base, from + (long) i * Short.BYTES);
      Platform.putLong(out, to + (long) i * Long.BYTES, running);
    }
    return running;
  }

  private static long intToLong(long running, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    for (int i = 0, length = in.length(); i < length; i++) {
      running += Platform.getInt(base, from + (long) i * Integer.BYTES);
      Platform.putLong(out, to + (long) i * Long.BYTES, running);
    }
    return running;
  }

  /**
   * Adds the values block by block. If the sum is far from overflow and the values of a block are
   * small, no sum in the block can overflow, and they need no check.
   */
  private long longToLong(long running, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    int length = in.length();
    int block = 0;
    while (block < length) {
      int end = Math.min(length, block + BLOCK);
      long before = running;
      long magnitudes = 0;
      for (int i = block; i < end; i++) {
        long value = Platform.getLong(base, from + (long) i * Long.BYTES);
        magnitudes |= value ^ (value >> (Long.SIZE - 1));
        running += value;
        Platform.putLong(out, to + (long) i * Long.BYTES, running);
      }
      boolean near = before <= -FAR_FROM_OVERFLOW || before >= FAR_FROM_OVERFLOW;
      if (near || magnitudes >= FAR_FROM_OVERFLOW / BLOCK) {
        checkSums(before, in, block, end);
      }
      block = end;
    }
    return running;
  }

  private void checkSums(long before, Elements in, int start, int end) {
    long running = before;
    long overflowBits = 0;
    for (int i = start; i < end; i++) {
      long value = input.get(in, i);
      long next = running + value;
      overflowBits |= overflowBits(running, value, next);
      running = next;
    }
    check(overflowBits < 0);
  }

  private long byteToByte(long running, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    long lost = 0;
    for (int i = 0, length = in.length(); i < length; i++) {
      running += Platform.getByte(base, from + i);
      lost |= running ^ (byte) running;
      Platform.putByte(out, to + i, (byte) running);
    }
    check(lost != 0);
    return (byte) running;
  }

  private long shortToShort(long running, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    long lost = 0;
    for (int i = 0, length = in.length(); i < length; i++) {
      running += Platform.getShort(base, from + (long) i * Short.BYTES);
      lost |= running ^ (short) running;
      Platform.putShort(out, to + (long) i * Short.BYTES, (short) running);
    }
    check(lost != 0);
    return (short) running;
  }

  private long intToInt(long running, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    long lost = 0;
    for (int i = 0, length = in.length(); i < length; i++) {
      running += Platform.getInt(base, from + (long) i * Integer.BYTES);
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
   * Negative if the addition left the range. If both operands are in range, that is when the sign
   * of the wrapped sum differs from both of theirs (Warren, Hacker's Delight, 2-13).
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
  void writeCells(Output out) {
    for (int i = 0; i < cells.length; i++) {
      out.writeLong(cells[i]);
      out.writeLong(carries == null ? 0 : carries[i]);
    }
  }

  @Override
  void readCells(Input in) {
    for (int i = 0; i < cells.length; i++) {
      cells[i] = in.readLong();
      long carry = in.readLong();
      if (carries != null) {
        carries[i] = carry;
      }
    }
  }
}
