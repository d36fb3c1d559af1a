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
 * Windows whose first rows are taken by a limit inside of the query. Such a limit gathers its rows
 * from all partitions in any order, so that only rows of one partition are taken in theirs. The
 * limit of a query's result is none: it takes rows in the order of partitions.
 */
final class LimitedWindows {
  private static final TreeNodeTag<Boolean> LIMITED =
      new TreeNodeTag<>("io.sparkcumsum.window.limited");

  private LimitedWindows() {}

  /** Marks the window below a plan that is about to be planned, if that is a limit. */
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
