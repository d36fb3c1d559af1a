package io.sparkcumsum.scan.source;

import java.util.OptionalLong;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UserDefinedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LeafNode;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Range;
import org.apache.spark.sql.execution.columnar.InMemoryRelation;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;

/** Tells which rows are so few that one task reads them faster than several tasks start. */
public final class SmallRelation {
  /** What a task reads in about the time that a further job takes. */
  private static final long MOST_BYTES = 1 << 20;

  private SmallRelation() {}

  /**
   * Whether the plan reads a small relation, through projections and filters only. Functions of
   * users may take any time for a row, so that their rows are left to several tasks.
   *
   * @param threshold the most bytes that may be put into one partition at all
   */
  public static boolean isReadBy(LogicalPlan plan, long threshold) {
    if (plan instanceof Project || plan instanceof Filter) {
      return !plan.expressions().exists(SmallRelation::callsUserCode)
          && isReadBy(plan.children().head(), threshold);
    }
    OptionalLong size = size(plan);
    return threshold > 0 && size.isPresent() && size.getAsLong() <= Math.min(threshold, MOST_BYTES);
  }

  private static boolean callsUserCode(Expression expression) {
    return expression.exists(node -> node instanceof UserDefinedExpression);
  }

  private static OptionalLong size(LogicalPlan relation) {
    boolean isKnown =
        relation instanceof LocalRelation
            || relation instanceof Range
            || (relation instanceof LogicalRelation files
                && files.relation() instanceof HadoopFsRelation)
            || (relation instanceof InMemoryRelation cached
                && cached.cacheBuilder().isCachedColumnBuffersLoaded());
    if (!isKnown) {
      return OptionalLong.empty();
    }
    scala.math.BigInt bytes =
        relation instanceof LogicalRelation files
            ? scala.math.BigInt.apply(files.relation().sizeInBytes())
            : ((LeafNode) relation).computeStats().sizeInBytes();
    return bytes.isValidLong() ? OptionalLong.of(bytes.toLong()) : OptionalLong.empty();
  }
}
