package io.sparkcumsum.window.function;

import io.sparkcumsum.scan.function.ScanFunction;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;

/** A function whose totals get rows from the last to the first, each put before the others. */
public final class PrependedRows extends ReversedFrame {

  /**
   * Public for Catalyst, which copies nodes through it.
   *
   * @param running a {@link Reversible} function
   */
  public PrependedRows(ScanFunction running) {
    super(running);
  }

  @Override
  public List<Expression> updateTotal() {
    return update();
  }

  @Override
  public String toString() {
    return running + " prepended";
  }
}
