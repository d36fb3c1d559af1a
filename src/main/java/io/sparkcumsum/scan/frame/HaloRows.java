package io.sparkcumsum.scan.frame;

import io.sparkcumsum.catalyst.Jobs;
import io.sparkcumsum.catalyst.RowValues;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection$;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.DataType;

/**
 * Of a stretch of rows, those that frames of other rows reach: the first rows for the frames before
 * the stretch, and the last rows for those behind it. Called by generated code.
 */
public final class HaloRows implements Serializable {

  /**
   * Which rows are held.
   *
   * @param areFirst whether the first rows, else the last
   * @param count how many
   * @param notNull the column that has to have a value for a row to be held; negative if any may
   */
  record Held(boolean areFirst, int count, int notNull) implements Serializable {}

  /** A row, or its bytes, and its number, by which rows are in order. */
  private static final class Numbered implements Serializable {
    @Serial private static final long serialVersionUID = 1L;

    private final long number;
    private final InternalRow row;
    private final byte[] bytes;

    Numbered(long number, InternalRow row, byte[] bytes) {
      this.number = number;
      this.row = row;
      this.bytes = bytes;
    }
  }

  private final List<Held> held;
  private final DataType[] types;

  /** Whether a row has to be copied to be kept. */
  private final boolean pointElsewhere;

  /** The rows of each of {@link #held}, in order. */
  private final List<Deque<Numbered>> rows = new ArrayList<>();

  /** Generated code, made when it is first needed. */
  private transient UnsafeProjection toUnsafe;

  private long numbered;

  /**
   * Creates the object of a stretch without rows.
   *
   * @param types of the columns of a row
   */
  HaloRows(List<Held> held, DataType[] types) {
    this.held = held;
    this.types = types;
    this.pointElsewhere = Arrays.stream(types).anyMatch(RowValues::pointIntoRow);
    held.forEach(rowsOfOne -> rows.add(new ArrayDeque<>()));
  }

  /** Another object, without rows. */
  public HaloRows fresh() {
    HaloRows fresh = new HaloRows(held, types);
    fresh.toUnsafe = toUnsafe;
    return fresh;
  }

  /**
   * Adds the next row.
   *
   * @param row a new one each time, whose values may point into a row that is not
   */
  public HaloRows add(InternalRow row) {
    Numbered kept = null;
    for (int i = 0; i < held.size(); i++) {
      if (holds(i, row)) {
        if (kept == null) {
          // Most rows are dropped again soon, so that their bytes are not needed.
          kept = new Numbered(numbered++, pointElsewhere ? row.copy() : row, null);
        }
        hold(i, kept);
      }
    }
    return this;
  }

  private boolean holds(int index, InternalRow row) {
    Held which = held.get(index);
    return (which.notNull < 0 || !row.isNullAt(which.notNull))
        && !(which.areFirst && rows.get(index).size() == which.count);
  }

  private byte[] bytes(Numbered row) {
    if (row.bytes != null) {
      return row.bytes;
    }
    if (toUnsafe == null) {
      toUnsafe = UnsafeProjection$.MODULE$.create(types);
    }
    return Jobs.bytes(toUnsafe.apply(row.row));
  }

  private void hold(int index, Numbered row) {
    Deque<Numbered> holding = rows.get(index);
    holding.add(row);
    if (holding.size() > held.get(index).count) {
      holding.remove();
    }
  }

  /** Adds the rows of a later stretch. */
  public HaloRows merge(byte[] later) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(later))) {
      while (in.available() > 0) {
        BitSet holders = BitSet.valueOf(in.readNBytes(in.readInt()));
        Numbered row = new Numbered(numbered++, null, in.readNBytes(in.readInt()));
        for (int i = 0; i < held.size(); i++) {
          boolean isFull = held.get(i).areFirst && rows.get(i).size() == held.get(i).count;
          if (holders.get(i) && !isFull) {
            hold(i, row);
          }
        }
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rows that are held, each with who holds it, as bytes. */
  public byte[] serialize() {
    SortedMap<Long, Numbered> all = new TreeMap<>();
    SortedMap<Long, BitSet> holders = new TreeMap<>();
    for (int i = 0; i < held.size(); i++) {
      for (Numbered row : rows.get(i)) {
        all.put(row.number, row);
        holders.computeIfAbsent(row.number, number -> new BitSet()).set(i);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (Numbered row : all.values()) {
        byte[] ofRow = holders.get(row.number).toByteArray();
        out.writeInt(ofRow.length);
        out.write(ofRow);
        byte[] bytesOfRow = bytes(row);
        out.writeInt(bytesOfRow.length);
        out.write(bytesOfRow);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The object from its bytes. */
  public HaloRows deserialized(byte[] serialized) {
    return fresh().merge(serialized);
  }

  /** The first rows of the stretch. */
  List<UnsafeRow> first() {
    return rows(true);
  }

  /** The last rows of the stretch. */
  List<UnsafeRow> last() {
    return rows(false);
  }

  private List<UnsafeRow> rows(boolean areFirst) {
    SortedMap<Long, UnsafeRow> distinct = new TreeMap<>();
    for (int i = 0; i < held.size(); i++) {
      if (held.get(i).areFirst == areFirst) {
        for (Numbered row : rows.get(i)) {
          distinct.computeIfAbsent(row.number, number -> Jobs.row(bytes(row), types.length));
        }
      }
    }
    return List.copyOf(distinct.values());
  }
}
