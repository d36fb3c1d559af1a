package io.sparkcumsum.window.function;

import io.sparkcumsum.catalyst.Attributes;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Add;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.IsNotNull;
import org.apache.spark.sql.catalyst.expressions.IsNull;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.Or;
import org.apache.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;
import org.apache.spark.sql.types.DataTypes;

/**
 * The number of rows since the last that is not null, which {@code interpolate()} of pandas API on
 * Spark asks for.
 */
public final class RunningNullIndex extends RunningFunction {
  private static final Literal ZERO = new Literal(0, DataTypes.IntegerType);
  private static final Literal ONE = new Literal(1, DataTypes.IntegerType);

  private final AttributeReference index = Attributes.create("index", DataTypes.IntegerType);

  /** Only a part with a value starts the count anew. */
  private final AttributeReference hasValue = Attributes.create("has_value", DataTypes.BooleanType);

  private final AttributeReference serializedIndex =
      Attributes.create("serialized_index", DataTypes.IntegerType);
  private final AttributeReference serializedHasValue =
      Attributes.create("serialized_has_value", DataTypes.BooleanType);

  /** Public for Catalyst, which copies nodes through it. */
  public RunningNullIndex(DeclarativeAggregate function, boolean sharedByPeers) {
    super(function, sharedByPeers);
  }

  @Override
  public List<AttributeReference> state() {
    return List.of(index, hasValue);
  }

  @Override
  public List<AttributeReference> serialized() {
    return List.of(serializedIndex, serializedHasValue);
  }

  @Override
  public List<Expression> serialize() {
    return List.copyOf(state());
  }

  @Override
  public List<Expression> deserialize() {
    return List.copyOf(serialized());
  }

  @Override
  public List<Expression> initialValues() {
    return List.of(ZERO, new Literal(false, DataTypes.BooleanType));
  }

  @Override
  public List<Expression> updateTotal() {
    return update();
  }

  @Override
  public List<Expression> merge() {
    Expression continued = new Add(index, serializedIndex);
    return List.of(
        new If(serializedHasValue, serializedIndex, continued),
        new Or(hasValue, serializedHasValue));
  }

  @Override
  public List<Expression> update() {
    Expression value = function.children().apply(0);
    return List.of(
        new If(new IsNull(value), new Add(index, ONE), ZERO),
        new Or(hasValue, new IsNotNull(value)));
  }

  @Override
  public Expression evaluate() {
    return index;
  }

  @Override
  public boolean dependsOnOrderOfPeers() {
    return true;
  }
}
