package io.sparkcumsum.window.function;

import io.sparkcumsum.accumulator.ExponentialMean;
import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.Calls;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Cast$;
import org.apache.spark.sql.catalyst.expressions.EWM;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.IsNull;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.ObjectType;

/**
 * The {@code ewm(...).mean()} of pandas API on Spark, by an {@link ExponentialMean}. Spark adds up
 * the weighted values and the weights in DOUBLE.
 */
public final class RunningExponentialMean extends RunningFunction {
  private static final DataType MEAN = new ObjectType(ExponentialMean.class);

  private final AttributeReference mean = Attributes.create("mean", MEAN);
  private final AttributeReference serialized =
      Attributes.create("serialized_mean", DataTypes.BinaryType);
  private final Literal prototype;

  /** Public for Catalyst, which copies nodes through it. */
  public RunningExponentialMean(DeclarativeAggregate function, boolean sharedByPeers) {
    super(function, sharedByPeers);
    EWM ewm = (EWM) function;
    this.prototype = new Literal(new ExponentialMean(1.0 - ewm.alpha(), ewm.ignoreNA()), MEAN);
  }

  @Override
  public List<AttributeReference> state() {
    return List.of(mean);
  }

  @Override
  public List<AttributeReference> serialized() {
    return List.of(serialized);
  }

  @Override
  public List<Expression> serialize() {
    return List.of(Calls.onObject(mean, "store", DataTypes.BinaryType));
  }

  @Override
  public List<Expression> deserialize() {
    return List.of(Calls.onObject(prototype, "restore", MEAN, serialized));
  }

  @Override
  public List<Expression> initialValues() {
    return List.of(Calls.onObject(prototype, "fresh", MEAN));
  }

  @Override
  public List<Expression> updateTotal() {
    return update();
  }

  @Override
  public List<Expression> merge() {
    return List.of(Calls.onObject(mean, "merge", MEAN, deserialize().get(0)));
  }

  @Override
  public List<Expression> update() {
    Expression value =
        Cast$.MODULE$.apply(function.children().apply(0), DataTypes.DoubleType, false);
    return List.of(
        new If(
            new IsNull(value),
            Calls.onObject(mean, "addNull", MEAN),
            Calls.onObject(mean, "add", MEAN, value)));
  }

  @Override
  public Expression evaluate() {
    return new If(
        Calls.onObject(mean, "hasValue", DataTypes.BooleanType),
        Calls.onObject(mean, "value", DataTypes.DoubleType),
        Literal.create(null, DataTypes.DoubleType));
  }

  /**
   * The last bits of a mean may depend on where the rows were split, so a checksum of the values is
   * verified instead.
   */
  @Override
  public List<Expression> verified() {
    return List.of(Calls.onObject(mean, "checksum", DataTypes.LongType));
  }

  @Override
  public boolean dependsOnOrderOfPeers() {
    return true;
  }
}
