package io.sparkcumsum.scan;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BaseOrdering;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;

/**
 * One pass over the keys of rows: whether each piece of them is in order and what its total is
 * then, and a sample of keys, of which ranges can be made if it is not.
 *
 * @param order of the rows, whose columns include what the functions refer to
 * @param sampleSize the number of keys to take from each piece
 */
record KeySurvey(KeyOrder order, List<ScanFunction> functions, int sampleSize)
    implements Pieces.Mapping<KeySurvey.Piece> {

  /** What is known of a piece of the rows. */
  static final class Piece implements Serializable {
    final long rows;

    /** The first key; null if there are no rows. */
    final UnsafeRow first;

    /** The last key of rows that are in order. */
    final UnsafeRow last;

    /** What the functions store after all rows; null if they are not in order. */
    final byte[] total;

    /** The bytes that they store, be it after the first rows that are in order. */
    final int totalSize;

    /** Some of the keys, each of which was as likely to be taken. */
    final List<UnsafeRow> sample;

    Piece(
        long rows,
        UnsafeRow first,
        UnsafeRow last,
        byte[] total,
        int totalSize,
        List<UnsafeRow> sample) {
      this.rows = rows;
      this.first = first;
      this.last = last;
      this.total = total;
      this.totalSize = totalSize;
      this.sample = sample;
    }

    boolean isInOrder() {
      return total != null;
    }
  }

  /** Runs the pass, and returns what is known of each piece. */
  List<Piece> of(Pieces pieces) {
    return pieces.map(this, Piece.class).toJavaRDD().collect();
  }

  @Override
  public Iterator<Piece> apply(int piece, Iterator<InternalRow> rows) {
    BaseOrdering ordering = order.ofKeys();
    // Two of them, so that one key stays while the next is made.
    UnsafeProjection keys = order.keys();
    UnsafeProjection otherKeys = order.keys();
    RunningState state = new RunningState(functions, order.columns());
    Reservoir sample = new Reservoir(sampleSize, piece);
    UnsafeRow first = null;
    UnsafeRow last = null;
    boolean isInOrder = true;
    long count = 0;
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      UnsafeRow key = keys.apply(row);
      if (sample.takes(count)) {
        sample.add(key.copy());
      }
      if (isInOrder) {
        isInOrder = last == null || ordering.compare(last, key) <= 0;
        state.accumulate(row);
        UnsafeProjection swapped = keys;
        keys = otherKeys;
        otherKeys = swapped;
        last = key;
      }
      if (first == null) {
        first = key.copy();
      }
      count++;
    }
    byte[] total = state.store();
    last = last == null ? null : last.copy();
    Piece surveyed =
        new Piece(count, first, last, isInOrder ? total : null, total.length, sample.taken);
    return List.of(surveyed).iterator();
  }

  /**
   * A uniform sample of rows whose number is not known before, by Algorithm L (Li,
   * "Reservoir-Sampling Algorithms of Time Complexity O(n(1+log(N/n)))", 1994), which draws a
   * number for each row that is taken and none for the others.
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

    /** Whether the row of this index is taken; to be asked in the order of rows. */
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
