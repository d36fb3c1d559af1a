package io.sparkcumsum.scan.ordering;

import io.sparkcumsum.catalyst.Jobs;
import io.sparkcumsum.scan.source.InputSplits;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BaseOrdering;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection$;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * One pass over the keys of rows. For each split it tells whether the rows are in order, the total
 * of the rows if they are, and a sample of the keys, from which ranges are made if they are not.
 *
 * @param order the order of the rows
 * @param sampleSize the number of keys to take from each split
 * @param mostTotal the total of a split is sent if it takes no more bytes
 * @param mostKept the rows of a split are kept if they take no more bytes; with 0 none are
 * @param findsExtremes whether to find the keys whose last column is the first or the last, in its
 *     order, that is not null
 */
record KeySketch(
    KeyOrder order,
    Summary summary,
    int sampleSize,
    long mostTotal,
    long mostKept,
    boolean findsExtremes)
    implements InputSplits.Mapping {

  /** The columns of a {@link Split}. Keys are bytes. */
  private static final DataType[] SPLIT = {
    DataTypes.LongType,
    DataTypes.BinaryType,
    DataTypes.BinaryType,
    DataTypes.BinaryType,
    DataTypes.IntegerType,
    DataTypes.createArrayType(DataTypes.BinaryType),
    DataTypes.createArrayType(DataTypes.BinaryType),
    DataTypes.BooleanType,
    DataTypes.BinaryType,
    DataTypes.BinaryType
  };

  /** The sketch of one split, in the row in which a task sent it. */
  record Split(UnsafeRow row, int keyColumns) {
    long rows() {
      return row.getLong(0);
    }

    /** The first key; null if there are no rows. */
    UnsafeRow first() {
      return key(row.getBinary(1));
    }

    /** The last key of rows that are in order. */
    UnsafeRow last() {
      return key(row.getBinary(2));
    }

    boolean isInOrder() {
      return row.getBoolean(7);
    }

    /** The serialized summary of all rows; null if they are not in order, or if it is too large. */
    byte[] total() {
      return row.getBinary(3);
    }

    /**
     * The size of the summary in bytes. If the rows are not in order, the summary ends with the
     * first row that is not.
     */
    int totalSize() {
      return row.getInt(4);
    }

    /** A uniform sample of the keys. */
    List<InternalRow> sample() {
      ArrayData keys = row.getArray(5);
      List<InternalRow> sample = new ArrayList<>();
      for (int i = 0; i < keys.numElements(); i++) {
        sample.add(key(keys.getBinary(i)));
      }
      return sample;
    }

    /** The key whose last column is the first that is not null; null if there is none. */
    UnsafeRow least() {
      return key(row.getBinary(8));
    }

    /** The key whose last column is the last that is not null. */
    UnsafeRow greatest() {
      return key(row.getBinary(9));
    }

    /** Whether all rows were kept. */
    boolean isKept() {
      return !row.isNullAt(6);
    }

    /** The bytes of all rows, if they were kept. */
    List<byte[]> kept() {
      ArrayData rows = row.getArray(6);
      List<byte[]> kept = new ArrayList<>();
      for (int i = 0; i < rows.numElements(); i++) {
        kept.add(rows.getBinary(i));
      }
      return kept;
    }

    private UnsafeRow key(byte[] bytes) {
      return bytes == null ? null : Jobs.row(bytes, keyColumns);
    }
  }

  /** Runs the pass. */
  List<Split> of(InputSplits splits) {
    int keyColumns = order.order().size();
    return Jobs.collect(splits.map(this)).stream()
        .map(bytes -> new Split(Jobs.row(bytes, SPLIT.length), keyColumns))
        .toList();
  }

  @Override
  public Iterator<InternalRow> apply(int split, Iterator<InternalRow> rows) {
    BaseOrdering ordering = order.ofKeys();
    BaseOrdering ofLastColumn = findsExtremes ? order.ofLastColumn() : null;
    // Each projection reuses its row. With two of them, the last key stays while the next is made.
    UnsafeProjection keys = order.keys();
    UnsafeProjection otherKeys = order.keys();
    Summary.State state = summary.start(order.columns());
    Reservoir sample = new Reservoir(sampleSize, split);
    Kept kept = new Kept(mostKept);
    UnsafeRow first = null;
    UnsafeRow last = null;
    UnsafeRow least = null;
    UnsafeRow greatest = null;
    boolean isInOrder = true;
    long count = 0;
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      UnsafeRow key = keys.apply(row);
      if (sample.takes(count)) {
        sample.add(key.copy());
      }
      if (findsExtremes && !key.isNullAt(key.numFields() - 1)) {
        if (least == null || ofLastColumn.compare(key, least) < 0) {
          least = key.copy();
        }
        if (greatest == null || ofLastColumn.compare(key, greatest) > 0) {
          greatest = key.copy();
        }
      }
      if (isInOrder) {
        isInOrder = last == null || ordering.compare(last, key) <= 0;
        state.update(row);
        UnsafeProjection swapped = keys;
        keys = otherKeys;
        otherKeys = swapped;
        last = key;
      }
      if (first == null) {
        first = key.copy();
      }
      kept.add(row);
      count++;
    }
    byte[] total = state.serialize();
    Object[] known = {
      count,
      bytes(first),
      bytes(last),
      isInOrder && total.length <= mostTotal ? total : null,
      total.length,
      new GenericArrayData(sample.taken.stream().map(KeySketch::bytes).toArray()),
      kept.all(),
      isInOrder,
      bytes(least),
      bytes(greatest)
    };
    InternalRow row = UnsafeProjection$.MODULE$.create(SPLIT).apply(new GenericInternalRow(known));
    return List.of(row).iterator();
  }

  private static byte[] bytes(UnsafeRow key) {
    return key == null ? null : key.copy().getBytes();
  }

  /** The rows of a split, until they are too many. */
  private static final class Kept {
    private final long most;
    private List<byte[]> rows = new ArrayList<>();
    private long bytes;

    Kept(long most) {
      this.most = most;
    }

    void add(InternalRow row) {
      if (rows != null) {
        UnsafeRow unsafe = (UnsafeRow) row;
        bytes += unsafe.getSizeInBytes();
        if (bytes > most) {
          rows = null;
        } else {
          rows.add(KeySketch.bytes(unsafe));
        }
      }
    }

    /** All rows; null if they were too many. */
    GenericArrayData all() {
      return rows == null || most == 0 ? null : new GenericArrayData(rows.toArray());
    }
  }

  /**
   * A uniform sample of rows whose number is not known in advance, by Algorithm L (Li,
   * "Reservoir-Sampling Algorithms of Time Complexity O(n(1+log(N/n)))", 1994). It draws random
   * numbers only for rows that are taken.
   */
  private static final class Reservoir {
    private final List<UnsafeRow> taken = new ArrayList<>();
    private final int size;
    private final SplittableRandom random;
    private double largest;
    private long next;

    Reservoir(int size, int seed) {
      this.size = size;
      this.random = new SplittableRandom(seed);
    }

    /** Whether the row with this index is taken. To be called in the order of the rows. */
    boolean takes(long index) {
      return index == next;
    }

    void add(UnsafeRow row) {
      if (taken.size() < size) {
        taken.add(row);
      } else {
        taken.set(random.nextInt(size), row);
      }
      if (taken.size() < size) {
        next++;
        return;
      }
      largest = (next < size ? 1 : largest) * Math.pow(random.nextDouble(), 1.0 / size);
      next += 1 + (long) (Math.log(random.nextDouble()) / Math.log1p(-largest));
    }
  }
}
