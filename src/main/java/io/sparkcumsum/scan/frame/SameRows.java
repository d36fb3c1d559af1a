package io.sparkcumsum.scan.frame;

import io.sparkcumsum.error.CumsumErrors;
import io.sparkcumsum.scan.function.RunningState;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;

/** The rows of a range, which fail at their end if they are not those that were totalled. */
final class SameRows extends AbstractIterator<InternalRow> {
  private final int range;
  private final Iterator<InternalRow> rows;
  private final RunningState digest;
  private final byte[] expected;

  SameRows(int range, Iterator<InternalRow> rows, RunningState digest, byte[] expected) {
    this.range = range;
    this.rows = rows;
    this.digest = digest;
    this.expected = expected;
  }

  @Override
  public boolean hasNext() {
    boolean hasNext = rows.hasNext();
    if (!hasNext && !Arrays.equals(digest.serialize(), expected)) {
      throw CumsumErrors.inputChanged(range, digest.rowCount(expected), digest.rowCount());
    }
    return hasNext;
  }

  @Override
  public InternalRow next() {
    InternalRow row = rows.next();
    digest.updateTotal(row);
    return row;
  }
}
