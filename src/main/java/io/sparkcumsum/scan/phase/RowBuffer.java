package io.sparkcumsum.scan.phase;

import io.sparkcumsum.catalyst.SparkCompat;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.execution.ExternalAppendOnlyUnsafeRowArray;
import org.apache.spark.sql.internal.SQLConf;
import scala.collection.Iterator;

/**
 * Holds rows, in the order in which they came, until later rows have been read. It uses the buffer
 * of Spark's own window with the same limits: up to {@code
 * spark.sql.windowExec.buffer.in.memory.threshold} rows are held in memory, more rows in a sorter
 * that may spill. Belongs to one task.
 */
final class RowBuffer {
  private ExternalAppendOnlyUnsafeRowArray rows;
  private Iterator<UnsafeRow> reader;
  private long spilled;

  /** Adds a copy of a row. Must not be called after reading has begun. */
  void add(UnsafeRow row) {
    if (rows == null) {
      rows = SparkCompat.windowBuffer(SQLConf.get());
    }
    rows.add(row);
  }

  boolean hasNext() {
    if (rows == null || rows.isEmpty()) {
      return false;
    }
    if (reader == null) {
      reader = rows.generateIterator();
    }
    return reader.hasNext();
  }

  UnsafeRow next() {
    return reader.next();
  }

  /** Empties the buffer, and returns the number of bytes spilled since the last call. */
  long clear() {
    if (rows == null || rows.isEmpty()) {
      return 0;
    }
    rows.clear();
    reader = null;
    long newlySpilled = rows.spillSize() - spilled;
    spilled += newlySpilled;
    return newlySpilled;
  }
}
