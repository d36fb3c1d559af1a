package io.sparkcumsum.window.function;

import io.sparkcumsum.scan.function.ScanFunction;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;

/**
 * A function over the peers of the current row and the rows behind them, in a scan in reverse,
 * whose total does not depend on the order of rows. Only the state that has all peers is that of a
 * frame: the others may be out of range.
 */
public final class PeersFrame extends DerivedFrame {

  /** Public for Catalyst, which copies nodes through it. */
  public PeersFrame(ScanFunction running) {
    super(running);
  }

  @Override
  public List<Expression> deserialize() {
    return running.deserializeTotal();
  }

  @Override
  public List<Expression> merge() {
    return running.merge();
  }

  @Override
  public List<Expression> update() {
    return running.updateTotal();
  }

  @Override
  public Expression evaluate() {
    return running instanceof CheckedAggregate<?> aggregate
        ? aggregate.evaluateTotal()
        : running.evaluate();
  }

  @Override
  public String toString() {
    return running + " following";
  }
}
