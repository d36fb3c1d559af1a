package io.sparkcumsum.scan.source;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.SparkCompat;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.SupportsReportStatistics;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.datasources.v2.BatchScanExec;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2ScanRelation;
import org.apache.spark.sql.execution.datasources.v2.V2ScanRelationPushDown$;

/**
 * Scans of tables that have versions, as those of Iceberg have. Spark has loaded one version, which
 * a scan reads however often, even if the table is written to meanwhile.
 */
final class PinnedScan {
  private PinnedScan() {}

  static boolean isPlannedAs(SparkPlan plan) {
    return plan instanceof BatchScanExec scan && SparkCompat.version(scan.table()) != null;
  }

  /** How many bytes a scan reads as its source estimates, of a table with versions or without. */
  static OptionalLong size(BatchScanExec scan) {
    return scan.scan() instanceof SupportsReportStatistics reports
        ? reports.estimateStatistics().sizeInBytes()
        : OptionalLong.empty();
  }

  /**
   * Whether the only relation of a plan is a pinned scan that can be made again from what the plan
   * tells. It cannot be if the source took filters, which are not in the plan any more.
   */
  static boolean canBeMadeAgain(LogicalPlan rows, DataSourceV2ScanRelation relation) {
    // Partitions by key may be others if not all columns are read.
    return SparkCompat.version(relation.relation().table()) != null
        && relation.keyGroupedPartitioning().isEmpty()
        && scans(madeAgain(rows)).equals(List.of(relation.scan()));
  }

  /** The plan over scans that are made anew, of no more columns and rows than the plan needs. */
  static LogicalPlan madeAgain(LogicalPlan rows) {
    return V2ScanRelationPushDown$.MODULE$.apply(withTables(rows));
  }

  /** The plan as it was before there were scans in it. */
  private static LogicalPlan withTables(LogicalPlan plan) {
    DataSourceV2ScanRelation relation = belowFilters(plan);
    if (relation == null) {
      return withChildren(plan, PinnedScan::withTables);
    }
    List<NamedExpression> columns = new ArrayList<>(list(relation.output()));
    return new Project(seq(columns), withTable(plan));
  }

  /** The scan that only filters are above; null if there is none. */
  private static DataSourceV2ScanRelation belowFilters(LogicalPlan plan) {
    if (plan instanceof Filter filter) {
      return belowFilters(filter.child());
    }
    return plan instanceof DataSourceV2ScanRelation relation ? relation : null;
  }

  /** Filters right above the table, where its source can take them. */
  private static LogicalPlan withTable(LogicalPlan plan) {
    return plan instanceof DataSourceV2ScanRelation relation
        ? relation.relation()
        : withChildren(plan, PinnedScan::withTable);
  }

  private static LogicalPlan withChildren(LogicalPlan plan, UnaryOperator<LogicalPlan> function) {
    return plan.children().isEmpty()
        ? plan
        : plan.withNewChildren(seq(list(plan.children()).stream().map(function).toList()));
  }

  private static List<Scan> scans(LogicalPlan plan) {
    return list(plan.collectLeaves()).stream()
        .map(leaf -> leaf instanceof DataSourceV2ScanRelation relation ? relation.scan() : null)
        .toList();
  }
}
