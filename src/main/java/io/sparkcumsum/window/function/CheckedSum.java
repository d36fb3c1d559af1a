package io.sparkcumsum.window.function;

import io.sparkcumsum.accumulator.WrappingSums;
import io.sparkcumsum.catalyst.Calls;
import org.apache.spark.sql.catalyst.expressions.Add;
import org.apache.spark.sql.catalyst.expressions.EqualTo;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;
import org.apache.spark.sql.types.DataTypes;

/**
 * A sum, or the sum in an average, whose addition throws on overflow: BIGINT under ANSI, and
 * intervals. The extent of a total counts how often it wrapped.
 */
public final class CheckedSum extends CheckedAggregate<Add> {
  private static final Literal ZERO = new Literal(0L, DataTypes.LongType);

  /** Public for Catalyst, which copies nodes through it. */
  public CheckedSum(DeclarativeAggregate function, boolean sharedByPeers) {
    super(function, sharedByPeers, Add.class, "carry", ZERO);
  }

  @Override
  Expression fits(Expression sum, Expression carry) {
    return new EqualTo(carry, ZERO);
  }

  @Override
  Expression wrapped(Add addition) {
    return Calls.ofClass(
        WrappingSums.class, "add", addition.dataType(), addition.left(), addition.right());
  }

  @Override
  Expression extentAfterRow(Add addition) {
    return new Add(extent, carry(addition));
  }

  @Override
  Expression extentAfterTotal(Add addition) {
    return new Add(new Add(extent, serializedExtent), carry(addition));
  }

  private static Expression carry(Add addition) {
    return Calls.ofClass(
        WrappingSums.class, "carry", DataTypes.LongType, addition.left(), addition.right());
  }

  @Override
  Expression deserializedExtent() {
    return ZERO;
  }
}
