package io.sparkcumsum.window.function;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.Substitution;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.BinaryArithmetic;
import org.apache.spark.sql.catalyst.expressions.Coalesce;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;
import org.apache.spark.sql.types.YearMonthIntervalType;

/**
 * An aggregate whose first buffer column is a value that throws on overflow. A total may leave the
 * range of its type where no prefix does: among the 8-bit numbers -100 | 100, 100 | 5 the second
 * partition adds up to 200, but the prefixes are -100, 0, 100, 105. So the value of a total wraps
 * on overflow, and one more column, the extent, tells what the true value is, or about what. A
 * partition that starts out of range throws the error of the operation that led there.
 */
public abstract class CheckedAggregate<T extends BinaryArithmetic> extends RunningAggregate {
  private static final int VALUE = 0;

  final AttributeReference extent;
  final AttributeReference serializedExtent;
  private final Class<T> operator;
  private final Literal identity;

  /**
   * @param operator the kind of operation that may overflow
   * @param extent the name of the column for it
   * @param identity the extent before any row
   */
  public CheckedAggregate(
      DeclarativeAggregate function,
      boolean sharedByPeers,
      Class<T> operator,
      String extent,
      Literal identity) {
    super(function, sharedByPeers);
    this.extent = Attributes.create(extent, identity.dataType());
    this.serializedExtent = Attributes.create("serialized_" + extent, identity.dataType());
    this.operator = operator;
    this.identity = identity;
  }

  /** Whether the true value is in range, given the wrapped one and the extent. */
  abstract Expression fits(Expression value, Expression extent);

  /** The operation, wrapping on overflow. */
  abstract Expression wrapped(T operation);

  /** The extent after an operation on the value of a row; null leaves the extent as it was. */
  abstract Expression extentAfterRow(T operation);

  /** The extent after an operation on a total, which has an extent of its own; null as above. */
  abstract Expression extentAfterTotal(T operation);

  /** The extent that a partition starts with, if its value is in range. */
  abstract Expression deserializedExtent();

  /** The operation on the value in an aggregate's update expressions; null if there is none. */
  public static <T extends BinaryArithmetic> T operation(
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
    return with(super.state(), extent);
  }

  @Override
  public final List<AttributeReference> serialized() {
    return with(super.serialized(), serializedExtent);
  }

  @Override
  public final List<Expression> serialize() {
    return with(super.serialize(), extent);
  }

  @Override
  public final List<Expression> deserialize() {
    List<Expression> deserialize = new ArrayList<>(super.deserialize());
    Expression value = deserialize.get(VALUE);
    deserialize.set(VALUE, new If(fits(value, serializedExtent), value, overflow()));
    return with(deserialize, deserializedExtent());
  }

  @Override
  public final List<Expression> deserializeTotal() {
    return with(super.deserialize(), serializedExtent);
  }

  /** The result of a state that {@link #updateTotal} made; throws if its value is out of range. */
  final Expression evaluateTotal() {
    AttributeReference value = state().get(VALUE);
    AttributeReference checked = Attributes.create("checked", value.dataType(), true);
    Expression result = Substitution.in(evaluate(), node -> node.equals(value) ? checked : null);
    Expression check = new If(fits(value, extent), value, overflow());
    return Substitution.in(result, node -> node.equals(checked) ? check : null);
  }

  @Override
  public final List<Expression> initialValues() {
    return with(super.initialValues(), identity);
  }

  @Override
  public final List<Expression> updateTotal() {
    List<Expression> updateTotal = super.updateTotal();
    return with(wrapping(updateTotal), orSame(extentAfterRow(operation(updateTotal))));
  }

  @Override
  public final List<Expression> merge() {
    List<Expression> merge = super.merge();
    return with(wrapping(merge), orSame(extentAfterTotal(operation(merge))));
  }

  private Expression orSame(Expression newExtent) {
    return new Coalesce(seq(List.of(newExtent, extent)));
  }

  @Override
  public final List<Expression> update() {
    return with(super.update(), extent);
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

  private Expression overflow() {
    return overflow(operation(function, operator));
  }

  /** An operation on two values that overflow, which throws Spark's error. */
  static Expression overflow(BinaryArithmetic operation) {
    boolean months = operation.dataType() instanceof YearMonthIntervalType;
    Object largest = months ? (Object) Integer.MAX_VALUE : Long.MAX_VALUE;
    Literal operand = new Literal(largest, operation.dataType());
    return operation.withNewChildren(seq(List.<Expression>of(operand, operand)));
  }
}
