package io.sparkcumsum.window;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.scan.PrefixScanExec;
import io.sparkcumsum.scan.ReverseWindowExec;
import io.sparkcumsum.scan.ScanStrategy;
import io.sparkcumsum.scan.function.ScanFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.apache.spark.sql.catalyst.trees.TreeNodeTag;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.window.WindowExec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.immutable.Seq;

/**
 * Plans windows without PARTITION BY as {@link PrefixScanExec} if a scan can compute all their
 * functions, and those with it whose groups are to be divided. Of the others with PARTITION BY,
 * frames that end with the last row are planned as {@link ReverseWindowExec}. Spark plans the rest.
 */
public final class RunningWindowStrategy extends ScanStrategy {
  private static final Logger LOG = LoggerFactory.getLogger(RunningWindowStrategy.class);

  /**
   * Marks a window whose reason was logged. The mark has to be on the plan: adaptive execution
   * plans the same window several times, and would log its reason each time.
   */
  private static final TreeNodeTag<Boolean> LOGGED =
      new TreeNodeTag<>("io.sparkcumsum.window.logged");

  private final BooleanSupplier enabled;
  private final BooleanSupplier takesFloatingPoint;
  private final BooleanSupplier divides;
  private final BooleanSupplier leavesGroups;

  /**
   * @param enabled whether to plan windows, asked for each window
   * @param takesFloatingPoint whether to plan sums, averages and products in DOUBLE, asked likewise
   * @param divides whether to divide the groups of all windows with PARTITION BY, asked likewise;
   *     else only those that {@link OptimizeSkewedWindow} finds
   * @param leavesGroups whether to leave all windows with PARTITION BY to Spark, asked likewise
   */
  public RunningWindowStrategy(
      BooleanSupplier enabled,
      BooleanSupplier takesFloatingPoint,
      BooleanSupplier divides,
      BooleanSupplier leavesGroups) {
    this.enabled = enabled;
    this.takesFloatingPoint = takesFloatingPoint;
    this.divides = divides;
    this.leavesGroups = leavesGroups;
  }

  @Override
  public Seq<SparkPlan> apply(LogicalPlan plan) {
    if (!enabled.getAsBoolean()) {
      return seq(List.of());
    }
    List<SparkPlan> planned = new ArrayList<>(planCollect(plan, this::isScan));
    if (isLeftInGroups(plan)) {
      planned.addAll(reversed((Window) plan));
    } else if (isTaken(plan)) {
      Window window = (Window) plan;
      try {
        requirePlanned(window);
        LogicalPlan composed = ComposedWindow.of(window);
        planned.add(composed == null ? plan(window, translated(window)) : planLater(composed));
      } catch (UnsupportedWindow e) {
        log(window, e.getMessage());
        planned.addAll(window.partitionSpec().isEmpty() ? List.of() : reversed(window));
      }
    }
    return seq(planned);
  }

  private boolean isScan(LogicalPlan plan) {
    if (!isTaken(plan) || !((Window) plan).partitionSpec().isEmpty()) {
      return false;
    }
    try {
      requirePlanned((Window) plan);
      return true;
    } catch (UnsupportedWindow e) {
      return false;
    }
  }

  /** Throws if a window, or one of those that it is composed of, is left to Spark. */
  private void requirePlanned(Window window) throws UnsupportedWindow {
    LogicalPlan composed = ComposedWindow.of(window);
    if (composed == null) {
      translated(window);
      return;
    }
    LogicalPlan part = composed.children().head();
    while (part != window.child()) {
      requirePlanned((Window) part);
      part = part.children().head();
    }
  }

  private RunningWindow translated(Window window) throws UnsupportedWindow {
    return new RunningWindow(window, takesFloatingPoint.getAsBoolean());
  }

  private boolean isDivided(Window window) {
    Boolean isMarked = PartitionedHint.of(window);
    return isMarked == null ? divides.getAsBoolean() : isMarked;
  }

  private boolean isTaken(LogicalPlan plan) {
    return plan instanceof Window window && (window.partitionSpec().isEmpty() || isDivided(window));
  }

  /** Whether a plan is a window with PARTITION BY whose groups stay in one partition each. */
  private boolean isLeftInGroups(LogicalPlan plan) {
    return plan instanceof Window window
        && !window.partitionSpec().isEmpty()
        && !isDivided(window)
        && !leavesGroups.getAsBoolean()
        && !Boolean.FALSE.equals(PartitionedHint.of(window));
  }

