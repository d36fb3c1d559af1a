package io.sparkcumsum.scan;

import static io.sparkcumsum.scan.Seqs.list;
import static io.sparkcumsum.scan.Seqs.seq;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Distribution;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.catalyst.plans.physical.UnspecifiedDistribution$;
import org.apache.spark.sql.execution.SQLExecution;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.metric.SQLMetrics;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Physical inclusive scan over all rows, without gathering them: each partition is scanned for its
 * total, the totals become exclusive offsets on the driver, and a second pass over the same
 * partitions starts from them (Blelloch, "Prefix Sums and Their Applications", 1990).
 *
 * <p>With an order the rows are range-partitioned and sorted by it below this operator; without one
 * they stay where they are.
 */
public final class PrefixScanExec extends SparkPlan {
  private static final String OUTPUT_ROWS = "numOutputRows";
  private static final String PARTITIONS = "numPartitions";
  private static final String TOTALS_TIME = "totalsTime";
  private static final String OFFSETS_TIME = "offsetsTime";
  private static final String SCAN_TIME = "scanTime";
  private static final String SPILL_SIZE = "spillSize";

  private final Seq<ScanFunction> functions;
  private final Seq<Attribute> results;
  private final Seq<SortOrder> order;
  private final SparkPlan child;
  private transient scala.collection.immutable.Map<String, SQLMetric> metrics;
  private transient TwoPassInput input;

  public PrefixScanExec(
      Seq<ScanFunction> functions, Seq<Attribute> results, Seq<SortOrder> order, SparkPlan child) {
    this.functions = functions;
    this.results = results;
    this.order = order;
    this.child = child;
  }

  @Override
  public RDD<InternalRow> doExecute() {
    TwoPassInput input = input();
    List<byte[]> totals = partitionTotals(input.forTotals());
    List<byte[]> offsets = exclusiveOffsets(totals);
    return offsetPass(input.forScan(), offsets);
  }

  /** The same for every execution of this node, so that rows that are kept are kept once. */
  private synchronized TwoPassInput input() {
    if (input == null) {
      boolean ordered = functions().stream().anyMatch(ScanFunction::dependsOnOrder);
      input = TwoPassInput.of(child, ordered);
    }
    return input;
  }

  /** The total of each partition; none of a single one, which nothing follows. */
  private List<byte[]> partitionTotals(RDD<InternalRow> rows) {
    if (rows.getNumPartitions() == 1) {
      return List.of();
    }
    SparkContext context = sparkContext();
    String description = context.getLocalProperty("spark.job.description");
    context.setJobDescription("PrefixScan: totals of " + rows.getNumPartitions() + " partitions");
    try {
      return timed(TOTALS_TIME, () -> PartitionTotals.collect(rows, functions(), inputColumns()));
    } finally {
      context.setJobDescription(description);
    }
  }

  private List<byte[]> exclusiveOffsets(List<byte[]> totals) {
    return timed(OFFSETS_TIME, () -> ExclusiveOffsets.of(totals, functions()));
  }

  private RDD<InternalRow> offsetPass(RDD<InternalRow> rows, List<byte[]> offsets) {
    longMetric(PARTITIONS).set(rows.getNumPartitions());
    publish(PARTITIONS);
    return new OffsetPass(
        rows,
        new OffsetPass.Columns(functions(), inputColumns(), list(results), order),
        offsets,
        new OffsetPass.Metrics(
            longMetric(OUTPUT_ROWS), longMetric(SCAN_TIME), longMetric(SPILL_SIZE)));
  }

  private <T> T timed(String metric, Supplier<T> phase) {
    long start = System.nanoTime();
    T result = phase.get();
    longMetric(metric).set(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    publish(metric);
    return result;
  }

  /** Sends a metric that was set on the driver to the UI; those of tasks go there by themselves. */
  private void publish(String metric) {
    SQLMetrics.postDriverMetricUpdates(
        sparkContext(),
        sparkContext().getLocalProperty(SQLExecution.EXECUTION_ID_KEY()),
        seq(List.of(longMetric(metric))));
  }

  private List<ScanFunction> functions() {
    return list(functions);
  }

  private List<Attribute> inputColumns() {
    return list(child.output());
  }

  @Override
  public synchronized scala.collection.immutable.Map<String, SQLMetric> metrics() {
    if (metrics == null) {
      SparkContext context = sparkContext();
      Map<String, SQLMetric> created = new LinkedHashMap<>();
      created.put(OUTPUT_ROWS, SQLMetrics.createMetric(context, "number of output rows"));
      created.put(PARTITIONS, SQLMetrics.createMetric(context, "number of partitions"));
      created.put(TOTALS_TIME, SQLMetrics.createTimingMetric(context, "partition totals time", -1));
      created.put(
          OFFSETS_TIME, SQLMetrics.createTimingMetric(context, "exclusive offsets time", -1));
      created.put(SCAN_TIME, SQLMetrics.createNanoTimingMetric(context, "offset pass time", -1));
      created.put(SPILL_SIZE, SQLMetrics.createSizeMetric(context, "spill size", -1));
      metrics = scala.collection.immutable.Map.from(CollectionConverters.asScala(created));
    }
    return metrics;
  }

  @Override
  public Seq<Attribute> output() {
    return Attributes.concat(child.output(), results);
  }

  @Override
  public AttributeSet producedAttributes() {
    return Attributes.setOf(results);
  }

  @Override
  public Partitioning outputPartitioning() {
    return child.outputPartitioning();
  }

  @Override
  public Seq<SortOrder> outputOrdering() {
    return child.outputOrdering();
  }

  @Override
  public Seq<Distribution> requiredChildDistribution() {
    return seq(List.of(requiredDistribution()));
  }

  private Distribution requiredDistribution() {
    if (order.isEmpty()) {
      return UnspecifiedDistribution$.MODULE$;
    }
    boolean peersTogether = functions().stream().anyMatch(ScanFunction::needsPeersTogether);
    return ScanDistribution.required(order, peersTogether, child.outputPartitioning());
  }

  @Override
  public Seq<Seq<SortOrder>> requiredChildOrdering() {
    return seq(List.of(order));
  }

  @Override
  public Seq<SparkPlan> children() {
    return seq(List.of(child));
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> newChildren) {
    return new PrefixScanExec(functions, results, order, newChildren.apply(0));
  }

  @Override
  public String nodeName() {
    return "PrefixScan";
  }

  @Override
  public int productArity() {
    return 4;
  }

  @Override
  public Object productElement(int index) {
    return switch (index) {
      case 0 -> functions;
      case 1 -> results;
      case 2 -> order;
      default -> child;
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof PrefixScanExec;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PrefixScanExec that
        && functions.equals(that.functions)
        && results.equals(that.results)
        && order.equals(that.order)
        && child.equals(that.child);
  }

  @Override
  public int hashCode() {
    return Objects.hash(functions, results, order, child);
  }
}
