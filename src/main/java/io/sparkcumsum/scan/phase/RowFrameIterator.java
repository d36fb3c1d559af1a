package io.sparkcumsum.scan.phase;

import io.sparkcumsum.scan.function.ScanFunction;
import io.sparkcumsum.scan.ordering.KeyCursor;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import scala.collection.Iterator;

/** The offset pass if each row has its own results, from the state after it. */
final class RowFrameIterator extends OffsetPassIterator {
  private final InputRows rows;
  private final UnsafeProjection results;

  /** Null if there are no results. */
  private final ResultColumns output;

  /** Finds where segments begin; null if the rows are of one. */
  private final KeyCursor segments;

  RowFrameIterator(
      PartitionOffset offset, Iterator<InternalRow> rows, OffsetPass pass, KeyCursor segments) {
    super(
        segments == null ? offset.start() : pass.functions().startForEachRow(), offset, rows, pass);
    List<Expression> evaluated = pass.evaluated().stream().map(ScanFunction::evaluate).toList();
    this.segments = segments;
    this.rows = new InputRows(pass.input());
    this.results = state.projection(evaluated);
    this.output =
        pass.results().isEmpty()
            ? null
            : new ResultColumns(pass.input(), pass.results(), pass.output());
  }

  @Override
  public boolean hasNext() {
    return hasNextInput();
  }

  @Override
  public InternalRow next() {
    InternalRow row = nextInput();
    if (segments != null && segments.advance(row) != 0) {
      state.clear();
    }
    state.update(row);
    metrics.outputRows().add(1);
    if (output == null) {
      return row;
    }
    return output.join(rows.unsafe(row), results.apply(state.joined(row)));
  }
}