  /**
   * Spark's window without those of its columns whose frames end with the last row, and a scan for
   * these; nothing if there are none.
   */
  private List<SparkPlan> reversed(Window window) {
    List<NamedExpression> reversed = new ArrayList<>();
    List<NamedExpression> others = new ArrayList<>();
    for (NamedExpression column : list(window.windowExpressions())) {
      (isReversed(window, column) ? reversed : others).add(column);
    }
    if (reversed.isEmpty()) {
      return List.of();
    }
    try {
      RunningWindow running = translated(with(window, reversed));
      SparkPlan rows = planLater(window.child());
      SparkPlan planned =
          others.isEmpty()
              ? rows
              : new WindowExec(seq(others), window.partitionSpec(), window.orderSpec(), rows);
      SparkPlan scan =
          new ReverseWindowExec(
              seq(reversed),
              running.reversed(),
              running.reversedResults(),
              window.partitionSpec(),
              window.orderSpec(),
              planned);
      return List.of(others.isEmpty() ? scan : new ProjectExec(seq(list(window.output())), scan));
    } catch (UnsupportedWindow e) {
      return List.of();
    }
  }

  private boolean isReversed(Window window, NamedExpression column) {
    try {
      RunningWindow running = translated(with(window, List.of(column)));
      return running.reversed().size() == 1
          && running.hasOnlyResults()
          && running.functions().isEmpty()
          && running.frames().isEmpty()
          && running.rangeFrames().isEmpty();
    } catch (UnsupportedWindow e) {
      return false;
    }
  }

  private static Window with(Window window, List<NamedExpression> columns) {
    return new Window(
        seq(columns), window.partitionSpec(), window.orderSpec(), window.child(), window.hint());
  }

  private SparkPlan plan(Window window, RunningWindow running) {
    SparkPlan scan = scan(window, running);
    if (running.hasOnlyResults()) {
      return scan;
    }
    List<NamedExpression> output = list(window.child().output());
    output.addAll(running.columns());
    return new ProjectExec(seq(output), scan);
  }

  /** A scan in reverse, over a scan, over RANGE frames; or those of them that the window has. */
  private SparkPlan scan(Window window, RunningWindow running) {
    Seq<SortOrder> order = running.order();
    LogicalPlan rows = window.child();
    SparkPlan planned = null;
    if (running.hasUnboundedRanges() && !running.otherRangeFrames().isEmpty()) {
      // Totals take the place of rows, which the others would need.
      planned = rangeFrames(running.slidingFrames(), running, rows);
      planned = planRangeFrames(running.otherRangeFrames(), order, planned);
    } else if (!running.rangeFrames().isEmpty()) {
      planned = rangeFrames(running.rangeFrames(), running, rows);
    }
    boolean hasReversed = !running.reversed().isEmpty();
    boolean hasForwards = !running.functions().isEmpty() || !running.frames().isEmpty();
    if (hasForwards || (planned == null && !hasReversed)) {
      planned =
          scan(
              running.functions(),
              running.results(),
              running.frames(),
              running.frameFunctions(),
              running.segmentKeys(),
              running.whole(),
              order,
              false,
              rows,
              planned);
    }
    if (hasReversed) {
      // Of whole segments too: Spark's window would add up each of their frames anew.
      Seq<NamedExpression> noWindows = seq(List.of());
      Seq<ScanFunction> noFunctions = seq(List.of());
      planned =
          scan(
              running.reversed(),
              running.reversedResults(),
              noWindows,
              noFunctions,
              running.segmentKeys(),
              noWindows,
              order,
              true,
              rows,
              planned);
    }
    return planned;
  }

  private SparkPlan rangeFrames(
      List<NamedExpression> windows, RunningWindow running, LogicalPlan rows) {
    return planRangeFrames(
        seq(windows), running.slidingFunctions(), running.alwaysSliding(), running.order(), rows);
  }

  /**
   * A scan.
   *
   * @param rows its input, if nothing is planned over it yet
   * @param planned its input; null if it is {@code rows}
   */
  private SparkPlan scan(
      Seq<ScanFunction> functions,
      Seq<Attribute> results,
      Seq<NamedExpression> frames,
      Seq<ScanFunction> frameFunctions,
      int segmentKeys,
      Seq<NamedExpression> whole,
      Seq<SortOrder> order,
      boolean reverse,
      LogicalPlan rows,
      SparkPlan planned) {
    return planned == null
        ? planScan(
            functions, results, frames, frameFunctions, segmentKeys, whole, order, reverse, rows)
        : new PrefixScanExec(
            functions,
            results,
            frames,
            frameFunctions,
            segmentKeys,
            whole,
            order,
            reverse,
            seq(List.of(planned)));
  }

  private static void log(Window window, String reason) {
    if (window.getTagValue(LOGGED).isEmpty()) {
      window.setTagValue(LOGGED, true);
      String how = window.partitionSpec().isEmpty() ? "all rows" : "all rows of a group";
      LOG.info("Left to Spark, which moves {} into one partition: {}.", how, reason);
    }
  }
}
