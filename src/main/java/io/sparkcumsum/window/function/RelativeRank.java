package io.sparkcumsum.window.function;

import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.ProductNode;
import io.sparkcumsum.scan.function.ScanFunction;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Add;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Cast$;
import org.apache.spark.sql.catalyst.expressions.CumeDist;
import org.apache.spark.sql.catalyst.expressions.Divide;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GreaterThan;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.IntegralDivide;
import org.apache.spark.sql.catalyst.expressions.LessThanOrEqual;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.Multiply;
import org.apache.spark.sql.catalyst.expressions.NTile;
import org.apache.spark.sql.catalyst.expressions.PercentRank;
import org.apache.spark.sql.catalyst.expressions.Rank;
import org.apache.spark.sql.catalyst.expressions.Remainder;
import org.apache.spark.sql.catalyst.expressions.RowNumber;
import org.apache.spark.sql.catalyst.expressions.Subtract;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * {@code percent_rank()}, {@code cume_dist()} and {@code ntile(n)}: a running number of rows beside
 * the number of all rows. All of them count in INT, as Spark does.
 */
public final class RelativeRank extends ScanFunction implements ProductNode {
  private static final Literal ONE = new Literal(1, DataTypes.IntegerType);

  private final AggregateFunction function;
  private final RunningFunction running;
  private final AttributeReference size = Attributes.create("size", DataTypes.IntegerType);

  /**
   * Public for Catalyst, which copies nodes through it.
   *
   * @param function Spark's
   * @param running {@code rank()} for {@code percent_rank()}, else {@code row_number()}
   */
  public RelativeRank(AggregateFunction function, RunningFunction running) {
    this.function = function;
    this.running = running;
  }

  /** Null if the function is none of them. */
  public static RelativeRank of(Expression function, boolean sharedByPeers) {
    if (function instanceof PercentRank percentRank) {
      Rank rank = new Rank(percentRank.children());
      return new RelativeRank(percentRank, new RunningRank(rank, sharedByPeers));
    } else if (function instanceof CumeDist cumeDist) {
      return new RelativeRank(cumeDist, new RunningRowNumber(new RowNumber(), sharedByPeers));
    } else if (function instanceof NTile ntile) {
      return new RelativeRank(ntile, new RunningRowNumber(new RowNumber(), sharedByPeers));
    }
    return null;
  }

  @Override
  public List<AttributeReference> state() {
    return RunningAggregate.with(running.state(), size);
  }

  @Override
  public List<AttributeReference> serialized() {
    return running.serialized();
  }

  @Override
  public List<Expression> serialize() {
    return running.serialize();
  }

  @Override
  public List<Expression> deserialize() {
    return withUnknownSize(running.deserialize());
  }

  @Override
  public List<Expression> initialValues() {
    return withUnknownSize(running.initialValues());
  }

  private static List<Expression> withUnknownSize(List<Expression> state) {
    return RunningAggregate.<Expression>with(state, new Literal(0, DataTypes.IntegerType));
  }

  @Override
  public List<Expression> updateTotal() {
    return RunningAggregate.<Expression>with(running.updateTotal(), size);
  }

  @Override
  public List<Expression> merge() {
    return RunningAggregate.<Expression>with(running.merge(), size);
  }

  @Override
  public List<Expression> update() {
    return RunningAggregate.<Expression>with(running.update(), size);
  }

  @Override
  public boolean needsGrandTotal() {
    return true;
  }

  /** The total of either running function is the number of rows. */
  @Override
  public List<Expression> complete() {
    return RunningAggregate.<Expression>with(
        new ArrayList<Expression>(running.state()), serialized().get(0));
  }

  @Override
  public Expression evaluate() {
    Expression number = running.evaluate();
    if (function instanceof PercentRank) {
      Expression before = new Subtract(number, ONE);
      return new If(
          new GreaterThan(size, ONE),
          new Divide(asDouble(before), asDouble(new Subtract(size, ONE))),
          new Literal(0.0, DataTypes.DoubleType));
    } else if (function instanceof NTile ntile) {
      return bucket(number, ntile.buckets());
    }
    return new Divide(asDouble(number), asDouble(size));
  }

  private static Expression asDouble(Expression number) {
    return Cast$.MODULE$.apply(number, DataTypes.DoubleType, false);
  }

  /** The first buckets have one row more than the others if the rows cannot be divided evenly. */
  private Expression bucket(Expression number, Expression buckets) {
    Expression small = quotient(size, buckets);
    Expression large = new Add(small, ONE);
    Expression largeBuckets = new Remainder(size, buckets);
    Expression inLarge = new Multiply(largeBuckets, large);
    Expression before = new Subtract(number, ONE);
    return new If(
        new LessThanOrEqual(number, inLarge),
        new Add(quotient(before, large), ONE),
        new Add(new Add(largeBuckets, quotient(new Subtract(before, inLarge), small)), ONE));
  }

  private static Expression quotient(Expression dividend, Expression divisor) {
    return Cast$.MODULE$.apply(new IntegralDivide(dividend, divisor), DataTypes.IntegerType, false);
  }

  @Override
  public List<Expression> verified() {
    return running.verified();
  }

  @Override
  public boolean sharedByPeers() {
    return running.sharedByPeers();
  }

  @Override
  public boolean needsPeersTogether() {
    return running.needsPeersTogether();
  }

  @Override
  public DataType dataType() {
    return function.dataType();
  }

  @Override
  public boolean nullable() {
    return false;
  }

  @Override
  public Seq<Expression> children() {
    return seq(List.of((Expression) function, running));
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
    return new RelativeRank(
        (AggregateFunction) newChildren.apply(0), (RunningFunction) newChildren.apply(1));
  }

  @Override
  public List<Object> parameters() {
    return List.of(function, running);
  }

  @Override
  public boolean equals(Object other) {
    return hasParametersOf(other);
  }

  @Override
  public String toString() {
    return function.toString();
  }
}
