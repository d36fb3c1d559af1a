package io.sparkcumsum.window;

import static io.sparkcumsum.scan.Seqs.list;
import static io.sparkcumsum.scan.Seqs.seq;

import io.sparkcumsum.scan.Attributes;
import io.sparkcumsum.scan.Substitution;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.BinaryArithmetic;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;
import org.apache.spark.sql.types.YearMonthIntervalType;

/**
 * An aggregate that starts its buffer with a value whose arithmetic throws on overflow. A total may
 * leave the range where no prefix does, so the value of a total wraps, with one more column for
 * what that lost. A partition that starts out of range throws what the operation that led there
 * would.
 */
abstract class WrappingScan<T extends BinaryArithmetic> extends AggregateScan {
  private static final int VALUE = 0;

  final AttributeReference lost;
  final AttributeReference storedLost;
  private final Class<T> operator;
  private final Literal nothing;

  /**
   * @param operator the kind of operation that may overflow
   * @param lost the name of the column for what wrapping lost
   * @param nothing that was lost
   */
  WrappingScan(
      DeclarativeAggregate function,
      boolean sharedByPeers,
      Class<T> operator,
      String lost,
      Literal nothing) {
    super(function, sharedByPeers);
    this.lost = Attributes.create(lost, nothing.dataType());
    this.storedLost = Attributes.create("stored_" + lost, nothing.dataType());
    this.operator = operator;
    this.nothing = nothing;
  }

  /** Whether a value that has been wrapped is in range. */
  abstract Expression fits(Expression value, Expression lost);

  /** The operation, wrapping. */
  abstract Expression wrapped(T operation);

  /** What is lost after a row, by an operation on its value. */
  abstract Expression lostByRow(T operation);

  /**
   * What is lost after more rows which lost something themselves, by an operation on their total.
   */
  abstract Expression lostByTotal(T operation);

  /** What a partition starts with, whose value is in range. */
  abstract Expression restoredLost();

  /** The operation on the value in an aggregate's update expressions; null if there is none. */
  static <T extends BinaryArithmetic> T operation(
      DeclarativeAggregate function, Class<T> operator) {
    return operation(
        function.updateExpressions().apply(VALUE),
        function.aggBufferAttributes().apply(VALUE),
        operator);
  }

  private static <T extends BinaryArithmetic> T operation(
      Expression expression, AttributeReference value, Class<T> operator) {
    if (operator.isInstance(expression) && expression.references().contains(value)) {
      return operator.cast(expression);
    }
    for (Expression child : list(expression.children())) {
      T found = operation(child, value, operator);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  @Override
  public final List<AttributeReference> state() {
    return with(super.state(), lost);
  }

  @Override
  public final List<AttributeReference> stored() {
    return with(super.stored(), storedLost);
  }

  @Override
  public final List<Expression> store() {
    return with(super.store(), lost);
  }

  @Override
  public final List<Expression> restore() {
    List<Expression> restore = new ArrayList<>(super.restore());
    Expression value = restore.get(VALUE);
    restore.set(VALUE, new If(fits(value, storedLost), value, overflow()));
    return with(restore, restoredLost());
  }

  @Override
  public final List<Expression> identity() {
    return with(super.identity(), nothing);
  }

  @Override
  public final List<Expression> accumulate() {
    List<Expression> accumulate = super.accumulate();
    return with(wrapping(accumulate), lostByRow(operation(accumulate)));
  }

  @Override
  public final List<Expression> merge() {
    List<Expression> merge = super.merge();
    return with(wrapping(merge), lostByTotal(operation(merge)));
  }

  @Override
  public final List<Expression> advance() {
    return with(super.advance(), lost);
  }

  private List<Expression> wrapping(List<Expression> expressions) {
    T operation = operation(expressions);
    Expression wrapped = wrapped(operation);
    List<Expression> wrapping = new ArrayList<>(expressions);
    wrapping.set(
        VALUE,
        Substitution.in(expressions.get(VALUE), node -> node.equals(operation) ? wrapped : null));
    return wrapping;
  }

  private T operation(List<Expression> expressions) {
    return operation(expressions.get(VALUE), super.state().get(VALUE), operator);
  }

  /** Spark's own operation where it throws. */
  private Expression overflow() {
    T operation = operation(function, operator);
    boolean months = operation.dataType() instanceof YearMonthIntervalType;
    Object largest = months ? (Object) Integer.MAX_VALUE : Long.MAX_VALUE;
    Literal operand = new Literal(largest, operation.dataType());
    return operation.withNewChildren(seq(List.<Expression>of(operand, operand)));
  }
}
