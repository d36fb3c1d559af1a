package io.sparkcumsum.scan;

import static io.sparkcumsum.scan.Seqs.list;
import static io.sparkcumsum.scan.Seqs.seq;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.optimizer.ColumnPruning$;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Range;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.execution.columnar.InMemoryRelation;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.exchange.Exchange;

/**
 * Finds the rows that can be read a second time with fewer columns: those that come row by row from
 * files, a cached table or the plan itself, in the same partitions whichever columns are read.
 */
final class RereadRows {
  private RereadRows() {}

  /**
   * The same rows with only these of their columns; empty if they are to be computed once, or if
   * they might be others or in other partitions the second time.
   */
  static Optional<LogicalPlan> columns(LogicalPlan rows, AttributeSet needed) {
    if (!canBeReread(rows)) {
      return Optional.empty();
    }
    List<NamedExpression> columns =
        list(rows.output()).stream()
            .filter(needed::contains)
            .map(NamedExpression.class::cast)
            .toList();
    return Optional.of(
        columns.size() == rows.output().size()
            ? rows
            : ColumnPruning$.MODULE$.apply(new Project(seq(columns), rows)));
  }

  private static boolean canBeReread(LogicalPlan plan) {
    if (plan instanceof Project || plan instanceof Filter) {
      return plan.expressions().forall(RereadRows::isRepeatable)
          && canBeReread(plan.children().head());
    }
    if (plan instanceof LogicalRelation relation) {
      // Buckets are read as partitions if their columns are.
      return relation.relation() instanceof HadoopFsRelation files && files.bucketSpec().isEmpty();
    }
    if (plan instanceof InMemoryRelation cached) {
      return !cached
          .cachedPlan()
          .exists(node -> node instanceof Exchange || node instanceof AdaptiveSparkPlanExec);
    }
    return plan instanceof LocalRelation || plan instanceof Range;
  }

  private static boolean isRepeatable(Expression expression) {
    return !SubqueryExpression.hasSubquery(expression)
        && RowIds.asConstants(expression).deterministic();
  }
}
