package io.sparkcumsum.accumulator;

import io.sparkcumsum.error.CumsumErrors;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.array.ByteArrayMethods;
import org.apache.spark.unsafe.bitset.BitSetMethods;

/**
 * An accumulator over 1-d arrays, whose elements are read into a primitive array, accumulated there
 * in place, and written out again.
 *
 * <p>Where {@code nulls} is a parameter it is true at the places of nulls, and it is null itself if
 * there are none: the loops that have to be fast are apart for that case.
 *
 * @param <B> the primitive array, for example {@code long[]}
 */
abstract class CellAccumulator<B> extends Accumulator {
  private static final int EMPTY = -1;

  private int width = EMPTY;

  /** Makes {@code width} cells that hold the identity. */
  abstract void allocate(int width);

  abstract B newValues(int length);

  /** The elements in a new primitive array, with the zero of the type at null places. */
  abstract B read(ArrayData values, boolean[] nulls);

  /** The elements as Spark's array, without its nulls. */
  abstract ArrayData write(B values);

  /** Adds each value to the first cell and replaces it by that; null places stay as they are. */
  abstract void scan(B values, boolean[] nulls);

  /** Adds each value to its own cell and replaces it by that; null places stay as they are. */
  abstract void step(B values, boolean[] nulls);

  /** Merges the cells of an accumulator of the same class and width. */
  abstract void mergeCells(Accumulator later);

  abstract void writeCells(DataOutput out) throws IOException;

  abstract void readCells(DataInput in) throws IOException;

  @Override
  public final ArrayData scan(ArrayData values) {
    requireWidth(1);
    boolean[] nulls = nullsOf(values);
    return nulls == null ? scanWithoutNulls(values) : scanned(read(values, nulls), nulls);
  }

  /** Where adding is as fast as copying, this is overridden to write the sums where they stay. */
  ArrayData scanWithoutNulls(ArrayData values) {
    return scanned(read(values, null), null);
  }

  /** Scans the arrays one after the other as if they were one, and returns that one. */
  final ArrayData scan(List<ArrayData> pieces) {
    int length = 0;
    boolean anyNulls = false;
    for (ArrayData piece : pieces) {
      length = Math.addExact(length, piece.numElements());
      anyNulls |= nullsOf(piece) != null;
    }
    boolean[] nulls = anyNulls ? new boolean[length] : null;
    requireWidth(1);
    B values = newValues(length);
    int offset = 0;
    for (ArrayData piece : pieces) {
      boolean[] pieceNulls = nullsOf(piece);
      B read = read(piece, pieceNulls);
      System.arraycopy(read, 0, values, offset, piece.numElements());
      if (pieceNulls != null) {
        System.arraycopy(pieceNulls, 0, nulls, offset, pieceNulls.length);
      }
      offset += piece.numElements();
    }
    return scanned(values, nulls);
  }

  private ArrayData scanned(B values, boolean[] nulls) {
    scan(values, nulls);
    return withNulls(write(values), nulls);
  }

  @Override
  public final ArrayData step(ArrayData values) {
    requireWidth(values.numElements());
    boolean[] nulls = nullsOf(values);
    B cells = read(values, nulls);
    step(cells, nulls);
    return withNulls(write(cells), nulls);
  }

  @Override
  public final Accumulator merge(Accumulator later) {
    int laterWidth = ((CellAccumulator<?>) later).width;
    if (laterWidth != EMPTY) {
      requireWidth(laterWidth);
      mergeCells(later);
    }
    return this;
  }

  @Override
  protected final void write(DataOutput out) throws IOException {
    out.writeInt(width);
    if (width != EMPTY) {
      writeCells(out);
    }
  }

  @Override
  protected final void read(DataInput in) throws IOException {
    int stored = in.readInt();
    if (stored != EMPTY) {
      requireWidth(stored);
      readCells(in);
    }
  }

  /** Makes sure that there are this many cells, allocating them for the first values. */
  final void requireWidth(int required) {
    if (width == EMPTY) {
      allocate(required);
      width = required;
    } else if (width != required) {
      throw CumsumErrors.raggedArray(width, required);
    }
  }

  /** True where the value is null; null if none is. */
  private static boolean[] nullsOf(ArrayData values) {
    int length = values.numElements();
    if (values instanceof UnsafeArrayData unsafe && !hasNullBits(unsafe, length)) {
      return null;
    }
    boolean[] nulls = null;
    for (int i = 0; i < length; i++) {
      if (values.isNullAt(i)) {
        if (nulls == null) {
          nulls = new boolean[length];
        }
        nulls[i] = true;
      }
    }
    return nulls;
  }

  private static boolean hasNullBits(UnsafeArrayData values, int length) {
    long bitsOffset = values.getBaseOffset() + Long.BYTES;
    long words = ByteArrayMethods.roundNumberOfBytesToNearestWord((length + 7) / 8) / Long.BYTES;
    return BitSetMethods.anySet(values.getBaseObject(), bitsOffset, words);
  }

  private static ArrayData withNulls(ArrayData values, boolean[] nulls) {
    if (nulls != null) {
      for (int i = 0; i < nulls.length; i++) {
        if (nulls[i]) {
          values.setNullAt(i);
        }
      }
    }
    return values;
  }
}
