package io.sparkcumsum.scan;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.Jobs;
import io.sparkcumsum.catalyst.ProductNode;
import io.sparkcumsum.scan.frame.Frames;
import io.sparkcumsum.scan.frame.WholeSegments;
import io.sparkcumsum.scan.function.ScanFunction;
import io.sparkcumsum.scan.function.ScanFunctions;
import io.sparkcumsum.scan.input.PreaggregatedInput;
import io.sparkcumsum.scan.input.PrunedInput;
import io.sparkcumsum.scan.input.RecomputedInput;
import io.sparkcumsum.scan.input.TwoPassInput;
import io.sparkcumsum.scan.ordering.GlobalOrdering;
import io.sparkcumsum.scan.ordering.OrderedInput;
import io.sparkcumsum.scan.ordering.OrderedRows;
import io.sparkcumsum.scan.ordering.Segments;
import io.sparkcumsum.scan.ordering.SmallInput;
import io.sparkcumsum.scan.phase.BlockOffsets;
import io.sparkcumsum.scan.phase.ExclusiveOffsets;
import io.sparkcumsum.scan.phase.GeneratedOffsetPass;
import io.sparkcumsum.scan.phase.OffsetPass;
import io.sparkcumsum.scan.phase.PartitionOffsets;
import io.sparkcumsum.scan.phase.PartitionTotal;
import io.sparkcumsum.scan.phase.Totals;
import io.sparkcumsum.scan.source.AppendsColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.catalyst.plans.physical.Distribution;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.catalyst.plans.physical.RangePartitioning;
import org.apache.spark.sql.catalyst.plans.physical.UnknownPartitioning;
import org.apache.spark.sql.catalyst.plans.physical.UnspecifiedDistribution$;
import org.apache.spark.sql.execution.CodegenSupport;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.Iterator;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * The physical scan. It does not gather the rows in one partition: a first pass computes the total
 * of each partition, the driver turns the totals into exclusive offsets, and a second pass over the
 * same partitions starts from these offsets (Blelloch, "Prefix Sums and Their Applications", 1990).
 *
 * <p>If there is an order, {@link OrderedInput} sorts the rows first. If there is none, they stay
 * where they are.
 */
