package io.sparkcumsum.window.function;

import io.sparkcumsum.accumulator.WrappingProducts;
import io.sparkcumsum.catalyst.Calls;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Cast$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.Multiply;
import org.apache.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * A product in BIGINT whose multiplication throws on overflow, as under ANSI. The extent of a total
 * is an estimate of the true product in DOUBLE, which is in range again after a zero.
 */
public final class CheckedProduct extends CheckedAggregate<Multiply> {
  private static final Literal ONE = new Literal(1.0, DataTypes.DoubleType);

  /** Public for Catalyst, which copies nodes through it. */
  public CheckedProduct(DeclarativeAggregate function, boolean sharedByPeers) {
    super(function, sharedByPeers, Multiply.class, "estimate", ONE);
  }

  @Override
  Expression fits(Expression product, Expression estimate) {
    return Calls.ofClass(WrappingProducts.class, "fits", DataTypes.BooleanType, product, estimate);
  }

  @Override
  Expression wrapped(Multiply multiplication) {
    return Calls.ofClass(
        WrappingProducts.class,
        "multiply",
        DataTypes.LongType,
        as(DataTypes.LongType, multiplication.left()),
        as(DataTypes.LongType, multiplication.right()));
  }

  @Override
  Expression extentAfterRow(Multiply multiplication) {
    return estimateTimes(as(DataTypes.DoubleType, multiplication.right()));
  }

  @Override
  Expression extentAfterTotal(Multiply multiplication) {
    return estimateTimes(serializedExtent);
  }

  private Expression estimateTimes(Expression factor) {
    return Calls.ofClass(WrappingProducts.class, "estimate", DataTypes.DoubleType, extent, factor);
  }

  private static Expression as(DataType type, Expression factor) {
    boolean ansi = false;
    return Cast$.MODULE$.apply(factor, type, ansi);
  }

  @Override
  Expression deserializedExtent() {
    return serializedExtent;
  }

  /** Without the estimate, which the offset pass does not update. */
  @Override
  public List<Expression> verified() {
    List<Expression> columns = serialize();
    return columns.subList(0, columns.size() - 1);
  }
}
