package io.sparkcumsum.window.function;

import io.sparkcumsum.accumulator.ScaledProduct;
import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.Calls;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Add;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Cast$;
import org.apache.spark.sql.catalyst.expressions.EqualTo;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GreaterThan;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.IsNull;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;
import org.apache.spark.sql.catalyst.expressions.aggregate.PandasProduct;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.ObjectType;

/**
 * A product in DOUBLE, by a {@link ScaledProduct}. Spark multiplies in DOUBLE ({@code product}) or
 * adds logarithms (the product of pandas API on Spark). Nulls, zeros, infinities and NaNs give the
 * same results as in Spark.
 */
public final class RunningProduct extends RunningFunction {
  private static final DataType ACCUMULATOR = new ObjectType(ScaledProduct.class);
  private static final Literal PROTOTYPE = new Literal(new ScaledProduct(), ACCUMULATOR);
  private static final Literal ZERO = new Literal(0L, DataTypes.LongType);
  private static final Literal ONE = new Literal(1L, DataTypes.LongType);

  private final AttributeReference product = Attributes.create("product", ACCUMULATOR);
  private final AttributeReference factors = Attributes.create("factors", DataTypes.LongType);
  private final AttributeReference nulls = Attributes.create("nulls", DataTypes.LongType);
  private final AttributeReference serializedProduct =
      Attributes.create("serialized_product", DataTypes.BinaryType);
  private final AttributeReference serializedFactors =
      Attributes.create("serialized_factors", DataTypes.LongType);
  private final AttributeReference serializedNulls =
      Attributes.create("serialized_nulls", DataTypes.LongType);

  /** Public for Catalyst, which copies nodes through it. */
  public RunningProduct(DeclarativeAggregate function, boolean sharedByPeers) {
    super(function, sharedByPeers);
  }

  @Override
  public List<AttributeReference> state() {
    return List.of(product, factors, nulls);
  }

  @Override
  public List<AttributeReference> serialized() {
    return List.of(serializedProduct, serializedFactors, serializedNulls);
  }

  @Override
  public List<Expression> serialize() {
    return List.of(Calls.onObject(product, "store", DataTypes.BinaryType), factors, nulls);
  }

  @Override
  public List<Expression> deserialize() {
    return List.of(
        Calls.onObject(PROTOTYPE, "restore", ACCUMULATOR, serializedProduct),
        serializedFactors,
        serializedNulls);
  }

  @Override
  public List<Expression> initialValues() {
    return List.of(Calls.onObject(PROTOTYPE, "fresh", ACCUMULATOR), ZERO, ZERO);
  }

  @Override
  public List<Expression> updateTotal() {
    return update();
  }

  @Override
  public List<Expression> merge() {
    Expression later = Calls.onObject(PROTOTYPE, "restore", ACCUMULATOR, serializedProduct);
    return List.of(
        Calls.onObject(product, "merge", ACCUMULATOR, later),
        new Add(factors, serializedFactors),
        new Add(nulls, serializedNulls));
  }

  @Override
  public List<Expression> update() {
    Expression factor =
        Cast$.MODULE$.apply(function.children().apply(0), DataTypes.DoubleType, false);
    Expression step = Calls.onObject(product, "step", DataTypes.DoubleType, factor);
    return List.of(
        Calls.changed(product, step),
        new If(new IsNull(factor), factors, new Add(factors, ONE)),
        new If(new IsNull(factor), new Add(nulls, ONE), nulls));
  }

  @Override
  public Expression evaluate() {
    Expression none = Literal.create(null, DataTypes.DoubleType);
    if (function instanceof PandasProduct pandas) {
      Expression value = Calls.onObject(product, "valueOrZero", DataTypes.DoubleType);
      return pandas.ignoreNA() ? value : new If(new GreaterThan(nulls, ZERO), none, value);
    }
    Expression value = Calls.onObject(product, "value", DataTypes.DoubleType);
    return new If(new EqualTo(factors, ZERO), none, value);
  }

  /**
   * The last bits of a product depend on where the rows were split, so a checksum of the factors is
   * verified instead.
   */
  @Override
  public List<Expression> verified() {
    return List.of(Calls.onObject(product, "checksum", DataTypes.LongType), factors, nulls);
  }
}
