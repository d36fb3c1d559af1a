package io.sparkcumsum.scan.input;

import static io.sparkcumsum.catalyst.Seqs.list;

import io.sparkcumsum.catalyst.Jobs;
import io.sparkcumsum.scan.function.ScanFunctions;
import io.sparkcumsum.scan.phase.PartitionTotals;
import io.sparkcumsum.scan.source.Determinism;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SortExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;

/**
 * The rows of a plan for the two passes of a scan: the same partitions with the same rows, sorted
 * for the second pass only, since nearly all totals need no order.
 *
 * <p>Rows that may come out differently when they are computed again are kept in memory and on disk
 * from the first pass on. Where a kept partition is lost, it is computed again, and the end of the
 * second pass notices if it differs.
 *
 * @param forTotals the rows of the first pass
 * @param functions over the columns of the first pass
 * @param rows those of the second
 */
public record RecomputedInput(
    RDD<InternalRow> forTotals, ScanFunctions functions, RDD<InternalRow> rows)
    implements TwoPassInput {

  public static RecomputedInput of(SparkPlan plan, ScanFunctions functions) {
    RDD<InternalRow> rows = plan.execute();
    if (rows.getNumPartitions() > 1) {
      Determinism determinism = new Determinism(plan, rows);
      boolean isRepeated =
          functions.dependOnOrder()
              ? determinism.repeatsRows()
              : determinism.repeatsValues(functions.references());
      if (!isRepeated) {
        return persisted(rows, functions);
      }
      SparkPlan sorted =
          functions.dependOnOrder() ? null : shuffledBeforeSort(plan, functions.references());
      if (sorted != null) {
        return new RecomputedInput(sorted.execute(), functions.over(list(sorted.output())), rows);
      }
    }
    return new RecomputedInput(rows, functions, rows);
  }

  /** The rows as the first pass reads them, for the second as well. */
  public static RecomputedInput persisted(RDD<InternalRow> rows, ScanFunctions functions) {
    RDD<InternalRow> persisted = Determinism.persisted(rows);
    return new RecomputedInput(persisted, functions, persisted);
  }

  @Override
  public List<byte[]> totals() {
    return forTotals.getNumPartitions() == 1
        ? List.of()
        : Jobs.collect(PartitionTotals.of(forTotals, functions));
  }

  /**
   * What a sort reads that is at the top of the plan, or below columns that are made after it; null
   * if there is none, if it has not been shuffled and so is not kept already, or if it lacks some
   * of the needed columns.
   */
  private static SparkPlan shuffledBeforeSort(SparkPlan plan, AttributeSet needed) {
    if (plan instanceof WholeStageCodegenExec || plan instanceof InputAdapter) {
      return shuffledBeforeSort(plan.children().head(), needed);
    } else if (plan instanceof ProjectExec project
        && needed.subsetOf(project.child().outputSet())) {
      return shuffledBeforeSort(project.child(), needed);
    } else if (plan instanceof SortExec sort) {
      SparkPlan source =
          sort.child() instanceof InputAdapter adapter ? adapter.child() : sort.child();
      return Determinism.isMaterialised(source) ? source : null;
    }
    return null;
  }
}
