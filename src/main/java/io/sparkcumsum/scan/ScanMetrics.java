package io.sparkcumsum.scan;

import io.sparkcumsum.catalyst.Seqs;
import io.sparkcumsum.scan.ordering.OrderedInput;
import io.sparkcumsum.scan.ordering.PartitionSort;
import io.sparkcumsum.scan.ordering.RangeShuffle;
import io.sparkcumsum.scan.phase.OffsetPass;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.execution.SQLExecution;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.metric.SQLMetrics;
import org.apache.spark.sql.execution.metric.SQLShuffleReadMetricsReporter;
import org.apache.spark.sql.execution.metric.SQLShuffleWriteMetricsReporter;
import scala.jdk.javaapi.CollectionConverters;

/** The metrics of a scan in the Spark UI. */
final class ScanMetrics {
  private static final String OUTPUT_ROWS = "numOutputRows";
  private static final String SCAN_TIME = "scanTime";
  private static final String PARTITIONS = "numPartitions";
  private static final String TOTALS_TIME = "totalsTime";
  private static final String OFFSETS_TIME = "offsetsTime";
  private static final String SPILL_SIZE = "spillSize";
  private static final String ORDER_TIME = "orderTime";
  private static final String SORT_TIME = "sortTime";
  private static final String PEAK_MEMORY = "peakMemory";
  private static final String DATA_SIZE = "dataSize";

  private final SparkContext context;
  private final Map<String, SQLMetric> metrics = new LinkedHashMap<>();
  private scala.collection.immutable.Map<String, SQLMetric> shuffleWrite;
  private scala.collection.immutable.Map<String, SQLMetric> shuffleRead;

  /**
   * Creates the metrics.
   *
   * @param isScan whether there are the phases of a scan
   * @param isOrdered whether there is an order, and so metrics of sorting
   */
  ScanMetrics(SparkContext context, boolean isScan, boolean isOrdered) {
    this.context = context;
    metrics.put(OUTPUT_ROWS, SQLMetrics.createMetric(context, "number of output rows"));
    metrics.put(PARTITIONS, SQLMetrics.createMetric(context, "number of partitions"));
    if (isScan) {
      metrics.put(TOTALS_TIME, SQLMetrics.createTimingMetric(context, "partition totals time", -1));
      metrics.put(
          OFFSETS_TIME, SQLMetrics.createTimingMetric(context, "exclusive offsets time", -1));
      metrics.put(SCAN_TIME, SQLMetrics.createNanoTimingMetric(context, "offset pass time", -1));
    }
    metrics.put(SPILL_SIZE, SQLMetrics.createSizeMetric(context, "spill size", -1));
    if (isOrdered) {
      metrics.put(ORDER_TIME, SQLMetrics.createTimingMetric(context, "ordering time", -1));
      metrics.put(SORT_TIME, SQLMetrics.createTimingMetric(context, "sort time", -1));
      metrics.put(PEAK_MEMORY, SQLMetrics.createSizeMetric(context, "peak memory", -1));
      metrics.put(DATA_SIZE, SQLMetrics.createSizeMetric(context, "data size", -1));
      shuffleWrite = SQLShuffleWriteMetricsReporter.createShuffleWriteMetrics(context);
      shuffleRead = SQLShuffleReadMetricsReporter.createShuffleReadMetrics(context);
      metrics.putAll(CollectionConverters.asJava(shuffleWrite));
      metrics.putAll(CollectionConverters.asJava(shuffleRead));
    }
  }

  scala.collection.immutable.Map<String, SQLMetric> all() {
    return scala.collection.immutable.Map.from(CollectionConverters.asScala(metrics));
  }

  OrderedInput.Metrics ordering() {
    return new OrderedInput.Metrics(
        new RangeShuffle.Metrics(metrics.get(DATA_SIZE), shuffleWrite, shuffleRead),
        new PartitionSort.Metrics(
            metrics.get(SORT_TIME), metrics.get(PEAK_MEMORY), metrics.get(SPILL_SIZE)));
  }

  OffsetPass.Metrics offsetPass() {
    return new OffsetPass.Metrics(
        metrics.get(OUTPUT_ROWS), metrics.get(SCAN_TIME), metrics.get(SPILL_SIZE));
  }

  SQLMetric outputRows() {
    return metrics.get(OUTPUT_ROWS);
  }

  SQLMetric spillSize() {
    return metrics.get(SPILL_SIZE);
  }

  void setPartitions(int partitions) {
    set(PARTITIONS, partitions);
  }

  <T> T timeOrdering(Supplier<T> ordering) {
    return timed(ORDER_TIME, ordering);
  }

  <T> T timeTotals(Supplier<T> totals) {
    return timed(TOTALS_TIME, totals);
  }

  <T> T timeOffsets(Supplier<T> offsets) {
    return timed(OFFSETS_TIME, offsets);
  }

  private <T> T timed(String metric, Supplier<T> step) {
    long start = System.nanoTime();
    T result = step.get();
    set(metric, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    return result;
  }

  /** Sets a metric on the driver and sends it to the UI. Spark itself sends only what tasks add. */
  private void set(String metric, long value) {
    metrics.get(metric).set(value);
    SQLMetrics.postDriverMetricUpdates(
        context,
        context.getLocalProperty(SQLExecution.EXECUTION_ID_KEY()),
        Seqs.seq(List.of(metrics.get(metric))));
  }
}
