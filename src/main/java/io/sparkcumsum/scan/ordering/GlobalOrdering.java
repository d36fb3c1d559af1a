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

/** Tells from the partitioning of a plan whether its rows are in order across partitions. */
public final class GlobalOrdering {
  private GlobalOrdering() {}

  /**
   * The distribution to require of rows that are in order across partitions, so that Spark keeps
   * them so; the unspecified distribution if they are not, or if there is no order.
   *
   * <p>Spark's own test is both too strict and too lax. It compares the qualifiers of columns too.
   * And it accepts rows in ranges of (a, b) for an order by a, although rows that are equal in a
   * may be in two of these partitions.
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
