package io.sparkcumsum.window;

import io.sparkcumsum.scan.PrefixScanExec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.Generate;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Offset;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.apache.spark.sql.catalyst.trees.TreeNodeTag;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Plans windows over all rows, those without PARTITION BY, as {@link PrefixScanExec} where every
 * function of them is a scan. Others are Spark's.
 */
public final class RunningWindowStrategy extends SparkStrategy {
  private static final Logger LOG = LoggerFactory.getLogger(RunningWindowStrategy.class);

  /** Marks a window that was logged: adaptive execution plans it again and again. */
  private static final TreeNodeTag<Boolean> LOGGED =
      new TreeNodeTag<>("io.sparkcumsum.window.logged");

  /** Marks a window below a limit. */
  private static final TreeNodeTag<Boolean> LIMITED =
      new TreeNodeTag<>("io.sparkcumsum.window.limited");

  private final BooleanSupplier enabled;
  private final BooleanSupplier takesFloatingPoint;

  /**
   * @param enabled whether windows are planned here, asked for each of them
   * @param takesFloatingPoint also those with sums and averages in FLOAT and DOUBLE
   */
  public RunningWindowStrategy(BooleanSupplier enabled, BooleanSupplier takesFloatingPoint) {
    this.enabled = enabled;
    this.takesFloatingPoint = takesFloatingPoint;
  }

  /** Plans are visited from the root down, a limit before the window below it. */
  @Override
  public Seq<SparkPlan> apply(LogicalPlan plan) {
    List<SparkPlan> planned = new ArrayList<>();
    if (isLimit(plan)) {
      markLimited(plan);
    } else if (plan instanceof Window window
        && window.partitionSpec().isEmpty()
        && enabled.getAsBoolean()) {
      try {
        planned.add(plan(window));
      } catch (NotAScanException e) {
        log(window, e.getMessage());
      }
    }
    return CollectionConverters.asScala(planned).toSeq();
  }

  /** A limit other than that of the query's result, which takes partitions in their order. */
  private static boolean isLimit(LogicalPlan plan) {
    return plan instanceof GlobalLimit || plan instanceof LocalLimit || plan instanceof Offset;
  }

  /** Marks the window whose rows a limit takes in their order. */
  private static void markLimited(LogicalPlan plan) {
    if (plan instanceof Window window) {
      window.setTagValue(LIMITED, true);
    } else if (isLimit(plan)
        || plan instanceof Project
        || plan instanceof Filter
        || plan instanceof Generate) {
      markLimited(plan.children().head());
    }
  }

  private SparkPlan plan(Window window) throws NotAScanException {
    if (window.getTagValue(LIMITED).isDefined()) {
      throw new NotAScanException(
          "A limit takes the first rows of a window in the order that one partition has");
    }
    RunningWindow running = new RunningWindow(window, takesFloatingPoint.getAsBoolean());
    PrefixScanExec scan =
        new PrefixScanExec(
            running.functions(), running.results(), running.order(), planLater(window.child()));
    if (running.showsResults()) {
      return scan;
    }
    List<NamedExpression> output =
        new ArrayList<>(CollectionConverters.asJava(window.child().output()));
    output.addAll(running.columns());
    return new ProjectExec(CollectionConverters.asScala(output).toSeq(), scan);
  }

  private static void log(Window window, String reason) {
    if (window.getTagValue(LOGGED).isEmpty()) {
      window.setTagValue(LOGGED, true);
      LOG.info("Left to Spark, which moves all rows into one partition: {}.", reason);
    }
  }
}
