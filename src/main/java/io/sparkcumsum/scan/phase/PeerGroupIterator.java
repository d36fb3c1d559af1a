package io.sparkcumsum.scan.phase;

import io.sparkcumsum.scan.function.ScanFunction;
import io.sparkcumsum.scan.ordering.KeyCursor;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import scala.collection.Iterator;

/**
 * The offset pass if some functions return one result for all peers, which are rows that are equal
 * in the order. This is the result of the last peer, so rows are buffered until that was read.
 */
final class PeerGroupIterator extends OffsetPassIterator {
  private final KeyCursor keys;

  private final InputRows rows;

  /** Projects a row and its own results; null if all results are shared. */
  private final UnsafeProjection withOwnResults;

  /** Projects the results that peers share. */
  private final UnsafeProjection sharedPart;

  private final ResultColumns output;

  /** The rows of the current group, without the last. */
  private final RowBuffer buffer = new RowBuffer();

  /** The last row of the current group; null when it was emitted. */
  private UnsafeRow last;

  private UnsafeRow shared;

  /** The first row of the next group, which was read to find the end of this one. */
  private InternalRow pending;

  PeerGroupIterator(PartitionOffset offset, Iterator<InternalRow> rows, OffsetPass pass) {
    super(offset.start(), offset, rows, pass);
    List<Expression> own = new ArrayList<>();
    pass.input().forEach(column -> own.add((Expression) column));
    List<Attribute> ownColumns = new ArrayList<>(pass.input());
    List<Expression> sharedResults = new ArrayList<>();
    List<Attribute> sharedColumns = new ArrayList<>();
    for (int i = 0; i < pass.results().size(); i++) {
      ScanFunction function = pass.evaluated().get(i);
      boolean isShared = function.sharedByPeers();
      (isShared ? sharedResults : own).add(function.evaluate());
      (isShared ? sharedColumns : ownColumns).add(pass.results().get(i));
    }
    this.keys = pass.keyOrder().cursor();
    this.rows = new InputRows(pass.input());
    this.withOwnResults = own.size() == pass.input().size() ? null : state.projection(own);
    this.sharedPart = state.ownProjection(sharedResults);
    this.output = new ResultColumns(ownColumns, sharedColumns, pass.output());
  }

  @Override
  public boolean hasNext() {
    return last != null || pending != null || hasNextInput();
  }

  @Override
  public InternalRow next() {
    if (last == null) {
      readGroup();
    }
    UnsafeRow row;
    if (buffer.hasNext()) {
      row = buffer.next();
    } else {
      row = last;
      last = null;
      metrics.spillSize().add(buffer.clear());
    }
    metrics.outputRows().add(1);
    return output.join(row, shared);
  }

  /** Reads the rows of a group, and the first row of the next. */
  private void readGroup() {
    InternalRow row = pending;
    pending = null;
    if (row == null) {
      row = nextInput();
      keys.advance(row);
    }
    last = update(row);
    while (hasNextInput()) {
      row = nextInput();
      if (keys.advance(row) != 0) {
        pending = row;
        break;
      }
      buffer.add(last);
      last = update(row);
    }
    shared = sharedPart.apply(state.row());
  }

  /**
   * Updates the state, and returns the row with its own results. The row is reused; copy to keep.
   */
  private UnsafeRow update(InternalRow row) {
    state.update(row);
    return withOwnResults == null ? rows.copy(row) : withOwnResults.apply(state.joined(row));
  }
}
