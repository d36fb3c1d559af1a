package io.sparkcumsum.window.function;

import io.sparkcumsum.scan.function.ScanFunction;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;

/**
 * A function over the rows before the current one, as in {@code ROWS BETWEEN UNBOUNDED PRECEDING
 * AND 1 PRECEDING}; in a scan in reverse, over those behind it.
 */
public final class ExclusiveFrame extends HeldResult {

  /** Public for Catalyst, which copies nodes through it. */
  public ExclusiveFrame(ScanFunction running) {
    super(running);
  }

  /**
   * All columns are computed from the state before the row, so this is the result before it. The
   * state after the row may be out of range, since no frame may have the row.
   */
  @Override
  public List<Expression> update() {
    return running instanceof CheckedAggregate<?> aggregate
        ? withResult(aggregate.evaluateTotal(), running.updateTotal())
        : withResult(running.evaluate(), running.update());
  }

  @Override
  public String toString() {
    return running + " exclusive";
  }
}
