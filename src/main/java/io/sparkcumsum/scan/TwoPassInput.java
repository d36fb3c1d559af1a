package io.sparkcumsum.scan;

import static io.sparkcumsum.scan.Seqs.list;

import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.rdd.DeterministicLevel;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.execution.FilterExec;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SortExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
import org.apache.spark.sql.execution.adaptive.AQEShuffleReadExec;
import org.apache.spark.sql.execution.adaptive.QueryStageExec;
import org.apache.spark.sql.execution.exchange.Exchange;
import org.apache.spark.sql.execution.exchange.ReusedExchangeExec;
import org.apache.spark.storage.StorageLevel;

/**
 * The rows of a plan for the two passes of a scan: the same partitions with the same rows, sorted
 * for the second pass only, since nearly all totals need no order.
 *
 * <p>Rows that may come out differently when they are computed again are kept in memory and on disk
 * from the first pass on. Where a kept partition is lost, it is computed again, and the end of the
 * second pass notices if it differs.
 *
 * @param forTotals the rows of the first pass
 * @param rows those of the second
 * @param columns of both
 */
record TwoPassInput(
    RDD<InternalRow> forTotals,
    RDD<InternalRow> rows,
    List<Attribute> columns,
    List<ScanFunction> functions)
    implements ScanInput {

  static TwoPassInput of(SparkPlan plan, List<ScanFunction> functions) {
    RDD<InternalRow> rows = plan.execute();
    RDD<InternalRow> forTotals = rows;
    boolean ordered = functions.stream().anyMatch(ScanFunction::dependsOnOrder);
    if (rows.getNumPartitions() > 1) {
      if (mayDiffer(plan, rows) || (ordered && !isDeterminate(rows))) {
        return kept(rows, list(plan.output()), functions);
      } else if (!ordered) {
        forTotals = beforeSort(plan, rows);
      }
    }
    return new TwoPassInput(forTotals, rows, list(plan.output()), functions);
  }

  /** The rows as the first pass reads them, for the second as well. */
  static TwoPassInput kept(
      RDD<InternalRow> rows, List<Attribute> columns, List<ScanFunction> functions) {
    RDD<InternalRow> kept =
        rows.toJavaRDD()
            .map((Function<InternalRow, InternalRow>) InternalRow::copy)
            .persist(StorageLevel.MEMORY_AND_DISK())
            .rdd();
    return new TwoPassInput(kept, kept, columns, functions);
  }

  @Override
  public List<byte[]> totals() {
    return forTotals.getNumPartitions() == 1
        ? List.of()
        : PartitionTotals.collect(PartitionTotals.of(forTotals, functions, columns));
  }

  static boolean isDeterminate(RDD<InternalRow> rows) {
    return rows.outputDeterministicLevel().equals(DeterministicLevel.DETERMINATE());
  }

  /** Whether the rows may be others, or in another order, when they are computed again. */
  static boolean mayDiffer(SparkPlan plan, RDD<InternalRow> rows) {
    if (isDeterminate(rows)) {
      return anySinceShuffle(plan, TwoPassInput::computesVolatileValues);
    }
    // The same rows come from a shuffle in another order each time. That is no harm to a total, but
    // to all that depends on the order.
    return rows.outputDeterministicLevel().equals(DeterministicLevel.INDETERMINATE())
        || anySinceShuffle(plan, node -> !takesRowByRow(node));
  }

  /**
   * The rows that a sort at the top of the plan reads, if they are shuffled and so kept already.
   */
  private static RDD<InternalRow> beforeSort(SparkPlan plan, RDD<InternalRow> rows) {
    SparkPlan top = plan instanceof WholeStageCodegenExec generated ? generated.child() : plan;
    if (top instanceof SortExec sort) {
      SparkPlan source =
          sort.child() instanceof InputAdapter adapter ? adapter.child() : sort.child();
      if (isShuffled(source)) {
        return source.execute();
      }
    }
    return rows;
  }

  private static boolean isShuffled(SparkPlan plan) {
    return plan instanceof Exchange
        || plan instanceof ReusedExchangeExec
        || plan instanceof QueryStageExec
        || plan instanceof AQEShuffleReadExec;
  }

  /** Whether some node of the plan since the last shuffle is of this kind. */
  private static boolean anySinceShuffle(SparkPlan plan, Predicate<SparkPlan> kind) {
    return !isShuffled(plan)
        && (kind.test(plan) || plan.children().exists(child -> anySinceShuffle(child, kind)));
  }

  private static boolean takesRowByRow(SparkPlan node) {
    boolean wrapper = node instanceof WholeStageCodegenExec || node instanceof InputAdapter;
    boolean rowByRow =
        node instanceof ProjectExec || node instanceof FilterExec || node instanceof SortExec;
    return wrapper || (rowByRow && node.expressions().forall(Expression::deterministic));
  }

  private static boolean computesVolatileValues(SparkPlan node) {
    return !node.expressions().forall(expression -> RowIds.asConstants(expression).deterministic());
  }
}
