package io.sparkcumsum.accumulator;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/**
 * Products of TINYINT, SMALLINT, INT or BIGINT, in two's complement at the width of the product's
 * type.
 *
 * <p>On overflow a product wraps, or throws {@code ARITHMETIC_OVERFLOW} when it is to be returned.
 * If overflow is an error, cells remember that they are out of range, because the product of a part
 * may be, and a zero in an earlier part still makes the whole product 0.
 */
final class IntegralProduct extends IntegralAccumulator {

  /** The cell holds the product. */
  private static final byte IN_RANGE = 0;

  /** The product is 2^(n-1), one above the range. A factor of -1 brings it back into range. */
  private static final byte AT_LIMIT = 1;

  /** The product is farther out of range. Only a factor of 0 brings it back. */
  private static final byte BEYOND = 2;

  private final DataType inputType;
  private final DataType productType;
  private final Overflow overflow;
  private final int unusedBits;
  private final long least;
  private long[] cells;

  /** For each cell one of the constants above; null if overflow wraps. */
  private byte[] places;

  /**
   * @param input the type of the elements: the product's own, or for BIGINT any narrower integer or
   *     BOOLEAN
   */
  IntegralProduct(DataType input, DataType product, Overflow overflow) {
    super(Primitive.of(input).orElseThrow(), Primitive.of(product).orElseThrow());
    this.inputType = input;
    this.productType = product;
    this.overflow = overflow;
    this.unusedBits = Long.SIZE - Byte.SIZE * result.size;
    this.least = Long.MIN_VALUE >> unusedBits;
  }

  @Override
  public Accumulator fresh() {
    return new IntegralProduct(inputType, productType, overflow);
  }

  @Override
  public List<Object> kind() {
    return List.of(IntegralProduct.class, inputType, productType, overflow);
  }

  @Override
  void allocate(int width) {
    cells = new long[width];
    Arrays.fill(cells, 1);
    places = overflow.fails() ? new byte[width] : null;
  }

  @Override
  long identity() {
    return 1;
  }

  @Override
  void reduce(int cell, long value) {
    multiply(cell, value, IN_RANGE);
  }

  private void multiply(int cell, long factor, byte placeOfFactor) {
    long product = cells[cell];
    if (places == null) {
      cells[cell] = wrap(product * factor);
      return;
    }
    boolean isZero = isZero(product, places[cell]) || isZero(factor, placeOfFactor);
    if (isZero) {
      set(cell, 0, IN_RANGE);
    } else if (places[cell] == BEYOND || placeOfFactor == BEYOND) {
      set(cell, 0, BEYOND);
    } else if (places[cell] == AT_LIMIT && placeOfFactor == AT_LIMIT) {
      set(cell, 0, BEYOND);
    } else if (places[cell] == AT_LIMIT || placeOfFactor == AT_LIMIT) {
      long other = places[cell] == AT_LIMIT ? factor : product;
      if (other == 1) {
        set(cell, 0, AT_LIMIT);
      } else if (other == -1) {
        set(cell, least, IN_RANGE);
      } else {
        set(cell, 0, BEYOND);
      }
    } else {
      long low = product * factor;
      long high = Math.multiplyHigh(product, factor);
      boolean isLong = high == low >> (Long.SIZE - 1);
      if (isLong && wrap(low) == low) {
        set(cell, low, IN_RANGE);
      } else {
        // For BIGINT the limit is 2^63, which has the same lower 64 bits as -2^63.
        boolean atLimit = unusedBits == 0 ? high == 0 && low == least : isLong && low == -least;
        set(cell, 0, atLimit ? AT_LIMIT : BEYOND);
      }
    }
  }

  private static boolean isZero(long value, byte place) {
    return value == 0 && place == IN_RANGE;
  }

  private void set(int cell, long product, byte place) {
    cells[cell] = product;
    places[cell] = place;
  }

  @Override
  long value(int cell) {
    check(places != null && places[cell] != IN_RANGE);
    return cells[cell];
  }

  @Override
  void flat(Elements in, Object out, long to) {
    if (places != null && places[0] != IN_RANGE) {
      super.flat(in, out, to);
      return;
    }
    boolean widens = input != result;
    long running = cells[0];
    cells[0] =
        switch (input) {
          case BOOLEAN -> booleanToLong(running, in, out, to);
          case BYTE -> widens ? byteToLong(running, in, out, to) : byteToByte(running, in, out, to);
          case SHORT ->
              widens ? shortToLong(running, in, out, to) : shortToShort(running, in, out, to);
          case INT -> widens ? intToLong(running, in, out, to) : intToInt(running, in, out, to);
          default -> longToLong(running, in, out, to);
        };
  }

