package io.sparkcumsum.scan.phase;

import java.lang.reflect.Constructor;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.execution.ExternalAppendOnlyUnsafeRowArray;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.internal.SQLConf$;
import scala.collection.Iterator;

/**
 * Rows that wait for the last of their peers, in the buffer that Spark's own window has, under the
 * same limits: {@code spark.sql.windowExec.buffer.in.memory.threshold} rows are kept in memory,
 * more of them where Spark sees fit. Belongs to one task.
 */
final class PeerBuffer {
  private static final String SPILL_SIZE = "spark.sql.windowExec.buffer.spill.size.threshold";

  private ExternalAppendOnlyUnsafeRowArray rows;
  private Iterator<UnsafeRow> reader;
  private long spilled;

  /** Adds a copy of a row; none is added any more when reading has begun. */
  void add(UnsafeRow row) {
    if (rows == null) {
      rows = create();
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

  /** Spark 4.0 limits the numbers of rows, later versions their sizes as well. */
  private static ExternalAppendOnlyUnsafeRowArray create() {
    SQLConf conf = SQLConf.get();
    int inMemory = conf.windowExecBufferInMemoryThreshold();
    int spill = conf.windowExecBufferSpillThreshold();
    try {
      for (Constructor<?> constructor :
          ExternalAppendOnlyUnsafeRowArray.class.getDeclaredConstructors()) {
        Object[] limits =
            switch (constructor.getParameterCount()) {
              case 2 -> new Object[] {inMemory, spill};
              case 4 -> {
                Object size = conf.getConf(SQLConf$.MODULE$.getConfigEntry(SPILL_SIZE));
                yield new Object[] {inMemory, size, spill, size};
              }
              default -> null;
            };
        if (limits != null) {
          return (ExternalAppendOnlyUnsafeRowArray) constructor.newInstance(limits);
        }
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    throw new IllegalStateException("Spark's row buffer has no constructor that is known");
  }
}
