package io.sparkcumsum.window;

import static io.sparkcumsum.scan.Seqs.list;
import static io.sparkcumsum.scan.Seqs.seq;

import io.sparkcumsum.scan.Attributes;
import io.sparkcumsum.scan.Calls;
import io.sparkcumsum.scan.Substitution;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Add;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Coalesce;
import org.apache.spark.sql.catalyst.expressions.EqualTo;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.YearMonthIntervalType;

/**
 * A sum, or the sum in an average, whose addition throws on overflow: BIGINT under ANSI, and
 * intervals. A total may leave the range where no prefix does, so totals wrap and count how often
 * they did. A partition that starts out of range throws what the addition that led there would.
 */
public final class WideSumScan extends AggregateScan {
  /** The buffer column that is the sum. */
  private static final int SUM = 0;

  private static final Literal ZERO = new Literal(0L, DataTypes.LongType);

  private final AttributeReference carry = Attributes.create("carry", DataTypes.LongType);
  private final AttributeReference storedCarry =
      Attributes.create("stored_carry", DataTypes.LongType);

  /** Public for Catalyst, which copies nodes through it. */
  public WideSumScan(DeclarativeAggregate function, boolean sharedByPeers) {
    super(function, sharedByPeers);
  }

  @Override
  WindowFunctionScan withFunction(DeclarativeAggregate newFunction) {
    return new WideSumScan(newFunction, sharedByPeers());
  }

  /** The addition to the sum in the update expressions of an aggregate; null if there is none. */
  static Add addition(DeclarativeAggregate function) {
    return addition(
        function.updateExpressions().apply(SUM), function.aggBufferAttributes().apply(SUM));
  }

  private static Add addition(Expression expression, AttributeReference sum) {
    if (expression instanceof Add add && add.references().contains(sum)) {
      return add;
    }
    for (Expression child : list(expression.children())) {
      Add found = addition(child, sum);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  @Override
  public List<AttributeReference> state() {
    return with(super.state(), carry);
  }

  @Override
  public List<AttributeReference> stored() {
    return with(super.stored(), storedCarry);
  }

  @Override
  public List<Expression> store() {
    return with(super.store(), carry);
  }

  @Override
  public List<Expression> restore() {
    List<Expression> restore = new ArrayList<>(super.restore());
    restore.set(SUM, new If(new EqualTo(storedCarry, ZERO), restore.get(SUM), overflow()));
    return with(restore, ZERO);
  }

  @Override
  public List<Expression> identity() {
    return with(super.identity(), ZERO);
  }

  @Override
  public List<Expression> accumulate() {
    return wrapping(super.accumulate(), carry);
  }

  @Override
  public List<Expression> merge() {
    return wrapping(super.merge(), new Add(carry, storedCarry));
  }

  @Override
  public List<Expression> advance() {
    return with(super.advance(), carry);
  }

  /** The same expressions with an addition that wraps, and the carry with what that lost. */
  private List<Expression> wrapping(List<Expression> expressions, Expression carried) {
    Add addition = addition(expressions.get(SUM), super.state().get(SUM));
    DataType type = addition.dataType();
    Expression wrapped =
        Calls.ofClass(WrappingSums.class, "add", type, addition.left(), addition.right());
    Expression lost =
        Calls.ofClass(
            WrappingSums.class, "carry", DataTypes.LongType, addition.left(), addition.right());
    List<Expression> wrapping = new ArrayList<>(expressions);
    wrapping.set(
        SUM, Substitution.in(expressions.get(SUM), node -> node.equals(addition) ? wrapped : null));
    Expression lostOrZero = new Coalesce(seq(List.<Expression>of(lost, ZERO)));
    return with(wrapping, new Add(carried, lostOrZero));
  }

  /** Spark's own addition where it throws. */
  private Expression overflow() {
    Add addition = addition(function);
    DataType type = addition.dataType();
    boolean months = type instanceof YearMonthIntervalType;
    Literal largest = new Literal(months ? (Object) Integer.MAX_VALUE : Long.MAX_VALUE, type);
    return addition.withNewChildren(seq(List.<Expression>of(largest, largest)));
  }
}
