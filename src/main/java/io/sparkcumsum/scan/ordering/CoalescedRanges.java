package io.sparkcumsum.scan.ordering;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.execution.CoalescedPartitionSpec;
import org.apache.spark.sql.internal.SQLConf;
import scala.Option;

/**
 * Coalesces small neighbouring ranges of a shuffle into partitions, as Spark's adaptive execution
 * does, by its settings {@code spark.sql.adaptive.coalescePartitions.*}.
 *
 * @param isAllowed whether ranges may be coalesced
 * @param smallest the size in bytes up to which ranges are always coalesced
 * @param largest the size in bytes beyond which ranges are never coalesced, unless {@code smallest}
 *     is larger
 * @param parallelism the number of partitions to keep, unless they are smaller than {@code
 *     smallest}
 */
record CoalescedRanges(boolean isAllowed, long smallest, long largest, int parallelism) {

  private static final long NONE_FITS = -1;

  static CoalescedRanges of(SQLConf conf, SparkContext context) {
    boolean parallelismFirst =
        (Boolean) conf.getConf(SQLConf.COALESCE_PARTITIONS_PARALLELISM_FIRST());
    int parallelism = parallelismFirst ? context.defaultParallelism() : 1;
    Option<Object> asked = conf.getConf(SQLConf.COALESCE_PARTITIONS_MIN_PARTITION_NUM());
    return new CoalescedRanges(
        conf.adaptiveExecutionEnabled() && conf.coalesceShufflePartitionsEnabled(),
        (Long) conf.getConf(SQLConf.COALESCE_PARTITIONS_MIN_PARTITION_SIZE()),
        (Long) conf.getConf(SQLConf.ADVISORY_PARTITION_SIZE_IN_BYTES()),
        asked.isDefined() ? (Integer) asked.get() : parallelism);
  }

  /** Leaves each range a partition of its own. */
  static CoalescedRanges none() {
    return new CoalescedRanges(false, 0, 0, 1);
  }

  /**
   * The partitions of a shuffle.
   *
   * @param sizes the bytes of each range
   */
  List<CoalescedPartitionSpec> coalesce(long[] sizes) {
    long target = isAllowed ? target(sizes) : NONE_FITS;
    List<CoalescedPartitionSpec> partitions = new ArrayList<>();
    int start = 0;
    long size = 0;
    for (int range = 0; range < sizes.length; range++) {
      if (range > start && size + sizes[range] > target) {
        partitions.add(new CoalescedPartitionSpec(start, range, Option.empty()));
        start = range;
        size = 0;
      }
      size += sizes[range];
    }
    partitions.add(new CoalescedPartitionSpec(start, sizes.length, Option.empty()));
    return partitions;
  }

  private long target(long[] sizes) {
    long all = 0;
    for (long size : sizes) {
      all += size;
    }
    long forParallelism = (all + parallelism - 1) / parallelism;
    return Math.max(smallest, Math.min(largest, forParallelism));
  }
}
