package io.sparkcumsum.window.function;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Add;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;

/** {@code row_number()}. Spark's has no merge; here the numbers of rows are added. */
public final class RunningRowNumber extends RunningAggregate {

  /** Public for Catalyst, which copies nodes through it. */
  public RunningRowNumber(DeclarativeAggregate function, boolean sharedByPeers) {
    super(function, sharedByPeers);
  }

  @Override
  public List<Expression> merge() {
    return List.of(new Add(state().get(0), serialized().get(0)));
  }
}
