package io.sparkcumsum.scan;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.ProductNode;
import io.sparkcumsum.catalyst.SortOrders;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Ascending$;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Descending$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.MonotonicallyIncreasingID;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SortDirection;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.catalyst.plans.physical.SinglePartition$;
import org.apache.spark.sql.execution.CollectLimitExec;
import org.apache.spark.sql.execution.CollectTailExec;
import org.apache.spark.sql.execution.GlobalLimitExec;
import org.apache.spark.sql.execution.LocalLimitExec;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SortExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.TakeOrderedAndProjectExec;
import org.apache.spark.sql.execution.exchange.ENSURE_REQUIREMENTS$;
import org.apache.spark.sql.execution.exchange.ShuffleExchangeExec;
import scala.Option;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * The first or the last rows in the order of partitions. Spark's own operators return these rows
 * only for the result of a query, and only to a driver that collects them. To others, such as
 * operators above, clients of Spark Connect, cached tables and conversions to pandas, they return
 * rows of any partition.
 */
public final class CollectInOrderExec extends SparkPlan implements ProductNode {
  /** More rows are computed by all tasks, and gathered. */
  private static final int MOST_IN_ONE_TASK = 1_000_000;

  private final SparkPlan collect;

  /**
   * Public for Catalyst, which copies nodes through it.
   *
   * @param collect Spark's own operator
   */
  public CollectInOrderExec(SparkPlan collect) {
    this.collect = collect;
  }

  /** Whether this operator may gather its rows in any order. */
  static boolean isFor(SparkPlan plan) {
    return plan instanceof CollectLimitExec || plan instanceof CollectTailExec;
  }

  @Override
  public InternalRow[] executeCollect() {
    return collect.executeCollect();
  }

  @Override
  public RDD<InternalRow> doExecute() {
    return session().withActive(() -> inOrder().execute());
  }

  private SparkPlan inOrder() {
    SparkPlan rows = collect.children().head();
    if (collect instanceof CollectLimitExec limit && isFew(limit)) {
      // It sorts and scans no further partition than it has to.
      return new GlobalLimitExec(limit.limit(), new InOnePartitionExec(rows), limit.offset());
    }
    Alias id = Attributes.alias(new MonotonicallyIncreasingID(), "id");
    List<NamedExpression> identified = new ArrayList<>(list(rows.output()));
    identified.add(id);
    SparkPlan gathered;
    if (collect instanceof CollectLimitExec limit) {
      SparkPlan some = limit.limit() < 0 ? rows : new LocalLimitExec(limit.limit(), rows);
      SparkPlan shuffled =
          new ShuffleExchangeExec(
              SinglePartition$.MODULE$,
              new ProjectExec(seq(identified), some),
              ENSURE_REQUIREMENTS$.MODULE$,
              Option.empty());
      gathered = new GlobalLimitExec(limit.limit(), sorted(id, shuffled), limit.offset());
    } else {
      SparkPlan last =
          new TakeOrderedAndProjectExec(
              ((CollectTailExec) collect).limit(),
              by(id, Descending$.MODULE$),
              seq(
                  identified.stream()
                      .map(column -> (NamedExpression) column.toAttribute())
                      .toList()),
              new ProjectExec(seq(identified), rows),
              0);
      gathered = sorted(id, last);
    }
    return new ProjectExec(seq(list(rows.output())), gathered);
  }

  private static boolean isFew(CollectLimitExec limit) {
    return limit.limit() >= 0 && limit.limit() <= MOST_IN_ONE_TASK;
  }

  private static SparkPlan sorted(Alias id, SparkPlan singlePartition) {
    boolean global = false;
    int testSpillFrequency = 0;
    return new SortExec(by(id, Ascending$.MODULE$), global, singlePartition, testSpillFrequency);
  }

  private static Seq<SortOrder> by(Alias id, SortDirection direction) {
    return seq(List.of(SortOrders.by((Expression) id.toAttribute(), direction)));
  }

  @Override
  public Seq<Attribute> output() {
    return collect.output();
  }

  @Override
  public Partitioning outputPartitioning() {
    return SinglePartition$.MODULE$;
  }

  @Override
  public Seq<SparkPlan> children() {
    return seq(List.of(collect));
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> newChildren) {
    return new CollectInOrderExec(newChildren.head());
  }

  @Override
  public String nodeName() {
    return "CollectInOrder";
  }

  @Override
  public List<Object> parameters() {
    return List.of(collect);
  }

  @Override
  public boolean equals(Object other) {
    return hasParametersOf(other);
  }
}
