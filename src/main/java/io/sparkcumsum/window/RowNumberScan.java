package io.sparkcumsum.window;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Add;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;

/** {@code row_number()}, whose totals are numbers of rows. */
public final class RowNumberScan extends AggregateScan {

  /** Public for Catalyst, which copies nodes through it. */
  public RowNumberScan(DeclarativeAggregate function, boolean sharedByPeers) {
    super(function, sharedByPeers);
  }

  @Override
  WindowFunctionScan withFunction(DeclarativeAggregate newFunction) {
    return new RowNumberScan(newFunction, sharedByPeers());
  }

  @Override
  public List<Expression> merge() {
    return List.of(new Add(state().get(0), stored().get(0)));
  }
}
