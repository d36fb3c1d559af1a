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
 * A scan in which some functions show one result for all rows that are peers, equal in the order:
 * the state after the last of them. So rows are held back until their last peer was read, in memory
 * and from a size on on disk.
 */
final class PeerGroupIterator extends OffsetPassIterator {
  private final KeyCursor keys;

  private final InputRows rows;

  /** The columns of a row with the results that are its own; null if all are shared. */
  private final UnsafeProjection withOwnResults;

  /** The results that peers share. */
  private final UnsafeProjection sharedPart;

  private final ResultColumns output;

  /** All rows but the last of a group that has several. */
  private final RowBuffer buffer = new RowBuffer();

  /** The last row of the group that is emitted now; null when that is done. */
  private UnsafeRow last;

  private UnsafeRow shared;

  /** The first row of the next group, which was read to find the end of this one. */
  private InternalRow pending;

  PeerGroupIterator(int partition, Iterator<InternalRow> rows, OffsetPass pass) {
    super(partition, rows, pass);
    List<Expression> own = new ArrayList<>();
    pass.input().forEach(column -> own.add((Expression) column));
    List<Attribute> ownColumns = new ArrayList<>(pass.input());
    List<Expression> sharedResults = new ArrayList<>();
    List<Attribute> sharedColumns = new ArrayList<>();
    for (int i = 0; i < pass.functions().functions().size(); i++) {
      ScanFunction function = pass.functions().functions().get(i);
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

  /** Reads rows up to the first that is no peer of those before it. */
  private void readGroup() {
    InternalRow row = pending;
    pending = null;
    if (row == null) {
      row = nextInput();
      keys.advance(row);
    }
    last = advance(row);
    while (hasNextInput()) {
      row = nextInput();
      if (keys.advance(row) != 0) {
        pending = row;
        break;
      }
      buffer.add(last);
      last = advance(row);
    }
    shared = sharedPart.apply(state.row());
  }

  /** What is held of a row until the next one advances the state. */
  private UnsafeRow advance(InternalRow row) {
    state.update(row);
    return withOwnResults == null ? rows.copy(row) : withOwnResults.apply(state.joined(row));
  }
}
