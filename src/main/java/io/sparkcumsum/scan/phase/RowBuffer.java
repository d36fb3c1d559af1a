package io.sparkcumsum.scan.phase;

import io.sparkcumsum.catalyst.SparkCompat;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.execution.ExternalAppendOnlyUnsafeRowArray;
import org.apache.spark.sql.internal.SQLConf;
import scala.collection.Iterator;

/**
 * Rows that wait for others, in the order in which they came, in the buffer that Spark's own window
 * has, under the same limits: {@code spark.sql.windowExec.buffer.in.memory.threshold} rows are kept
 * in memory, more of them where Spark sees fit. Belongs to one task.
 */
final class RowBuffer {
  private ExternalAppendOnlyUnsafeRowArray rows;
  private Iterator<UnsafeRow> reader;
  private long spilled;

  /** Adds a copy of a row; none is added any more when reading has begun. */
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

  /** Empties the buffer, and tells how many bytes were spilled since the last time. */
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
