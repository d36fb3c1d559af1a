package io.sparkcumsum.scan.ordering;

import static io.sparkcumsum.catalyst.Seqs.list;

import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Distribution;
import org.apache.spark.sql.catalyst.plans.physical.OrderedDistribution;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.catalyst.plans.physical.PartitioningCollection;
import org.apache.spark.sql.catalyst.plans.physical.RangePartitioning;
import org.apache.spark.sql.catalyst.plans.physical.SinglePartition$;
import org.apache.spark.sql.catalyst.plans.physical.UnspecifiedDistribution$;
import scala.collection.immutable.Seq;

/** Finds out from a plan that its rows are in order across partitions. */
public final class GlobalOrdering {
  private GlobalOrdering() {}

  /**
   * The distribution that rows have, and have to keep, in which they are in order across
   * partitions; the unspecified one if they are not, or are without an order.
   *
   * <p>Spark's own test is too strict, in that columns have to be equal with the names of their
   * tables, and too lax, in that rows that are equal in the order may be on both sides of a
   * boundary: what is partitioned by ranges of (a, b) is in the order of a.
   *
   * @param peersTogether whether rows that are equal in the order have to be in one partition
   */
  public static Distribution of(Seq<SortOrder> order, boolean peersTogether, Partitioning present) {
    if (present.equals(SinglePartition$.MODULE$) && !order.isEmpty()) {
      return new OrderedDistribution(order);
    }
    if (present instanceof PartitioningCollection collection) {
      for (Partitioning one : list(collection.partitionings())) {
        if (of(order, peersTogether, one) instanceof OrderedDistribution has) {
          return has;
        }
      }
    }
    if (present instanceof RangePartitioning ranges
        && (ranges.ordering().size() <= order.size() || !peersTogether)
        && haveOnePrefix(order, ranges.ordering())) {
      return new OrderedDistribution(ranges.ordering());
    }
    return UnspecifiedDistribution$.MODULE$;
  }

  private static boolean haveOnePrefix(Seq<SortOrder> left, Seq<SortOrder> right) {
    int common = Math.min(left.size(), right.size());
    for (int i = 0; i < common; i++) {
      if (!left.apply(i).semanticEquals(right.apply(i))) {
        return false;
      }
    }
    return common > 0;
  }
}
