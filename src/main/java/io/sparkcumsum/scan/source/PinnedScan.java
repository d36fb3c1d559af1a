package io.sparkcumsum.scan.source;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.SparkCompat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.datasources.v2.BatchScanExec;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2ScanRelation;
import org.apache.spark.sql.execution.datasources.v2.V2ScanRelationPushDown$;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scans of a snapshot of an Iceberg table. Spark has loaded one snapshot, which a scan reads
 * however often, even if the table is written to meanwhile. Other sources do not say that rows come
 * in the same order each time, and nor do Iceberg's tables of metadata, which have no snapshot.
 */
final class PinnedScan {
  private static final Logger LOG = LoggerFactory.getLogger(PinnedScan.class);
  private static final String SCAN = "org.apache.iceberg.spark.source.SparkBatchQueryScan";
  private static final String NO_SNAPSHOT = "snapshot_null";

  private PinnedScan() {}

  static boolean isPlannedAs(SparkPlan plan) {
    return plan instanceof BatchScanExec scan && isPinned(scan.scan(), scan.table());
  }

  private static boolean isPinned(Scan scan, Table table) {
    if (!scan.getClass().getName().equals(SCAN)) {
      return false;
    }
    String version = SparkCompat.version(table);
    return version != null && !version.endsWith(NO_SNAPSHOT);
  }

  /**
   * Whether the only relation of a plan is a pinned scan that can be made again from what the plan
   * tells. It cannot be if the source took filters, which are not in the plan any more.
   */
  static boolean canBeMadeAgain(LogicalPlan rows, DataSourceV2ScanRelation relation) {
    // Partitions by key depend on the columns that are read, and ids of rows and partitions on the
    // order in which Iceberg lists files, which may be another one each time.
    return isPinned(relation.scan(), relation.relation().table())
        && relation.keyGroupedPartitioning().isEmpty()
        && !rows.exists(node -> !node.expressions().forall(Expression::deterministic))
        && madeAgain(rows).filter(plan -> scans(plan).equals(List.of(relation.scan()))).isPresent();
  }

  /**
   * The plan over scans that are made anew, of no more columns and rows than the plan needs. Empty
   * if the source refuses, because the snapshot has expired meanwhile.
   */
  static Optional<LogicalPlan> madeAgain(LogicalPlan rows) {
    try {
      return Optional.of(V2ScanRelationPushDown$.MODULE$.apply(withTables(rows)));
    } catch (Exception e) {
      LOG.info("A table is not read for few of its columns first: {}", e.toString());
      return Optional.empty();
    }
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
