package io.sparkcumsum.window;

import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.Generate;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Offset;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.apache.spark.sql.catalyst.trees.TreeNodeTag;

/**
 * Windows below a limit inside of a query. Such a limit collects its rows from all partitions in
 * any order, so it takes the first rows of the window only if the window has a single partition, as
 * Spark's own has. The limit of a query's result is no such limit: it takes rows in the order of
 * the partitions.
 *
 * <p>A window that is planned cannot see the limit above it: a strategy gets a node and what is
 * below. So the limit, which is planned before, has to mark the window. Spark plans a copy of the
 * optimized plan, so no mark reaches another query.
 */
final class LimitedWindows {
  private static final TreeNodeTag<Boolean> LIMITED =
      new TreeNodeTag<>("io.sparkcumsum.window.limited");

  private LimitedWindows() {}

  /** If the plan is a limit, marks the window below it. */
  static void markBelow(LogicalPlan plan) {
    if (isLimit(plan)) {
      mark(plan);
    }
  }

  private static void mark(LogicalPlan plan) {
    if (plan instanceof Window) {
      plan.setTagValue(LIMITED, true);
    } else if (isLimit(plan)
        || plan instanceof Project
        || plan instanceof Filter
        || plan instanceof Generate) {
      mark(plan.children().head());
    }
  }

  private static boolean isLimit(LogicalPlan plan) {
    return plan instanceof GlobalLimit || plan instanceof LocalLimit || plan instanceof Offset;
  }

  static boolean contain(Window window) {
    return window.getTagValue(LIMITED).isDefined();
  }
}
