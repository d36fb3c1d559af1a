package io.sparkcumsum.scan;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.Jobs;
import io.sparkcumsum.catalyst.ProductNode;
import io.sparkcumsum.scan.function.ScanFunction;
import io.sparkcumsum.scan.function.ScanFunctions;
import io.sparkcumsum.scan.input.PreaggregatedInput;
import io.sparkcumsum.scan.input.PrunedInput;
import io.sparkcumsum.scan.input.RecomputedInput;
import io.sparkcumsum.scan.input.TwoPassInput;
import io.sparkcumsum.scan.ordering.GlobalOrdering;
import io.sparkcumsum.scan.ordering.OrderedInput;
import io.sparkcumsum.scan.ordering.OrderedRows;
import io.sparkcumsum.scan.phase.ExclusiveOffsets;
import io.sparkcumsum.scan.phase.GeneratedOffsetPass;
import io.sparkcumsum.scan.phase.OffsetPass;
import io.sparkcumsum.scan.phase.PartitionOffsets;
import io.sparkcumsum.scan.phase.PartitionTotal;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.catalyst.plans.physical.Distribution;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.catalyst.plans.physical.RangePartitioning;
import org.apache.spark.sql.catalyst.plans.physical.UnspecifiedDistribution$;
import org.apache.spark.sql.execution.CodegenSupport;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.metric.SQLMetric;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * Physical scan over all rows, without gathering them: each partition is scanned for its total, the
 * totals become exclusive offsets on the driver, and a second pass over the same partitions starts
 * from them (Blelloch, "Prefix Sums and Their Applications", 1990).
 *
 * <p>With an order {@link OrderedInput} brings the rows in it first; without one they stay where
 * they are.
 */
public final class PrefixScanExec extends SparkPlan implements CodegenSupport, ProductNode {
  /** One partition is never reported: Spark would leave out exchanges that operators above need. */
  private static final int SEVERAL = 2;

  private final Seq<ScanFunction> functions;
  private final Seq<Attribute> results;
  private final Seq<SortOrder> order;
  private final boolean reverse;
  private final Seq<SparkPlan> children;
  private final PartitionOffsets offsets;
  private transient ScanMetrics metrics;

  /** Spark asks for metrics in other threads while the input is brought in order. */
  private final transient Object inputLock = new Object();

  private transient TwoPassInput input;
  private transient CodegenSupport parent;
  private transient GeneratedOffsetPass generated;

  /**
   * Public for Catalyst, which copies nodes through it.
   *
   * @param children the rows, and where they can be read again, once more with only the columns
   *     that the first pass needs
   */
  public PrefixScanExec(
      Seq<ScanFunction> functions,
      Seq<Attribute> results,
      Seq<SortOrder> order,
      boolean reverse,
      Seq<SparkPlan> children) {
    this.functions = functions;
    this.results = results;
    this.order = order;
    this.reverse = reverse;
    this.children = children;
    this.offsets = new PartitionOffsets(functions(), reverse);
  }

  @Override
  public RDD<InternalRow> doExecute() {
    return inSession(
        () -> {
          TwoPassInput input = input();
          List<byte[]> totals = partitionTotals(input);
          publishOffsets(totals);
          return offsetPass().over(input.rows());
        });
  }

  /** Spark may execute plans in threads that belong to no session. */
  private <T> T inSession(Supplier<T> steps) {
    return session().withActive(steps::get);
  }

  /** The same for every execution of this node, so that rows that are kept are kept once. */
  private TwoPassInput input() {
    synchronized (inputLock) {
      if (input == null) {
        boolean isReread = children.size() > 1;
        if (!isPlaced() || !SortOrder.orderingSatisfies(rows().outputOrdering(), order)) {
          input = ordered(isReread ? columns() : rows());
        } else if (isReread && order.isEmpty()) {
          input = new PrunedInput(rows(), columns(), rows().execute(), functions());
        } else {
          input = RecomputedInput.of(rows(), functions());
        }
      }
      return input;
    }
  }

  /**
   * The rows brought in order.
   *
   * @param keys the plan that the keys are surveyed with
   */
  private TwoPassInput ordered(SparkPlan keys) {
    PartitionTotal total = new PartitionTotal(functions());
    OrderedInput ordering = new OrderedInput(rows(), keys, order, total, scanMetrics().ordering());
    OrderedRows ordered = scanMetrics().timeOrdering(ordering::rows);
    if (ordered.summaries() != null) {
      return new PreaggregatedInput(ordered.rows(), ordered.summaries());
    }
    return functions().dependOnOrder()
        ? RecomputedInput.persisted(ordered.rows(), functions())
        : new RecomputedInput(ordered.unsorted(), functions(), ordered.rows());
  }

