package io.sparkcumsum.window.function;

import static io.sparkcumsum.catalyst.Seqs.list;

import io.sparkcumsum.catalyst.Attributes;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Add;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.DenseRank;
import org.apache.spark.sql.catalyst.expressions.EqualNullSafe;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;
import org.apache.spark.sql.types.DataTypes;

/**
 * {@code rank()} and {@code dense_rank()}: one more than the number of rows, or of peer groups,
 * before the current peer group. Peer groups never cross partitions, so a total is a count only.
 */
public final class RunningRank extends RunningFunction {
  private static final Literal ZERO = new Literal(0, DataTypes.IntegerType);
  private static final Literal ONE = new Literal(1, DataTypes.IntegerType);

  private final List<Expression> order;
  private final AttributeReference counted = Attributes.create("counted", DataTypes.IntegerType);
  private final AttributeReference serializedCount =
      Attributes.create("serialized_count", DataTypes.IntegerType);
  private final AttributeReference rank = Attributes.create("rank", DataTypes.IntegerType);
  private final AttributeReference inGroup = Attributes.create("in_group", DataTypes.BooleanType);
  private final List<AttributeReference> group = new ArrayList<>();

  /** Public for Catalyst, which copies nodes through it. */
  public RunningRank(DeclarativeAggregate function, boolean sharedByPeers) {
    super(function, sharedByPeers);
    this.order = list(function.children());
    for (Expression key : order) {
      group.add(Attributes.create("group", key.dataType(), true));
    }
  }

  @Override
  public boolean needsPeersTogether() {
    return true;
  }

  /** Groups can be counted only if peers come one after the other. */
  @Override
  public boolean dependsOnOrder() {
    return isDense();
  }

  private boolean isDense() {
    return function instanceof DenseRank;
  }

  @Override
  public List<AttributeReference> state() {
    List<AttributeReference> state = new ArrayList<>(List.of(counted, rank, inGroup));
    state.addAll(group);
    return state;
  }

  @Override
  public List<AttributeReference> serialized() {
    return List.of(serializedCount);
  }

  @Override
  public List<Expression> serialize() {
    return List.of(counted);
  }

  @Override
  public List<Expression> deserialize() {
    return beforeGroup(serializedCount);
  }

  @Override
  public List<Expression> initialValues() {
    return beforeGroup(ZERO);
  }

  private List<Expression> beforeGroup(Expression count) {
    List<Expression> state =
        new ArrayList<>(List.of(count, ZERO, new Literal(false, DataTypes.BooleanType)));
    for (AttributeReference key : group) {
      state.add(Literal.create(null, key.dataType()));
    }
    return state;
  }

  @Override
  public List<Expression> updateTotal() {
    return update();
  }

  /** Only counts are added. The last group of a partition does not continue in the next one. */
  @Override
  public List<Expression> merge() {
    List<Expression> merge = new ArrayList<>(state());
    merge.set(0, new Add(counted, serializedCount));
    return merge;
  }

  @Override
  public List<Expression> update() {
    Expression isPeer = inGroup;
    for (int i = 0; i < group.size(); i++) {
      isPeer = new And(isPeer, new EqualNullSafe(group.get(i), order.get(i)));
    }
    Expression next = new Add(counted, ONE);
    List<Expression> update = new ArrayList<>();
    update.add(isDense() ? new If(isPeer, counted, next) : next);
    update.add(new If(isPeer, rank, next));
    update.add(new Literal(true, DataTypes.BooleanType));
    update.addAll(order);
    return update;
  }

  @Override
  public Expression evaluate() {
    return rank;
  }
}
