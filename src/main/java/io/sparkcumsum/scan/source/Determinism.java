package io.sparkcumsum.scan.source;

import static io.sparkcumsum.catalyst.Seqs.list;

import org.apache.spark.api.java.function.Function;
import org.apache.spark.rdd.DeterministicLevel;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.AttributeSet$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.execution.CollectMetricsExec;
import org.apache.spark.sql.execution.ColumnarToRowTransition;
import org.apache.spark.sql.execution.DataSourceScanExec;
import org.apache.spark.sql.execution.FilterExec;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.LimitExec;
import org.apache.spark.sql.execution.LocalTableScanExec;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.RDDScanExec;
import org.apache.spark.sql.execution.RangeExec;
import org.apache.spark.sql.execution.SampleExec;
import org.apache.spark.sql.execution.SortExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
import org.apache.spark.sql.execution.adaptive.AQEShuffleReadExec;
import org.apache.spark.sql.execution.adaptive.QueryStageExec;
import org.apache.spark.sql.execution.columnar.InMemoryTableScanExec;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.v2.BatchScanExec;
import org.apache.spark.sql.execution.exchange.BroadcastExchangeLike;
import org.apache.spark.sql.execution.exchange.Exchange;
import org.apache.spark.sql.execution.exchange.ReusedExchangeExec;
import org.apache.spark.storage.StorageLevel;
import scala.Enumeration;
import scala.collection.immutable.Seq;

/**
 * Tells what stays the same when the rows of a plan are computed a second time.
 *
 * @param rows the rows of the plan
 */
public record Determinism(SparkPlan plan, RDD<InternalRow> rows) {

  /**
   * Whether each partition has the same rows in the same order again, and may be computed again.
   */
  public boolean repeatsRows() {
    return hasLevel(DeterministicLevel.DETERMINATE())
        && !computesVolatileValues(plan)
        && !isObserved();
  }

  /**
   * Whether {@code Dataset.observe} collects metrics while the rows are computed. To compute them
   * again would count them twice.
   */
  public boolean isObserved() {
    return isObserved(plan);
  }

  private static boolean isObserved(SparkPlan plan) {
    return !isMaterialised(plan)
        && (plan instanceof CollectMetricsExec || plan.children().exists(Determinism::isObserved));
  }

  /**
   * Whether the rows may be others the second time, not only in another order: a LIMIT, or a
   * sample, takes other rows of a shuffle then.
   */
  public boolean mayHaveOtherRows() {
    return computesVolatileValues(plan) || takesSomeRows(plan);
  }

  private static boolean takesSomeRows(SparkPlan plan) {
    return !isMaterialised(plan)
        && (plan instanceof LimitExec
            || plan instanceof SampleExec
            || plan.children().exists(Determinism::takesSomeRows));
  }

  /**
   * Whether each partition has the same number of rows again, with the same values in these
   * columns, in any order. The output of a shuffle is stored, but may be read in another order each
   * time.
   */
  public boolean repeatsValues(AttributeSet columns) {
    return repeatsRows()
        || (hasLevel(DeterministicLevel.UNORDERED()) && areMadeRowByRow(plan, columns));
  }

  /** The rows, which are computed once and kept in memory and on disk. */
  public static RDD<InternalRow> persisted(RDD<InternalRow> rows) {
    return rows.toJavaRDD()
        .map((Function<InternalRow, InternalRow>) InternalRow::copy)
        .persist(StorageLevel.MEMORY_AND_DISK())
        .rdd();
  }

  private boolean hasLevel(Enumeration.Value level) {
    return rows.outputDeterministicLevel().equals(level);
  }

  /**
   * Whether some value may differ the second time, because it does not depend only on its row and
   * the place of the row.
   */
  private static boolean computesVolatileValues(SparkPlan plan) {
    return !isMaterialised(plan)
        && (!plan.expressions().forall(Determinism::isRepeatable)
            || plan.children().exists(Determinism::computesVolatileValues));
  }

  private static boolean isRepeatable(Expression expression) {
    return RowIds.asConstants(expression).deterministic();
  }

  /** Whether these columns are computed from materialised rows, each value from one row alone. */
  private static boolean areMadeRowByRow(SparkPlan plan, AttributeSet columns) {
    if (isMaterialised(plan)) {
      return true;
    } else if (plan instanceof ProjectExec project) {
      AttributeSet used = AttributeSet$.MODULE$.empty();
      for (NamedExpression column : list(project.projectList())) {
        if (columns.contains(column)) {
          if (!((Expression) column).deterministic()) {
            return false;
          }
          used = used.$plus$plus(((Expression) column).references());
        }
      }
      return areMadeRowByRow(project.child(), used);
    } else if (plan instanceof FilterExec filter) {
      return filter.condition().deterministic()
          && areMadeRowByRow(filter.child(), columns.$plus$plus(filter.condition().references()));
    }
    boolean passesRows =
        plan instanceof SortExec
            || plan instanceof WholeStageCodegenExec
            || plan instanceof InputAdapter;
    return passesRows && areMadeRowByRow(plan.children().head(), columns);
  }

  /**
   * Whether all rows are stored in an order that stays: in files, a snapshot of a table, a cached
   * table, a checkpoint, a broadcast, or the plan itself. The rows of a database or a shuffle may
   * come in another order each time.
   */
  public static boolean isStored(SparkPlan plan) {
    if (plan instanceof Exchange) {
      return plan instanceof BroadcastExchangeLike;
    } else if (plan instanceof ReusedExchangeExec reused) {
      return isStored(reused.child());
    } else if (plan instanceof QueryStageExec stage) {
      return isStored(stage.plan());
    } else if (plan instanceof InMemoryTableScanExec cached) {
      return isStored(cached.relation().cachedPlan());
    } else if (plan.children().isEmpty()) {
      return isScanOfFiles(plan)
          || PinnedScan.isPlannedAs(plan)
          || plan instanceof LocalTableScanExec
          || plan instanceof RangeExec
          || (plan instanceof RDDScanExec scan && scan.rdd().isCheckpointed());
    }
    return plan.children().forall(Determinism::isStored);
  }

  /** Whether Spark, or another engine in its place such as Comet, reads files. */
  private static boolean isScanOfFiles(SparkPlan plan) {
    return plan instanceof DataSourceScanExec scan && scan.relation() instanceof HadoopFsRelation;
  }

  /**
   * Whether the rows come one by one from a source that reports that its partitions are in this
   * order. Rows with equal keys may come in another order each time.
   */
  public static boolean isReportedIn(Seq<SortOrder> order, SparkPlan plan) {
    return isReadFromSource(plan) && SortOrder.orderingSatisfies(plan.outputOrdering(), order);
  }

  private static boolean isReadFromSource(SparkPlan plan) {
    boolean passesOrder =
        plan instanceof ProjectExec
            || plan instanceof FilterExec
            || plan instanceof ColumnarToRowTransition
            || plan instanceof WholeStageCodegenExec
            || plan instanceof InputAdapter;
    return plan instanceof BatchScanExec
        || (passesOrder && isReadFromSource(plan.children().head()));
  }

  /** Whether the rows were stored while this query ran: by an exchange, or in a cached table. */
  public static boolean isMaterialised(SparkPlan plan) {
    return plan instanceof Exchange
        || plan instanceof ReusedExchangeExec
        || plan instanceof QueryStageExec
        || plan instanceof AQEShuffleReadExec
        || plan instanceof StoredRows;
  }
}