  // There is one loop for each pair of types, because a common loop would look up the types for
  // every element. A loop writes products that are out of range wrapped, and throws at its end.

  private static long booleanToLong(long running, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    for (int i = 0, length = in.length(); i < length; i++) {
      // A boolean is stored as a byte of 0 or 1. Its negative has no bits set, or all.
      running &= -Platform.getByte(base, from + i);
      Platform.putLong(out, to + (long) i * Long.BYTES, running);
    }
    return running;
  }

  private long byteToLong(long running, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    long lost = 0;
    for (int i = 0, length = in.length(); i < length; i++) {
      long value = Platform.getByte(base, from + i);
      lost |= lost(running, value);
      running *= value;
      Platform.putLong(out, to + (long) i * Long.BYTES, running);
    }
    check(lost != 0);
    return running;
  }

  private long shortToLong(long running, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    long lost = 0;
    for (int i = 0, length = in.length(); i < length; i++) {
      long value = Platform.getShort(base, from + (long) i * Short.BYTES);
      lost |= lost(running, value);
      running *= value;
      Platform.putLong(out, to + (long) i * Long.BYTES, running);
    }
    check(lost != 0);
    return running;
  }

  private long intToLong(long running, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    long lost = 0;
    for (int i = 0, length = in.length(); i < length; i++) {
      long value = Platform.getInt(base, from + (long) i * Integer.BYTES);
      lost |= lost(running, value);
      running *= value;
      Platform.putLong(out, to + (long) i * Long.BYTES, running);
    }
    check(lost != 0);
    return running;
  }

  private long longToLong(long running, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    long lost = 0;
    for (int i = 0, length = in.length(); i < length; i++) {
      long value = Platform.getLong(base, from + (long) i * Long.BYTES);
      lost |= lost(running, value);
      running *= value;
      Platform.putLong(out, to + (long) i * Long.BYTES, running);
    }
    check(lost != 0);
    return running;
  }

  private long byteToByte(long running, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    long lost = 0;
    for (int i = 0, length = in.length(); i < length; i++) {
      long product = running * Platform.getByte(base, from + i);
      running = (byte) product;
      lost |= running ^ product;
      Platform.putByte(out, to + i, (byte) running);
    }
    check(lost != 0);
    return running;
  }

  private long shortToShort(long running, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    long lost = 0;
    for (int i = 0, length = in.length(); i < length; i++) {
      long product = running * Platform.getShort(base, from + (long) i * Short.BYTES);
      running = (short) product;
      lost |= running ^ product;
      Platform.putShort(out, to + (long) i * Short.BYTES, (short) running);
    }
    check(lost != 0);
    return running;
  }

  private long intToInt(long running, Elements in, Object out, long to) {
    Object base = in.base();
    long from = in.offset();
    long lost = 0;
    for (int i = 0, length = in.length(); i < length; i++) {
      long product = running * Platform.getInt(base, from + (long) i * Integer.BYTES);
      running = (int) product;
      lost |= running ^ product;
      Platform.putInt(out, to + (long) i * Integer.BYTES, (int) running);
    }
    check(lost != 0);
    return running;
  }

  /** Zero if the product fits in a long. */
  private static long lost(long left, long right) {
    return Math.multiplyHigh(left, right) ^ ((left * right) >> (Long.SIZE - 1));
  }

  private long wrap(long value) {
    return value << unusedBits >> unusedBits;
  }

  private void check(boolean overflowed) {
    if (overflowed && overflow.fails()) {
      throw overflow.error(productType);
    }
  }

  @Override
  void mergeCells(Accumulator later) {
    IntegralProduct other = (IntegralProduct) later;
    for (int i = 0; i < cells.length; i++) {
      multiply(i, other.cells[i], places == null ? IN_RANGE : other.places[i]);
    }
  }

  @Override
  void writeCells(Output out) {
    for (int i = 0; i < cells.length; i++) {
      out.writeLong(cells[i]);
      out.writeByte(places == null ? IN_RANGE : places[i]);
    }
  }

  @Override
  void readCells(Input in) {
    for (int i = 0; i < cells.length; i++) {
      cells[i] = in.readLong();
      byte place = in.readByte();
      if (places != null) {
        places[i] = place;
      }
    }
  }
}