public final class PrefixScanExec extends SparkPlan
    implements CodegenSupport, ProductNode, AppendsColumns {
  private static final Logger LOG = LoggerFactory.getLogger(PrefixScanExec.class);

  /**
   * The least number of partitions to report before the rows are sorted. If the scan reported one,
   * Spark would leave out exchanges that the operators above need.
   */
  static final int SEVERAL = 2;

  private final Seq<ScanFunction> functions;
  private final Seq<Attribute> results;
  private final Seq<NamedExpression> windows;
  private final Seq<ScanFunction> sliding;
  private final int segmentKeys;
  private final Seq<NamedExpression> whole;
  private final Seq<SortOrder> order;
  private final boolean reverse;
  private final Seq<SparkPlan> children;
  private final PartitionOffsets offsets;

  /** Null if there are no windows. */
  private final Frames frames;

  private transient ScanMetrics metrics;

  /**
   * Guards the input. It is not {@code this}, because sorting the input takes long, and Spark asks
   * for metrics in other threads meanwhile.
   */
  private final transient Object inputLock = new Object();

  private transient TwoPassInput input;

  /** How the rows are divided; null before there is an input, and if they are one segment. */
  private transient Segments segments;

  private transient CodegenSupport parent;
  private transient GeneratedOffsetPass generated;

  /**
   * Public for Catalyst, which copies nodes through it.
   *
   * @param windows columns with a window function each, whose frames are {@link Frames}
   * @param sliding the functions of the first windows, for those that need not be computed anew for
   *     each frame
   * @param segmentKeys how many keys of the order divide the rows into segments, of which each is a
   *     scan of its own; 0 if all rows are one
   * @param whole the columns of all windows and functions as Spark has them, for segments that are
   *     not divided; empty if they are scanned too
   * @param children the plan of the rows; if the rows can be read twice, also the plan that the
   *     first pass reads, with only the columns that it needs
   */
  public PrefixScanExec(
      Seq<ScanFunction> functions,
      Seq<Attribute> results,
      Seq<NamedExpression> windows,
      Seq<ScanFunction> sliding,
      int segmentKeys,
      Seq<NamedExpression> whole,
      Seq<SortOrder> order,
      boolean reverse,
      Seq<SparkPlan> children) {
    this.functions = functions;
    this.results = results;
    this.windows = windows;
    this.sliding = sliding;
    this.frames =
        windows.isEmpty()
            ? null
            : new Frames(list(windows), list(sliding), list(children.head().output()));
    this.segmentKeys = segmentKeys;
    this.whole = whole;
    this.order = order;
    this.reverse = reverse;
    this.children = children;
    this.offsets = new PartitionOffsets(functions());
  }

  @Override
  public RDD<InternalRow> doExecute() {
    return inSession(
        () -> {
          TwoPassInput input = input();
          return offsetPass().over(input.rows(), offsetsBesideRows(input));
        });
  }

  /** Spark may execute a plan in a thread that has no active session. */
  private <T> T inSession(Supplier<T> steps) {
    return session().withActive(steps::get);
  }

  /** Created once for all executions of this node, so that rows are persisted once. */
  private TwoPassInput input() {
    synchronized (inputLock) {
      if (input == null) {
        boolean isReread = children.size() > 1;
        SparkPlan divided = dividedBelow(rows());
        if (divided != null) {
          // Executing the rows divides them.
          rows().execute();
          segments =
              divided instanceof PrefixScanExec scan
                  ? scan.segments
                  : ((RangeFramesExec) divided).segments();
          input = RecomputedInput.of(rows(), functions(), segments);
        } else if (!isPlaced() || !SortOrder.orderingSatisfies(rows().outputOrdering(), order)) {
          input = ordered(isReread ? columns() : rows());
        } else if (isReread && order.isEmpty()) {
          input = new PrunedInput(rows(), columns(), rows().execute(), functions());
        } else {
          input = RecomputedInput.of(rows(), functions(), /* segments= */ null);
        }
      }
      return input;
    }
  }

  /**
   * The rows, sorted.
   *
   * @param keys the plan to read the keys from
   */
  private TwoPassInput ordered(SparkPlan keys) {
    PartitionTotal total = new PartitionTotal(functions(), reverse);
    SmallInput small = new SmallInput(ScanConf.singlePartitionThreshold(conf()));
    OrderedInput ordering =
        new OrderedInput(rows(), keys, order, segmentKeys, total, small, scanMetrics().ordering());
    OrderedRows ordered = scanMetrics().timeOrdering(ordering::rows);
    segments = ordered.segments();
    if (ordered.summaries() != null) {
      return new PreaggregatedInput(ordered.rows(), Totals.known(ordered.summaries()));
    }
    return ordered.toSummarize() == null
        ? RecomputedInput.persisted(ordered.rows(), functions(), segments)
        : new RecomputedInput(
            ordered.toSummarize(), functions().over(ordered.columns()), ordered.rows(), segments);
  }

  /** The operator below that divides the rows into the same segments; null if there is none. */
  private SparkPlan dividedBelow(SparkPlan plan) {
    if (segmentKeys == 0) {
      return null;
    } else if (plan instanceof PrefixScanExec below) {
      return below.order.equals(order) && below.segmentKeys == segmentKeys ? below : null;
    } else if (plan instanceof RangeFramesExec below) {
      return below.divides(order, segmentKeys) ? below : null;
    }
    boolean keepsRows =
        plan instanceof ProjectExec
            || plan instanceof WholeStageCodegenExec
            || plan instanceof InputAdapter;
    return keepsRows ? dividedBelow(plan.children().head()) : null;
  }

  /** The most bytes of totals that the driver scans itself. */
  private long maxTotals() {
    // On the executors each total only learns what comes before it.
    return segmentKeys > 0 || functions().needGrandTotal() || functions().needFollowing()
        ? Long.MAX_VALUE
        : ScanConf.maxTotalsOnDriver(conf());
  }

  /**
   * Runs the first and the second phase. Returns the offset of each partition, to be read beside
   * its rows; null if the offsets were broadcast.
   */
  private RDD<InternalRow> offsetsBesideRows(TwoPassInput input) {
    long maxTotals = maxTotals();
    int partitions = input.rows().getNumPartitions();
    scanMetrics().setPartitions(partitions);
    Totals totals = input.totals();
    List<byte[]> collected =
        scanMetrics()
            .timeTotals(
                () ->
                    Jobs.described(
                        sparkContext(),
                        "totals of " + partitions + " partitions",
                        () -> totals.collected(maxTotals)));
    if (collected != null) {
      ExclusiveOffsets exclusive = new ExclusiveOffsets(functions(), reverse);
      offsets.broadcast(
          sparkContext(), scanMetrics().timeOffsets(() -> offsets(exclusive, collected)));
      return null;
    }
    LOG.info("Scans the totals of {} partitions on the executors.", partitions);
    offsets.leaveBesideRows();
    return scanMetrics()
        .timeOffsets(
            () ->
                Jobs.described(
                    sparkContext(),
                    "totals of blocks of partitions",
                    () -> new BlockOffsets(functions(), maxTotals).of(totals.job(), reverse)));
  }

  private List<byte[]> offsets(ExclusiveOffsets exclusive, List<byte[]> totals) {
    return segments == null ? exclusive.of(totals) : exclusive.of(totals, segments);
  }

  private OffsetPass offsetPass() {
    return new OffsetPass(
        functions(),
        list(results),
        frames,
        order,
        reverse,
        segments,
        segmentKeys,
        new WholeSegments(list(whole), list(rows().output())),
        offsets,
        scanMetrics().offsetPass());
  }

  /** Whether the third phase is generated into the loop that reads the rows. */
  @Override
  public boolean supportCodegen() {
    return frames == null
        && order.isEmpty()
        && !reverse
        && children.size() > 1
        && !functions().areSharedByPeers();
  }

  @Override
  public Seq<RDD<InternalRow>> inputRDDs() {
    // What can be read twice comes from one source, so that Spark's limit of two inputs is kept.
    RDD<InternalRow> source = ((CodegenSupport) rows()).inputRDDs().head();
    return inSession(
        () -> {
          TwoPassInput input = new PrunedInput(rows(), columns(), source, functions());
          RDD<InternalRow> besideRows = offsetsBesideRows(input);
          return seq(besideRows == null ? List.of(source) : List.of(source, besideRows));
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
    List<ScanFunction> all = list(functions);
    if (frames != null) {
      all.addAll(frames.functions());
    }
    return new ScanFunctions(all, list(rows().output()));
  }

  private SparkPlan rows() {
    return children.head();
  }

  /** The plan that the first pass reads. */
  private SparkPlan columns() {
    return children.last();
  }

  @Override
  public scala.collection.immutable.Map<String, SQLMetric> metrics() {
    return scanMetrics().all();
  }

  private synchronized ScanMetrics scanMetrics() {
    if (metrics == null) {
      metrics = new ScanMetrics(sparkContext(), true, !order.isEmpty());
    }
    return metrics;
  }

  @Override
  public Seq<Attribute> output() {
    Seq<Attribute> input = frames == null ? rows().output() : seq(frames.output());
    return Attributes.concat(input, results);
  }

  @Override
  public AttributeSet producedAttributes() {
    List<Attribute> appended = list(output());
    return Attributes.setOf(seq(appended.subList(rows().output().size(), appended.size())));
  }

  @Override
  public Partitioning outputPartitioning() {
    if (segmentKeys > 0) {
      return new UnknownPartitioning(Math.max(SEVERAL, conf().numShufflePartitions()));
    }
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

  /** Whether the plan alone guarantees that the partitions are in order. */
  private boolean isPlaced() {
    return segmentKeys == 0
        && (order.isEmpty() || !requiredDistribution().equals(UnspecifiedDistribution$.MODULE$));
  }

  @Override
  public Seq<Seq<SortOrder>> requiredChildOrdering() {
    return forRows(isPlaced() ? order : seq(List.of()), seq(List.of()));
  }

  /** The requirements of the children: of the first, and of the second if there is one. */
  private <T> Seq<T> forRows(T ofRows, T ofColumns) {
    return seq(children.size() == 1 ? List.of(ofRows) : List.of(ofRows, ofColumns));
  }

  @Override
  public Seq<SparkPlan> children() {
    return children;
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> newChildren) {
    return new PrefixScanExec(
        functions, results, windows, sliding, segmentKeys, whole, order, reverse, newChildren);
  }

  @Override
  public String nodeName() {
    return "PrefixScan";
  }

  @Override
  public List<Object> parameters() {
    return List.of(
        functions, results, windows, sliding, segmentKeys, whole, order, reverse, children);
  }

  /** The direction is printed only if it is not the usual one. */
  @Override
  public Iterator<Object> stringArgs() {
    List<Object> printed = new ArrayList<>(List.of(functions, results));
    if (frames != null) {
      printed.add(windows);
    }
    if (segmentKeys > 0) {
      printed.add(seq(list(order).subList(0, segmentKeys)));
      printed.add(seq(list(order).subList(segmentKeys, order.size())));
    } else {
      printed.add(order);
    }
    if (reverse) {
      printed.add("reverse");
    }
    return seq(printed).iterator();
  }

  @Override
  public boolean equals(Object other) {
    return hasParametersOf(other);
  }
}
