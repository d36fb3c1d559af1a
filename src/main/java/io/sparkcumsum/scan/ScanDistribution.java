package io.sparkcumsum.scan;

import static io.sparkcumsum.scan.Seqs.list;

import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Distribution;
import org.apache.spark.sql.catalyst.plans.physical.OrderedDistribution;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.catalyst.plans.physical.PartitioningCollection;
import org.apache.spark.sql.catalyst.plans.physical.RangePartitioning;
import org.apache.spark.sql.catalyst.plans.physical.SinglePartition$;
import scala.Option;
import scala.collection.immutable.Seq;

/**
 * Rows in order across partitions, as a shuffle by ranges of the order makes them. No partitioning
 * satisfies it; what satisfies a scan is found by {@link #required}.
 */
record ScanDistribution(Seq<SortOrder> order) implements Distribution {

  /**
   * The distribution to require of rows that are partitioned as {@code present}: one that they have
   * if that will do, else one that makes them shuffle.
   *
   * <p>Spark's own test of what will do is too strict, in that columns have to be equal with the
   * names of their tables, and too lax, in that rows that are equal in the order may be on both
   * sides of a boundary: what is partitioned by ranges of (a, b) is in the order of a.
   *
   * @param peersTogether whether rows that are equal in the order have to be in one partition
   */
  static Distribution required(Seq<SortOrder> order, boolean peersTogether, Partitioning present) {
    if (present.equals(SinglePartition$.MODULE$)) {
      return new OrderedDistribution(order);
    }
    if (present instanceof PartitioningCollection collection) {
      for (Partitioning one : list(collection.partitionings())) {
        if (required(order, peersTogether, one) instanceof OrderedDistribution has) {
          return has;
        }
      }
    }
    if (present instanceof RangePartitioning ranges
        && (ranges.ordering().size() <= order.size() || !peersTogether)
        && haveOnePrefix(order, ranges.ordering())) {
      return new OrderedDistribution(ranges.ordering());
    }
    return new ScanDistribution(order);
  }

  private static boolean haveOnePrefix(Seq<SortOrder> left, Seq<SortOrder> right) {
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      if (!left.apply(i).semanticEquals(right.apply(i))) {
        return false;
      }
    }
    return true;
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
