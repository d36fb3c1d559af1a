package io.sparkcumsum.window.function;

import static io.sparkcumsum.catalyst.Seqs.list;

import io.sparkcumsum.accumulator.ExactSum;
import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.Calls;
import io.sparkcumsum.catalyst.Substitution;
import io.sparkcumsum.scan.function.AddedInOrder;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Add;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Cast$;
import org.apache.spark.sql.catalyst.expressions.EqualTo;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.IsNotNull;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.ObjectType;

/**
 * A sum or an average that Spark computes in DOUBLE, by an exact sum: each result is rounded once,
 * and does not depend on the partitions. Zeros are positive, as in Spark, whose sum starts from
 * 0.0.
 */
public final class RunningExactSum extends RunningFunction implements AddedInOrder {
  private static final DataType ACCUMULATOR = new ObjectType(ExactSum.class);
  private static final Literal PROTOTYPE =
      new Literal(new ExactSum(DataTypes.DoubleType), ACCUMULATOR);

  private final AttributeReference sum = Attributes.create("sum", ACCUMULATOR);
  private final AttributeReference count = Attributes.create("count", DataTypes.LongType);
  private final AttributeReference serializedSum =
      Attributes.create("serialized_sum", DataTypes.BinaryType);
  private final AttributeReference serializedCount =
      Attributes.create("serialized_count", DataTypes.LongType);

  /** Public for Catalyst, which copies nodes through it. */
  public RunningExactSum(DeclarativeAggregate function, boolean sharedByPeers) {
    super(function, sharedByPeers);
  }

  @Override
  public List<AttributeReference> state() {
    return List.of(sum, count);
  }

  @Override
  public List<AttributeReference> serialized() {
    return List.of(serializedSum, serializedCount);
  }

  @Override
  public List<Expression> serialize() {
    return List.of(Calls.onObject(sum, "serialize", DataTypes.BinaryType), count);
  }

  @Override
  public List<Expression> deserialize() {
    return List.of(
        Calls.onObject(PROTOTYPE, "deserialize", ACCUMULATOR, serializedSum), serializedCount);
  }

  @Override
  public List<Expression> initialValues() {
    return List.of(
        Calls.onObject(PROTOTYPE, "fresh", ACCUMULATOR), new Literal(0L, DataTypes.LongType));
  }

  @Override
  public List<Expression> updateTotal() {
    return update();
  }

  @Override
  public List<Expression> merge() {
    Expression later = Calls.onObject(PROTOTYPE, "deserialize", ACCUMULATOR, serializedSum);
    return List.of(
        Calls.onObject(sum, "merge", ACCUMULATOR, later), new Add(count, serializedCount));
  }

  @Override
  public List<Expression> update() {
    Expression value = addend();
    Expression added = Calls.onObject(sum, "reduce", ACCUMULATOR, value);
    Expression counted =
        new If(new IsNotNull(value), new Add(count, new Literal(1L, DataTypes.LongType)), count);
    return List.of(Calls.changed(sum, added), counted);
  }

  @Override
  public Expression addend() {
    return Cast$.MODULE$.apply(function.children().apply(0), DataTypes.DoubleType, false);
  }

  @Override
  public Expression evaluate() {
    Expression rounded = Calls.onObject(sum, "rounded", DataTypes.DoubleType);
    return resultOf(new Add(rounded, new Literal(0.0, DataTypes.DoubleType)), count);
  }

  /** The aggregate's own result. The sum and the count take the places of its buffer columns. */
  @Override
  public Expression resultOf(Expression sum, Expression count) {
    List<AttributeReference> buffer = list(function.aggBufferAttributes());
    Expression sumOrNull =
        new If(
            new EqualTo(count, new Literal(0L, DataTypes.LongType)),
            Literal.create(null, DataTypes.DoubleType),
            sum);
    return Substitution.in(
        function.evaluateExpression(),
        node ->
            switch (buffer.indexOf(node)) {
              case 0 -> sumOrNull;
              case 1 -> count;
              default -> null;
            });
  }
}
