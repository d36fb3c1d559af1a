package io.sparkcumsum.accumulator;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.unsafe.Platform;

/**
 * Maxima or minima of integers, and of types that are stored as such: booleans, dates, timestamps,
 * intervals. The maximum of booleans is their OR, the minimum their AND.
 *
 * <p>A minimum is computed as the maximum of the complements, because {@code ~} reverses the order.
 */
final class IntegralExtremum extends IntegralAccumulator {

  /** The value 1 in each byte. */
  private static final long ONES = 0x0101010101010101L;

  /** All ones for a minimum, so that {@code value ^ mask} is the complement; zero for a maximum. */
  private final long mask;

  private long[] cells;

  IntegralExtremum(Primitive type, boolean maximum) {
    this(type, maximum ? 0 : -1L);
  }

  private IntegralExtremum(Primitive type, long mask) {
    super(type, type);
    this.mask = type == Primitive.BOOLEAN ? mask & 1 : mask;
  }

  @Override
  public Accumulator fresh() {
    return new IntegralExtremum(input, mask);
  }

  @Override
  public List<Object> kind() {
    return List.of(IntegralExtremum.class, input, mask);
  }

  @Override
  void allocate(int width) {
    cells = new long[width];
    Arrays.fill(cells, identity() ^ mask);
  }

  @Override
  long identity() {
    long least = input == Primitive.BOOLEAN ? 0 : Long.MIN_VALUE >> (Long.SIZE - input.size * 8);
    return least ^ mask;
  }

  @Override
  void reduce(int cell, long value) {
    cells[cell] = Math.max(cells[cell], value ^ mask);
  }

  @Override
  long value(int cell) {
    return cells[cell] ^ mask;
  }

  @Override
  void flat(Elements in, Object out, long to) {
    cells[0] =
        switch (input) {
          case BOOLEAN -> booleans(cells[0], mask, in, out, to);
          case BYTE -> bytes(cells[0], mask, in, out, to);
          case SHORT -> shorts(cells[0], mask, in, out, to);
          case INT -> ints(cells[0], mask, in, out, to);
          default -> longs(cells[0], mask, in, out, to);
        };
  }

  // There is one loop for each type, because a common loop would look up the type for every
  // element.

  private static long booleans(long running, long mask, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    int length = in.length();
    int i = 0;
    for (; i < length && running == 0; i++) {
      // A boolean is stored as a byte of 0 or 1.
      running = Platform.getByte(base, from + i) ^ mask;
      Platform.putByte(out, to + i, (byte) (running ^ mask));
    }
    // No boolean is above 1, so the rest is the same.
    Platform.setMemory(out, to + i, length - i, (byte) (1 ^ mask));
    return running;
  }

  /** Takes eight bytes at once if none of them is a new maximum. */
  private static long bytes(long running, long mask, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    int length = in.length();
    int i = 0;
    while (i < length) {
      int until = Math.min(length, i + Long.BYTES);
      if (until == i + Long.BYTES
          && !anyIsAbove(running, Platform.getLong(base, from + i) ^ mask)) {
        Platform.putLong(out, to + i, ((running ^ mask) & 0xFF) * ONES);
        i = until;
      }
      for (; i < until; i++) {
        running = Math.max(running, Platform.getByte(base, from + i) ^ mask);
        Platform.putByte(out, to + i, (byte) (running ^ mask));
      }
    }
    return running;
  }

  /** Whether any of the eight bytes of a word is above another byte, without a branch for each. */
  private static boolean anyIsAbove(long signedByte, long word) {
    // With the sign bits flipped, the bytes have the same order as unsigned numbers.
    long bytes = word ^ (ONES << 7);
    long bound = (signedByte ^ 0x80) & 0xFF;
    // The sum sets the top bit of each byte whose lower seven bits are above those of the bound.
    long sevenBits = (bytes & ~(ONES << 7)) + (0x7F - (bound & 0x7F)) * ONES;
    long isAbove = bound < 0x80 ? sevenBits | bytes : sevenBits & bytes;
    return (isAbove & (ONES << 7)) != 0;
  }

  private static long shorts(long running, long mask, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    for (int i = 0, length = in.length(); i < length; i++) {
      running = Math.max(running, Platform.getShort(base, from + (long) i * Short.BYTES) ^ mask);
      Platform.putShort(out, to + (long) i * Short.BYTES, (short) (running ^ mask));
    }
    return running;
  }

  private static long ints(long running, long mask, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    for (int i = 0, length = in.length(); i < length; i++) {
      running = Math.max(running, Platform.getInt(base, from + (long) i * Integer.BYTES) ^ mask);
      Platform.putInt(out, to + (long) i * Integer.BYTES, (int) (running ^ mask));
    }
    return running;
  }

  private static long longs(long running, long mask, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    for (int i = 0, length = in.length(); i < length; i++) {
      running = Math.max(running, Platform.getLong(base, from + (long) i * Long.BYTES) ^ mask);
      Platform.putLong(out, to + (long) i * Long.BYTES, running ^ mask);
    }
    return running;
  }

  @Override
  void mergeCells(Accumulator later) {
    IntegralExtremum other = (IntegralExtremum) later;
    for (int i = 0; i < cells.length; i++) {
      cells[i] = Math.max(cells[i], other.cells[i]);
    }
  }

  @Override
  void writeCells(Output out) {
    for (long cell : cells) {
      out.writeLong(cell);
    }
  }

  @Override
  void readCells(Input in) {
    for (int i = 0; i < cells.length; i++) {
      cells[i] = in.readLong();
    }
  }
}
