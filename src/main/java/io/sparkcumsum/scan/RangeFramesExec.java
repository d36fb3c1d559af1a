package io.sparkcumsum.scan;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.PartitionFunction;
import io.sparkcumsum.catalyst.ProductNode;
import io.sparkcumsum.scan.frame.RangeFrames;
import io.sparkcumsum.scan.frame.WholeSegments;
import io.sparkcumsum.scan.function.ScanFunction;
import io.sparkcumsum.scan.function.ScanFunctions;
import io.sparkcumsum.scan.ordering.Gap;
import io.sparkcumsum.scan.ordering.KeyBounds;
import io.sparkcumsum.scan.ordering.OrderedInput;
import io.sparkcumsum.scan.ordering.OverlappingRanges;
import io.sparkcumsum.scan.ordering.Segments;
import io.sparkcumsum.scan.ordering.SmallInput;
import io.sparkcumsum.scan.phase.PartitionTotal;
import io.sparkcumsum.scan.source.AppendsColumns;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.catalyst.plans.physical.RangePartitioning;
import org.apache.spark.sql.catalyst.plans.physical.UnknownPartitioning;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.metric.SQLMetric;
import scala.collection.Iterator;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * Windows over RANGE frames with an end at a distance. Rows are shuffled into ranges of their keys,
 * and rows near the ends of a range also go to the ranges whose frames reach them. Where frames are
 * wider than ranges, rows go to those whose frames begin or end near them; of the rows between,
 * which are in all frames of a range, it has the total.
 */
public final class RangeFramesExec extends SparkPlan implements ProductNode, AppendsColumns {
  private final Seq<NamedExpression> windows;
  private final Seq<ScanFunction> sliding;
  private final int always;
  private final Seq<SortOrder> order;
  private final Seq<SparkPlan> children;
  private final RangeFrames frames;

  private transient ScanMetrics metrics;

  /**
   * Guards the ranges. It is not {@code this}, because sorting takes long, and Spark asks for
   * metrics in other threads meanwhile.
   */
  private final transient Object rangesLock = new Object();

  private transient OverlappingRanges ranges;

  /**
   * Public for Catalyst, which copies nodes through it.
   *
   * @param windows columns with a window function each
   * @param sliding the functions of the first windows, for those that need not be computed anew for
   *     each frame
   * @param always how many of the functions slide even over frames of few rows
   * @param children the plan of the rows; if the rows can be read twice, also a plan of their keys
   */
  public RangeFramesExec(
      Seq<NamedExpression> windows,
      Seq<ScanFunction> sliding,
      int always,
      Seq<SortOrder> order,
      Seq<SparkPlan> children) {
    this.windows = windows;
    this.sliding = sliding;
    this.always = always;
    this.order = order;
    this.children = children;
    this.frames =
        new RangeFrames(
            list(windows), list(sliding), always, order, list(children.head().output()));
  }

  /** Spark may execute a plan in a thread that has no active session. */
  @Override
  public RDD<InternalRow> doExecute() {
    return session()
        .withActive(
            () -> {
              List<KeyBounds> bounds = frames.bounds(session());
              OverlappingRanges ranges = ranges(bounds);
              scanMetrics().setPartitions(ranges.rows().getNumPartitions());
              RangeFrames frames = this.frames;
              List<InternalRow> lastKeys = ranges.bounds();
              List<List<Gap>> gaps = ranges.gaps();
              List<byte[]> digests = ranges.digests();
              Segments segments = ranges.segments();
              WholeSegments whole = new WholeSegments(list(windows), list(rows().output()));
              SQLMetric outputRows = scanMetrics().outputRows();
              SQLMetric spillSize = scanMetrics().spillSize();
              return PartitionFunction.mapped(
                  ranges.rows(),
                  (range, rows) ->
                      (segments == null || segments.isPart(range)
                              ? frames.over(
                                  range,
                                  rows,
                                  lastKeys,
                                  bounds,
                                  gaps == null ? null : gaps.get(range),
                                  digests == null ? null : digests.get(range),
                                  spillSize)
                              : whole.over(range, rows, spillSize))
                          .map(
                              row -> {
                                outputRows.add(1);
                                return row;
                              }));
            });
  }

  /** Created once for all executions of this node, so that rows are shuffled once. */
  private OverlappingRanges ranges(List<KeyBounds> bounds) {
    synchronized (rangesLock) {
      if (ranges == null) {
        ScanFunctions none = new ScanFunctions(List.of(), list(rows().output()));
        OrderedInput input =
            new OrderedInput(
                rows(),
                children.last(),
                order,
                frames.segmentKeys(),
                new PartitionTotal(none, false),
                new SmallInput(ScanConf.singlePartitionThreshold(conf())),
                scanMetrics().ordering());
        List<KeyBounds> different = RangeFrames.different(bounds);
        List<PartitionTotal> totals =
            frames.slideAll()
                ? different.stream()
                    .map(frame -> new PartitionTotal(frames.functionsOver(frame, bounds), false))
                    .toList()
                : null;
        ranges =
            scanMetrics()
                .timeOrdering(
                    () ->
                        input.ranges(
                            different,
                            totals,
                            new PartitionTotal(frames.digest(), false),
                            frames.readInOrderOfPeers()));
      }
      return ranges;
    }
  }

  private SparkPlan rows() {
    return children.head();
  }

  @Override
  public scala.collection.immutable.Map<String, SQLMetric> metrics() {
    return scanMetrics().all();
  }

  private synchronized ScanMetrics scanMetrics() {
    if (metrics == null) {
      metrics = new ScanMetrics(sparkContext(), false, true);
    }
    return metrics;
  }

  @Override
  public Seq<Attribute> output() {
    return seq(frames.output());
  }

  @Override
  public AttributeSet producedAttributes() {
    return Attributes.setOf(seq(list(windows).stream().map(NamedExpression::toAttribute).toList()));
  }

  /** How the rows are divided; null if they are one segment. Known when the plan was executed. */
  Segments segments() {
    synchronized (rangesLock) {
      return ranges.segments();
    }
  }

  /** Whether the rows are divided into the segments that a scan needs. */
  boolean divides(Seq<SortOrder> byScan, int segmentKeys) {
    return order.equals(byScan) && frames.segmentKeys() == segmentKeys;
  }

  @Override
  public Partitioning outputPartitioning() {
    if (frames.segmentKeys() > 0) {
      return new UnknownPartitioning(
          Math.max(PrefixScanExec.SEVERAL, conf().numShufflePartitions()));
    }
    return new RangePartitioning(
        order, Math.max(PrefixScanExec.SEVERAL, conf().numShufflePartitions()));
  }

  @Override
  public Seq<SortOrder> outputOrdering() {
    return order;
  }

  @Override
  public Seq<SparkPlan> children() {
    return children;
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> newChildren) {
    return new RangeFramesExec(windows, sliding, always, order, newChildren);
  }

  @Override
  public String nodeName() {
    return "RangeFrames";
  }

  @Override
  public List<Object> parameters() {
    return List.of(windows, sliding, always, order, children);
  }

  /** How frames are computed is not printed. */
  @Override
  public Iterator<Object> stringArgs() {
    return seq(List.<Object>of(windows, order)).iterator();
  }

  @Override
  public boolean equals(Object other) {
    return hasParametersOf(other);
  }
}
