package io.sparkcumsum.scan.ordering;

import io.sparkcumsum.catalyst.Jobs;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.MapOutputStatistics;
import org.apache.spark.Partitioner;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkException;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.CoalescedPartitionSpec;
import org.apache.spark.sql.execution.ShufflePartitionSpec;
import org.apache.spark.sql.execution.ShuffledRowRDD;
import org.apache.spark.sql.execution.UnsafeRowSerializer;
import org.apache.spark.sql.execution.exchange.ShuffleExchangeExec;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.util.ThreadUtils;
import scala.Option;
import scala.Product2;
import scala.collection.immutable.Map;
import scala.concurrent.duration.Duration;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Rows that were shuffled into ranges of their keys. Small neighbouring ranges are coalesced. */
public final class RangeShuffle {
  private final ShuffleDependency<Object, InternalRow, InternalRow> dependency;
  private final List<CoalescedPartitionSpec> partitions;
  private final long size;
  private final Metrics metrics;

  /** The metrics that Spark's exchange has. */
  public record Metrics(
      SQLMetric dataSize, Map<String, SQLMetric> write, Map<String, SQLMetric> read) {}

  /** Runs the map side of the shuffle. */
  public RangeShuffle(
      RDD<InternalRow> rows, ToRanges toRanges, CoalescedRanges coalesced, Metrics metrics) {
    this.metrics = metrics;
    boolean preservesPartitioning = true;
    RDD<Product2<Object, InternalRow>> ranged =
        rows.toJavaRDD().mapPartitionsWithIndex(toRanges, preservesPartitioning).rdd();
    ClassTag<InternalRow> rowTag = ClassTag$.MODULE$.apply(InternalRow.class);
    boolean mapSideCombine = false;
    @SuppressWarnings("unchecked")
    ClassTag<Object> rangeTag = (ClassTag<Object>) (ClassTag<?>) ClassTag$.MODULE$.Int();
    this.dependency =
        new ShuffleDependency<>(
            ranged,
            new RangeIds(toRanges.bounds().size() + 1),
            new UnsafeRowSerializer(toRanges.order().columns().size(), metrics.dataSize()),
            Option.empty(),
            Option.empty(),
            mapSideCombine,
            ShuffleExchangeExec.createShuffleWriteProcessor(metrics.write()),
            rangeTag,
            rowTag,
            rowTag);
    SparkContext context = rows.sparkContext();
    int ranges = toRanges.bounds().size() + 1;
    String description = "shuffle into " + ranges + (ranges == 1 ? " range" : " ranges");
    MapOutputStatistics written =
        Jobs.described(context, description, () -> await(context.submitMapStage(dependency)));
    this.partitions = coalesced.coalesce(written.bytesByPartitionId());
    this.size = LongStream.of(written.bytesByPartitionId()).sum();
  }

  private static MapOutputStatistics await(SimpleFutureAction<MapOutputStatistics> shuffle) {
    try {
      ThreadUtils.awaitReady(shuffle, Duration.Inf());
    } catch (SparkException e) {
      Platform.throwException(e);
    } finally {
      if (!shuffle.isCompleted()) {
        shuffle.cancel();
      }
    }
    return shuffle.value().get().get();
  }

  /** The number of bytes that were written. */
  long size() {
    return size;
  }

  /** The rows, in order across partitions and in any order within them. */
  RDD<InternalRow> rows() {
    return new ShuffledRowRDD(
        dependency, metrics.read(), partitions.toArray(new ShufflePartitionSpec[0]));
  }

  /** The serialized totals of the partitions of {@link #rows}. */
  List<byte[]> totals(RangeTotals ofRanges, Summary summary) {
    List<byte[]> totals = new ArrayList<>();
    for (CoalescedPartitionSpec ranges : partitions) {
      totals.add(ofRanges.of(ranges.startReducerIndex(), ranges.endReducerIndex(), summary));
    }
    return totals;
  }

  /** Sends a row to the range whose number is its key. */
  private static final class RangeIds extends Partitioner {
    private final int ranges;

    RangeIds(int ranges) {
      this.ranges = ranges;
    }

    @Override
    public int numPartitions() {
      return ranges;
    }

    @Override
    public int getPartition(Object key) {
      return (Integer) key;
    }
  }
}
