package io.sparkcumsum.window;

import static io.sparkcumsum.catalyst.Seqs.list;

import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Ascending$;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.MonotonicallyIncreasingID;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Window;

/**
 * Recognizes an order that the rows have already: that of a {@code monotonically_increasing_id()}
 * from below, if no operator in between moves rows.
 */
final class NaturalOrder {
  private NaturalOrder() {}

  static boolean isGivenBy(SortOrder key, LogicalPlan rows) {
    return key.direction().equals(Ascending$.MODULE$)
        && key.child() instanceof Attribute attribute
        && isRowId(attribute, rows);
  }

  private static boolean isRowId(Attribute attribute, LogicalPlan rows) {
    if (rows instanceof Filter filter) {
      return isRowId(attribute, filter.child());
    }
    if (rows instanceof Window window) {
      return window.partitionSpec().isEmpty()
          && !window.orderSpec().isEmpty()
          && isGivenBy(window.orderSpec().head(), window.child())
          && isRowId(attribute, window.child());
    }
    if (!(rows instanceof Project project)) {
      return false;
    }
    for (NamedExpression column : list(project.projectList())) {
      if (column.exprId().equals(attribute.exprId())) {
        Expression value = column instanceof Alias alias ? alias.child() : (Expression) column;
        return value instanceof MonotonicallyIncreasingID
            || (value instanceof Attribute same && isRowId(same, project.child()));
      }
    }
    return false;
  }
}
