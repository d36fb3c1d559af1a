package io.sparkcumsum.accumulator;

import io.sparkcumsum.dtype.DTypes;
import io.sparkcumsum.error.CumsumErrors;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.YearMonthIntervalType;

/**
 * Sums of TINYINT, SMALLINT, INT, BIGINT and of intervals, in two's complement of the width of the
 * sum's type.
 *
 * <p>Overflow wraps, or throws {@code ARITHMETIC_OVERFLOW}; intervals always throw {@code
 * INTERVAL_ARITHMETIC_OVERFLOW}. Totals wrap in any case: modulo 2^n every offset that is in range
 * comes out exactly, whatever the partial sums did. Where overflow is an error they carry what
 * wrapping lost, so that an offset out of range is one too.
 */
public final class IntegralSum extends CellAccumulator<long[]> {
  private enum Overflow {
    WRAPS,
    FAILS,
    CARRIES
  }

  private final DataType input;
  private final DataType sum;
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
    this.input = input;
    this.sum = sum;
    this.overflow = overflow;
    this.unusedBits = Long.SIZE - Byte.SIZE * sum.defaultSize();
  }

  @Override
  public Accumulator fresh() {
    return new IntegralSum(input, sum, overflow);
  }

  @Override
  public List<Object> kind() {
    return List.of(IntegralSum.class, input, sum, overflow);
  }

  @Override
  public Accumulator freshForTotals() {
    return new IntegralSum(
        input, sum, overflow == Overflow.WRAPS ? Overflow.WRAPS : Overflow.CARRIES);
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
    if (overflow == Overflow.CARRIES) {
      add(0, value);
      return cells[0];
    }
    long before = cells[0];
    long after = wrap(before + value);
    check(overflowBits(before, value, after));
    cells[0] = after;
    return after;
  }

  @Override
  void allocate(int width) {
    cells = new long[width];
    if (overflow == Overflow.CARRIES) {
      carries = new long[width];
    }
  }

  @Override
  void scan(long[] values, boolean[] nulls) {
    if (overflow == Overflow.CARRIES) {
      total(values, nulls, 0);
      return;
    }
    long running = cells[0];
    long overflowBits = 0;
    if (nulls == null) {
      for (int i = 0; i < values.length; i++) {
        long value = values[i];
        long next = wrap(running + value);
        overflowBits |= overflowBits(running, value, next);
        values[i] = next;
        running = next;
      }
    } else {
      for (int i = 0; i < values.length; i++) {
        if (!nulls[i]) {
          long value = values[i];
          long next = wrap(running + value);
          overflowBits |= overflowBits(running, value, next);
          values[i] = next;
          running = next;
        }
      }
    }
    cells[0] = running;
    check(overflowBits);
  }

  @Override
  void step(long[] values, boolean[] nulls) {
    if (overflow == Overflow.CARRIES) {
      total(values, nulls, 1);
      return;
    }
    long overflowBits = 0;
    if (nulls == null) {
      for (int i = 0; i < values.length; i++) {
        long value = values[i];
        long next = wrap(cells[i] + value);
        overflowBits |= overflowBits(cells[i], value, next);
        cells[i] = next;
        values[i] = next;
      }
    } else {
      for (int i = 0; i < values.length; i++) {
        if (!nulls[i]) {
          long value = values[i];
          long next = wrap(cells[i] + value);
          overflowBits |= overflowBits(cells[i], value, next);
          cells[i] = next;
          values[i] = next;
        }
      }
    }
    check(overflowBits);
  }

  /** Adds the values without showing sums. */
  private void total(long[] values, boolean[] nulls, int stride) {
    for (int i = 0; i < values.length; i++) {
      if (nulls == null || !nulls[i]) {
        add(i * stride, values[i]);
      }
    }
  }

  /** Adds to a cell, carrying what wrapping loses: 2^n above the range, -2^n below it. */
  private void add(int i, long value) {
    long before = cells[i];
    cells[i] = wrap(before + value);
    if (overflowBits(before, value, cells[i]) < 0) {
      carries[i] += before < 0 ? -1 : 1;
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

  private void check(long overflowBits) {
    if (overflow == Overflow.FAILS && overflowBits < 0) {
      throw overflow();
    }
  }

  private ArithmeticException overflow() {
    return DTypes.isNumeric(sum)
        ? CumsumErrors.arithmeticOverflow(sum)
        : CumsumErrors.intervalOverflow();
  }

  @Override
  long[] newValues(int length) {
    return new long[length];
  }

  @Override
  long[] read(ArrayData values, boolean[] nulls) {
    int length = values.numElements();
    long[] read = new long[length];
    if (nulls != null) {
      for (int i = 0; i < length; i++) {
        if (!nulls[i]) {
          read[i] = readAt(values, i);
        }
      }
    } else if (input instanceof BooleanType) {
      boolean[] booleans = values.toBooleanArray();
      for (int i = 0; i < length; i++) {
        read[i] = booleans[i] ? 1 : 0;
      }
    } else if (input instanceof ByteType) {
      byte[] bytes = values.toByteArray();
      for (int i = 0; i < length; i++) {
        read[i] = bytes[i];
      }
    } else if (input instanceof ShortType) {
      short[] shorts = values.toShortArray();
      for (int i = 0; i < length; i++) {
        read[i] = shorts[i];
      }
    } else if (isInt(input)) {
      int[] ints = values.toIntArray();
      for (int i = 0; i < length; i++) {
        read[i] = ints[i];
      }
    } else {
      read = values.toLongArray();
    }
    return read;
  }

  private long readAt(ArrayData values, int i) {
    if (input instanceof BooleanType) {
      return values.getBoolean(i) ? 1 : 0;
    } else if (input instanceof ByteType) {
      return values.getByte(i);
    } else if (input instanceof ShortType) {
      return values.getShort(i);
    } else if (isInt(input)) {
      return values.getInt(i);
    } else {
      return values.getLong(i);
    }
  }

  @Override
  ArrayData write(long[] values) {
    int length = values.length;
    if (sum instanceof ByteType) {
      byte[] bytes = new byte[length];
      for (int i = 0; i < length; i++) {
        bytes[i] = (byte) values[i];
      }
      return UnsafeArrayData.fromPrimitiveArray(bytes);
    } else if (sum instanceof ShortType) {
      short[] shorts = new short[length];
      for (int i = 0; i < length; i++) {
        shorts[i] = (short) values[i];
      }
      return UnsafeArrayData.fromPrimitiveArray(shorts);
    } else if (isInt(sum)) {
      int[] ints = new int[length];
      for (int i = 0; i < length; i++) {
        ints[i] = (int) values[i];
      }
      return UnsafeArrayData.fromPrimitiveArray(ints);
    } else {
      return UnsafeArrayData.fromPrimitiveArray(values);
    }
  }

  /** Year-month intervals are stored as INT months, day-time intervals as BIGINT microseconds. */
  private static boolean isInt(DataType type) {
    return type instanceof IntegerType || type instanceof YearMonthIntervalType;
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
