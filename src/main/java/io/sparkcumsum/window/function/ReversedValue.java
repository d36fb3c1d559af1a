package io.sparkcumsum.window.function;

import static io.sparkcumsum.catalyst.Seqs.list;

import io.sparkcumsum.catalyst.Substitution;
import io.sparkcumsum.scan.function.DecidingRows;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;
import org.apache.spark.sql.catalyst.expressions.aggregate.First;
import org.apache.spark.sql.catalyst.expressions.aggregate.Last;

/**
 * {@code first} or {@code last} of the rows from the current one on, in a scan in reverse. To such
 * a scan the last row comes first, so it runs the other one of the two functions. But the total of
 * rows is computed while they are read forwards. Totals are merged in the direction of the scan:
 * the state is that of the later rows.
 */
public final class ReversedValue extends RunningAggregate {
  private final DeclarativeAggregate forwards;

  /**
   * Public for Catalyst, which copies nodes through it.
   *
   * @param function of the rows in reverse
   */
  public ReversedValue(DeclarativeAggregate function, boolean sharedByPeers) {
    super(function, sharedByPeers);
    this.forwards = otherOf(function);
  }

  /** Null if the function is neither {@code first} nor {@code last}. */
  public static ReversedValue of(RunningAggregate forwards) {
    DeclarativeAggregate other = otherOf(forwards.function);
    return other == null ? null : new ReversedValue(other, forwards.sharedByPeers());
  }

  private static DeclarativeAggregate otherOf(DeclarativeAggregate function) {
    if (function instanceof First first) {
      return new Last(first.child(), first.ignoreNulls());
    } else if (function instanceof Last last) {
      return new First(last.child(), last.ignoreNulls());
    }
    return null;
  }

  /** The buffers of both functions have the same columns: the value, and whether there is one. */
  @Override
  public List<Expression> updateTotal() {
    List<AttributeReference> buffer = list(forwards.aggBufferAttributes());
    List<Expression> updateTotal = new ArrayList<>();
    for (Expression expression : list(forwards.updateExpressions())) {
      updateTotal.add(
          Substitution.in(
              expression,
              node -> buffer.contains(node) ? state().get(buffer.indexOf(node)) : null));
    }
    return updateTotal;
  }

  @Override
  public List<DecidingRows> decidingRows() {
    return decidingRows(forwards);
  }
}
