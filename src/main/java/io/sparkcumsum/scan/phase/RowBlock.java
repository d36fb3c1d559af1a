package io.sparkcumsum.scan.phase;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;

/**
 * Holds copies of some rows in memory. The next rows overwrite them, so that small blocks cost no
 * allocation.
 */
final class RowBlock {
  private static final int CHUNK_BYTES = 1 << 16;

  /** More than a block of small rows takes, so that only what wide rows took is given back. */
  private static final long MOST_KEPT = 1 << 22;

  private final int columns;

  /** Rows to be pointed to the bytes of the rows held, as many as a block ever had. */
  private final List<UnsafeRow> rows = new ArrayList<>();

  private int size;

  /** The bytes of the last rows. Earlier rows may be in chunks that only they refer to. */
  private byte[] chunk = new byte[0];

  private int used;

  /** The bytes of all chunks that rows may refer to. */
  private long allocated;

  /**
   * @param columns how many columns each row has
   */
  RowBlock(int columns) {
    this.columns = columns;
  }

  void clear() {
    size = 0;
    used = 0;
    if (allocated > MOST_KEPT) {
      rows.clear();
      chunk = new byte[0];
      allocated = 0;
    }
  }

  /** Adds a copy of a row. */
  void add(UnsafeRow row) {
    int bytes = row.getSizeInBytes();
    if (bytes > chunk.length - used) {
      chunk = new byte[Math.max(bytes, CHUNK_BYTES)];
      allocated += chunk.length;
      used = 0;
    }
    if (size == rows.size()) {
      rows.add(new UnsafeRow(columns));
    }
    long place = Platform.BYTE_ARRAY_OFFSET + (long) used;
    Platform.copyMemory(row.getBaseObject(), row.getBaseOffset(), chunk, place, bytes);
    rows.get(size++).pointTo(chunk, place, bytes);
    used += bytes;
  }

  /** A row, which is valid until the block is cleared and filled again. */
  UnsafeRow get(int i) {
    return rows.get(i);
  }

  int size() {
    return size;
  }
}
