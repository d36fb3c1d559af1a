package io.sparkcumsum.scan.phase;

import io.sparkcumsum.catalyst.Jobs;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * The serialized totals of partitions.
 *
 * @param known the totals, if they are known already; none for a single partition; else null
 * @param job the totals as rows, each in a partition of its own, if a job has to compute them
 */
public record Totals(List<byte[]> known, RDD<InternalRow> job) {

  public static Totals known(List<byte[]> totals) {
    return new Totals(totals, null);
  }

  public static Totals of(RDD<InternalRow> job) {
    return new Totals(null, job);
  }

  /**
   * The totals, on the driver. Null if one is larger than its share of {@code most}.
   *
   * @param most the most bytes for all totals together
   */
  public List<byte[]> collected(long most) {
    return known != null
        ? known
        : Jobs.collectSmall(
            job.toJavaRDD().map(Jobs::bytes).rdd(), most / Math.max(1, job.getNumPartitions()));
  }
}