  private List<byte[]> partitionTotals(TwoPassInput input) {
    int partitions = input.rows().getNumPartitions();
    scanMetrics().setPartitions(partitions);
    String description = "totals of " + partitions + " partitions";
    return scanMetrics()
        .timeTotals(() -> Jobs.described(sparkContext(), description, input::totals));
  }

  private void publishOffsets(List<byte[]> totals) {
    List<byte[]> exclusive =
        scanMetrics().timeOffsets(() -> ExclusiveOffsets.of(totals, functions(), reverse));
    offsets.publish(sparkContext(), exclusive);
  }

  private OffsetPass offsetPass() {
    return new OffsetPass(
        functions(), list(results), order, reverse, offsets, scanMetrics().offsetPass());
  }

  /** Whether the third phase is a part of the loop that reads the rows. */
  @Override
  public boolean supportCodegen() {
    return order.isEmpty() && !reverse && children.size() > 1 && !functions().areSharedByPeers();
  }

  @Override
  public Seq<RDD<InternalRow>> inputRDDs() {
    Seq<RDD<InternalRow>> inputs = ((CodegenSupport) rows()).inputRDDs();
    return inSession(
        () -> {
          TwoPassInput input = new PrunedInput(rows(), columns(), inputs.head(), functions());
          List<byte[]> totals = partitionTotals(input);
          publishOffsets(totals);
          return inputs;
        });
  }

  @Override
  public String doProduce(CodegenContext context) {
    generated = new GeneratedOffsetPass(context, offsetPass());
    String loop = ((CodegenSupport) rows()).produce(context, this);
    return generated.around(loop, limitNotReachedChecks());
  }

  @Override
  public String doConsume(CodegenContext context, Seq<ExprCode> input, ExprCode row) {
    return generated.row(input, output -> consume(context, output, null));
  }

  @Override
  public boolean needCopyResult() {
    return ((CodegenSupport) rows()).needCopyResult();
  }

  @Override
  public CodegenSupport parent() {
    return parent;
  }

  @Override
  public void parent_$eq(CodegenSupport newParent) {
    parent = newParent;
  }

  private ScanFunctions functions() {
    return new ScanFunctions(list(functions), list(rows().output()));
  }

  private SparkPlan rows() {
    return children.head();
  }

  /** The rows with the columns that the first pass needs. */
  private SparkPlan columns() {
    return children.last();
  }

  @Override
  public scala.collection.immutable.Map<String, SQLMetric> metrics() {
    return scanMetrics().all();
  }

  private synchronized ScanMetrics scanMetrics() {
    if (metrics == null) {
      metrics = new ScanMetrics(sparkContext(), !order.isEmpty());
    }
    return metrics;
  }

  @Override
  public Seq<Attribute> output() {
    return Attributes.concat(rows().output(), results);
  }

  @Override
  public AttributeSet producedAttributes() {
    return Attributes.setOf(results);
  }

  @Override
  public Partitioning outputPartitioning() {
    return isPlaced()
        ? rows().outputPartitioning()
        : new RangePartitioning(order, Math.max(SEVERAL, conf().numShufflePartitions()));
  }

  @Override
  public Seq<SortOrder> outputOrdering() {
    return order.isEmpty() ? rows().outputOrdering() : order;
  }

  @Override
  public Seq<Distribution> requiredChildDistribution() {
    return forRows(requiredDistribution(), UnspecifiedDistribution$.MODULE$);
  }

  private Distribution requiredDistribution() {
    return GlobalOrdering.of(order, functions().needPeersTogether(), rows().outputPartitioning());
  }

  /** Whether rows are in the partitions that the order wants them in, by the plan alone. */
  private boolean isPlaced() {
    return order.isEmpty() || !requiredDistribution().equals(UnspecifiedDistribution$.MODULE$);
  }

  @Override
  public Seq<Seq<SortOrder>> requiredChildOrdering() {
    return forRows(isPlaced() ? order : seq(List.of()), seq(List.of()));
  }

  /** What is required of the first child, and of the second if there is one. */
  private <T> Seq<T> forRows(T ofRows, T ofColumns) {
    return seq(children.size() == 1 ? List.of(ofRows) : List.of(ofRows, ofColumns));
  }

  @Override
  public Seq<SparkPlan> children() {
    return children;
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> newChildren) {
    return new PrefixScanExec(functions, results, order, reverse, newChildren);
  }

  @Override
  public String nodeName() {
    return "PrefixScan";
  }

  @Override
  public List<Object> parameters() {
    return List.of(functions, results, order, reverse, children);
  }

  @Override
  public boolean equals(Object other) {
    return hasParametersOf(other);
  }
}
