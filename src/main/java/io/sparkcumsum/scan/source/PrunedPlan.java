package io.sparkcumsum.scan.source;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.FileSourceOptions;
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
import org.apache.spark.sql.catalyst.util.CaseInsensitiveMap$;
import org.apache.spark.sql.execution.columnar.InMemoryRelation;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.orc.OrcFileFormat;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2ScanRelation;

/**
 * Plans the rows for a pass that needs only some of their columns, if they can be read twice: they
 * come from files, a snapshot of a table, a cached table or the plan itself, through projections
 * and filters only.
 */
public final class PrunedPlan {
  private PrunedPlan() {}

  /**
   * The same rows in the same partitions with only the needed columns, or with all columns if
   * leaving some out may change which rows there are. Empty if the rows cannot be read twice.
   */
  public static Optional<LogicalPlan> columns(LogicalPlan rows, AttributeSet needed) {
    if (!canBeReread(rows, rows)) {
      return Optional.empty();
    }
    List<NamedExpression> columns =
        list(rows.output()).stream()
            .filter(needed::contains)
            .map(NamedExpression.class::cast)
            .toList();
    return columns.size() == rows.output().size() || rows.exists(PrunedPlan::dependsOnColumns)
        ? Optional.of(rows)
        : PinnedScan.madeAgain(ColumnPruning$.MODULE$.apply(new Project(seq(columns), rows)));
  }

  /** Whether a plan, which is part of the plan of the rows, can be read twice. */
  private static boolean canBeReread(LogicalPlan plan, LogicalPlan rows) {
    if (plan instanceof Project || plan instanceof Filter) {
      return plan.expressions().forall(PrunedPlan::isRepeatable)
          && canBeReread(plan.children().head(), rows);
    }
    if (plan instanceof LogicalRelation relation) {
      // Spark makes partitions of buckets only if it reads the columns of the buckets.
      return relation.relation() instanceof HadoopFsRelation files && files.bucketSpec().isEmpty();
    }
    if (plan instanceof DataSourceV2ScanRelation scan) {
      return PinnedScan.canBeMadeAgain(rows, scan);
    }
    if (plan instanceof InMemoryRelation cached) {
      return Determinism.isStored(cached.cachedPlan());
    }
    return plan instanceof LocalRelation || plan instanceof Range;
  }

  private static boolean isRepeatable(Expression expression) {
    return !SubqueryExpression.hasSubquery(expression)
        && RowIds.asConstants(expression).deterministic();
  }

  /**
   * Whether unreadable rows may be skipped. Whether a row is readable may depend on the columns
   * that are read.
   */
  private static boolean dependsOnColumns(LogicalPlan plan) {
    return plan instanceof LogicalRelation relation
        && relation.relation() instanceof HadoopFsRelation files
        && !((files.fileFormat() instanceof ParquetFileFormat
                || files.fileFormat() instanceof OrcFileFormat)
            && failsOnFaults(files));
  }

  private static boolean failsOnFaults(HadoopFsRelation files) {
    FileSourceOptions options =
        new FileSourceOptions(CaseInsensitiveMap$.MODULE$.apply(files.options()));
    return !options.ignoreCorruptFiles() && !options.ignoreMissingFiles();
  }
}
