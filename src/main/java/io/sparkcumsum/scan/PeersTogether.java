package io.sparkcumsum.scan;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.ClusteredDistribution;
import org.apache.spark.sql.catalyst.plans.physical.Distribution;
import org.apache.spark.sql.catalyst.plans.physical.OrderedDistribution;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.catalyst.plans.physical.RangePartitioning;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Rows in order across partitions, those that are equal in it in one partition.
 *
 * <p>Spark's ordered distribution alone lets equal rows be on both sides of a boundary: what is
 * range-partitioned by (a, b) satisfies an order by a.
 */
record PeersTogether(Seq<SortOrder> order) implements Distribution {

  /** The distribution to require of a child: one that it has, or one that makes it shuffle. */
  static Distribution required(Seq<SortOrder> order, Partitioning present) {
    List<Expression> keys = new ArrayList<>();
    for (SortOrder sortOrder : CollectionConverters.asJava(order)) {
      keys.add(sortOrder.child());
    }
    Distribution ordered = new OrderedDistribution(order);
    Distribution clustered =
        new ClusteredDistribution(
            CollectionConverters.asScala(keys).toSeq(), false, Option.empty());
    return present.satisfies(ordered) && present.satisfies(clustered)
        ? ordered
        : new PeersTogether(order);
  }

  @Override
  public Option<Object> requiredNumPartitions() {
    return Option.empty();
  }

  @Override
  public Partitioning createPartitioning(int numPartitions) {
    return new RangePartitioning(order, numPartitions);
  }
}
