package io.sparkcumsum.window;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.error.CumsumErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.HintInfo;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.RepartitionByExpression;
import org.apache.spark.sql.catalyst.plans.logical.ResolvedHint;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.UnresolvedHint;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.apache.spark.sql.catalyst.plans.logical.WindowHint;
import org.apache.spark.sql.catalyst.rules.Rule;
import scala.Option;

/**
 * Whether the groups of a window with PARTITION BY are divided: always, or never. In a query it is
 * the hint {@code CUMSUM_PARTITIONED(always)} or {@code (never)}, which is for all windows below it
 * that no other hint is nearer to.
 */
public final class PartitionedHint extends WindowHint {
  static final PartitionedHint ALWAYS = new PartitionedHint("always");
  static final PartitionedHint NEVER = new PartitionedHint("never");

  private static final String NAME = "CUMSUM_PARTITIONED";

  private final String mode;

  private PartitionedHint(String mode) {
    this.mode = mode;
  }

  /** Whether the groups of a window are divided; null if nothing says so. */
  static Boolean of(LogicalPlan window) {
    boolean isMarked = window instanceof Window marked && isHere(marked);
    return isMarked ? (Boolean) ((Window) window).hint().get().equals(ALWAYS) : null;
  }

  private static boolean isHere(Window window) {
    return window.hint().exists(hint -> hint instanceof PartitionedHint);
  }

  /** The plan with the hint in its windows with PARTITION BY that have none. */
  private LogicalPlan in(LogicalPlan plan) {
    return rewritten(plan, node -> isFree(node) ? marked((Window) node) : node);
  }

  /** Whether a plan is a window with PARTITION BY that no hint is in. */
  private static boolean isFree(LogicalPlan plan) {
    return plan instanceof Window window && !window.partitionSpec().isEmpty() && !isHere(window);
  }

  private Window marked(Window window) {
    return new Window(
        window.windowExpressions(),
        window.partitionSpec(),
        window.orderSpec(),
        window.child(),
        Option.apply(this));
  }

  @Override
  public String toString() {
    return NAME + "(" + mode + ")";
  }

  /** What Spark's node of a hint holds until the analyzer knows the windows. */
  private static final class Info extends HintInfo {
    private final transient PartitionedHint hint;

    Info(PartitionedHint hint) {
      super(Option.empty());
      this.hint = hint;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Info info && info.hint.equals(hint);
    }

    @Override
    public int hashCode() {
      return hint.hashCode();
    }
  }

  /** Finds the hint in a query. */
  public static final class Resolve extends Rule<LogicalPlan> {
    @Override
    public LogicalPlan apply(LogicalPlan plan) {
      return rewritten(
          plan,
          node ->
              node instanceof UnresolvedHint hint && hint.name().equalsIgnoreCase(NAME)
                  ? new ResolvedHint(hint.child(), new Info(hint(hint)))
                  : node);
    }

    private static PartitionedHint hint(UnresolvedHint hint) {
      List<String> given = new ArrayList<>();
      for (Expression parameter : list(hint.parameters())) {
        given.add(
            parameter instanceof UnresolvedAttribute name
                ? name.name()
                : String.valueOf(parameter.foldable() ? parameter.eval(null) : parameter.sql()));
      }
      String mode = String.join(", ", given).toLowerCase(Locale.ROOT);
      for (PartitionedHint of : List.of(ALWAYS, NEVER)) {
        if (of.mode.equals(mode)) {
          return of;
        }
      }
      throw CumsumErrors.invalidArgument(NAME, "mode", ALWAYS.mode + " or " + NEVER.mode, mode);
    }
  }

  /** Takes the hint from its place in the query into the windows below. */
  public static final class Mark extends Rule<LogicalPlan> {
    @Override
    public LogicalPlan apply(LogicalPlan plan) {
      return rewritten(
          plan,
          node ->
              node instanceof ResolvedHint resolved && resolved.hints() instanceof Info info
                  ? info.hint.in(resolved.child())
                  : node);
    }
  }

  /**
   * Leaves windows alone whose rows the query puts into partitions by an expression: Spark takes
   * their partitions for these if the keys are the same, and does not say so in the plan.
   */
  public static final class KeepRepartitioning extends Rule<LogicalPlan> {
    @Override
    public LogicalPlan apply(LogicalPlan plan) {
      return rewritten(
          plan,
          node ->
              node instanceof RepartitionByExpression repartition
                  ? repartition.withNewChildren(seq(List.of(marked(repartition.child()))))
                  : node);
    }

    private static LogicalPlan marked(LogicalPlan plan) {
      boolean keepsPartitions =
          plan instanceof Window
              || plan instanceof Project
              || plan instanceof Filter
              || plan instanceof Sort;
      if (!keepsPartitions) {
        return plan;
      }
      LogicalPlan node = plan.withNewChildren(seq(List.of(marked(plan.children().head()))));
      return isFree(node) ? NEVER.marked((Window) node) : node;
    }
  }

  /** The plan with each node replaced, after those below it. */
  private static LogicalPlan rewritten(LogicalPlan plan, UnaryOperator<LogicalPlan> replacement) {
    List<LogicalPlan> children = new ArrayList<>();
    boolean isChanged = false;
    for (LogicalPlan child : list(plan.children())) {
      LogicalPlan newChild = rewritten(child, replacement);
      isChanged |= newChild != child;
      children.add(newChild);
    }
    return replacement.apply(isChanged ? plan.withNewChildren(seq(children)) : plan);
  }
}
