package io.sparkcumsum.window;

import static io.sparkcumsum.scan.Seqs.list;
import static io.sparkcumsum.scan.Seqs.seq;

import io.sparkcumsum.scan.Attributes;
import io.sparkcumsum.scan.Calls;
import io.sparkcumsum.scan.Substitution;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Cast$;
import org.apache.spark.sql.catalyst.expressions.Coalesce;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.Multiply;
import org.apache.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;
import org.apache.spark.sql.types.DataTypes;

/**
 * A product in BIGINT whose multiplication throws on overflow, as under ANSI. A total may leave the
 * range where no prefix does, after a zero, so totals wrap, with an estimate of what they would be
 * beside them. A partition that starts out of range throws what the multiplication that led there
 * would.
 */
public final class WideProductScan extends AggregateScan {
  /** The buffer column that is the product. */
  private static final int PRODUCT = 0;

  private static final Literal ONE = new Literal(1.0, DataTypes.DoubleType);

  private final AttributeReference estimate = Attributes.create("estimate", DataTypes.DoubleType);
  private final AttributeReference storedEstimate =
      Attributes.create("stored_estimate", DataTypes.DoubleType);

  /** Public for Catalyst, which copies nodes through it. */
  public WideProductScan(DeclarativeAggregate function, boolean sharedByPeers) {
    super(function, sharedByPeers);
  }

  @Override
  WindowFunctionScan withFunction(DeclarativeAggregate newFunction) {
    return new WideProductScan(newFunction, sharedByPeers());
  }

  /** The multiplication of the product in the update expressions of an aggregate. */
  static Multiply multiplication(DeclarativeAggregate function) {
    return multiplication(
        function.updateExpressions().apply(PRODUCT), function.aggBufferAttributes().apply(PRODUCT));
  }

  private static Multiply multiplication(Expression expression, AttributeReference product) {
    if (expression instanceof Multiply multiply && multiply.references().contains(product)) {
      return multiply;
    }
    for (Expression child : list(expression.children())) {
      Multiply found = multiplication(child, product);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  @Override
  public List<AttributeReference> state() {
    return with(super.state(), estimate);
  }

  @Override
  public List<AttributeReference> stored() {
    return with(super.stored(), storedEstimate);
  }

  @Override
  public List<Expression> store() {
    return with(super.store(), estimate);
  }

  @Override
  public List<Expression> restore() {
    List<Expression> restore = new ArrayList<>(super.restore());
    Expression wrapped = restore.get(PRODUCT);
    Expression fits =
        Calls.ofClass(
            WrappingProducts.class, "fits", DataTypes.BooleanType, wrapped, storedEstimate);
    restore.set(PRODUCT, new If(fits, wrapped, overflow()));
    return with(restore, storedEstimate);
  }

  @Override
  public List<Expression> identity() {
    return with(super.identity(), ONE);
  }

  @Override
  public List<Expression> accumulate() {
    List<Expression> accumulate = super.accumulate();
    return wrapping(accumulate, multiplication(function).right());
  }

  @Override
  public List<Expression> merge() {
    return wrapping(super.merge(), storedEstimate);
  }

  /** No partition starts from where this one ends, so that the estimate may stay behind. */
  @Override
  public List<Expression> advance() {
    return with(super.advance(), estimate);
  }

  /** The estimate is no longer one in the offset pass; the wrapped product is verified. */
  @Override
  public List<Expression> verified() {
    return super.store();
  }

  /** The same expressions with a multiplication that wraps, and the estimate times a factor. */
  private List<Expression> wrapping(List<Expression> expressions, Expression factor) {
    Multiply multiplication = multiplication(expressions.get(PRODUCT), super.state().get(PRODUCT));
    Expression wrapped =
        Calls.ofClass(
            WrappingProducts.class,
            "multiply",
            DataTypes.LongType,
            Cast$.MODULE$.apply(multiplication.left(), DataTypes.LongType, false),
            Cast$.MODULE$.apply(multiplication.right(), DataTypes.LongType, false));
    List<Expression> wrapping = new ArrayList<>(expressions);
    wrapping.set(
        PRODUCT,
        Substitution.in(
            expressions.get(PRODUCT), node -> node.equals(multiplication) ? wrapped : null));
    Expression estimated =
        Calls.ofClass(
            WrappingProducts.class,
            "estimate",
            DataTypes.DoubleType,
            estimate,
            Cast$.MODULE$.apply(factor, DataTypes.DoubleType, false));
    return with(wrapping, new Coalesce(seq(List.<Expression>of(estimated, estimate))));
  }

  /** Spark's own multiplication where it throws. */
  private Expression overflow() {
    Literal largest = new Literal(Long.MAX_VALUE, DataTypes.LongType);
    return multiplication(function).withNewChildren(seq(List.<Expression>of(largest, largest)));
  }
}
