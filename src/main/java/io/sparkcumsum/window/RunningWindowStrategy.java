package io.sparkcumsum.window;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.scan.PrefixScanExec;
import io.sparkcumsum.scan.ScanStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.apache.spark.sql.catalyst.trees.TreeNodeTag;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.immutable.Seq;

/**
 * Plans windows without PARTITION BY as {@link PrefixScanExec} if a scan can compute all their
 * functions. Spark plans the others.
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

  /**
   * @param enabled whether to plan windows, asked for each window
   * @param takesFloatingPoint whether to plan sums, averages and products in DOUBLE, asked likewise
   */
  public RunningWindowStrategy(BooleanSupplier enabled, BooleanSupplier takesFloatingPoint) {
    this.enabled = enabled;
    this.takesFloatingPoint = takesFloatingPoint;
  }

  /** Spark plans from the root down, so a limit comes before the window below it. */
  @Override
  public Seq<SparkPlan> apply(LogicalPlan plan) {
    if (!enabled.getAsBoolean()) {
      return seq(List.of());
    }
    LimitedWindows.markBelow(plan);
    List<SparkPlan> planned = new ArrayList<>(planCollect(plan, this::isScan));
    if (isOverAllRows(plan)) {
      Window window = (Window) plan;
      try {
        planned.add(plan(window, translated(window)));
      } catch (UnsupportedWindow e) {
        log(window, e.getMessage());
      }
    }
    return seq(planned);
  }

  private boolean isScan(LogicalPlan plan) {
    if (!isOverAllRows(plan)) {
      return false;
    }
    try {
      translated((Window) plan);
      return true;
    } catch (UnsupportedWindow e) {
      return false;
    }
  }

  private RunningWindow translated(Window window) throws UnsupportedWindow {
    return new RunningWindow(window, takesFloatingPoint.getAsBoolean());
  }

  private static boolean isOverAllRows(LogicalPlan plan) {
    return plan instanceof Window window && window.partitionSpec().isEmpty();
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

  /** One scan, or one in reverse over another one. */
  private SparkPlan scan(Window window, RunningWindow running) {
    boolean reverse = true;
    Seq<NamedExpression> noFrames = seq(List.of());
    Seq<SortOrder> order = running.order();
    LogicalPlan rows = window.child();
    boolean isAllReversed = running.functions().isEmpty() && running.frames().isEmpty();
    if (isAllReversed && !running.reversed().isEmpty()) {
      return planScan(
          running.reversed(), running.reversedResults(), noFrames, order, reverse, rows);
    }
    SparkPlan scan =
        planScan(running.functions(), running.results(), running.frames(), order, !reverse, rows);
    return running.reversed().isEmpty()
        ? scan
        : new PrefixScanExec(
            running.reversed(),
            running.reversedResults(),
            noFrames,
            order,
            reverse,
            seq(List.of(scan)));
  }

  private static void log(Window window, String reason) {
    if (window.getTagValue(LOGGED).isEmpty()) {
      window.setTagValue(LOGGED, true);
      LOG.info("Left to Spark, which moves all rows into one partition: {}.", reason);
    }
  }
}
