package io.sparkcumsum.scan.input;

import static io.sparkcumsum.catalyst.Seqs.list;

import io.sparkcumsum.scan.function.ScanFunctions;
import io.sparkcumsum.scan.ordering.Segments;
import io.sparkcumsum.scan.phase.PartitionTotals;
import io.sparkcumsum.scan.phase.Totals;
import io.sparkcumsum.scan.source.Determinism;
import java.util.Collections;
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
 * Rows that each pass computes from the plan. If the plan sorts its partitions, only the second
 * pass does, because nearly all totals need no order.
 *
 * <p>Rows that may differ when they are computed again are persisted in memory and on disk by the
 * first pass. If a persisted partition is lost, it is computed again, and the second pass fails at
 * its end if the rows differ.
 *
 * @param forTotals the rows of the first pass
 * @param functions the functions over the columns of the first pass
 * @param rows the rows of the second pass
 * @param segments how the rows are divided; null if they are one segment
 */
public record RecomputedInput(
    RDD<InternalRow> forTotals, ScanFunctions functions, RDD<InternalRow> rows, Segments segments)
    implements TwoPassInput {

  public static RecomputedInput of(SparkPlan plan, ScanFunctions functions, Segments segments) {
    RDD<InternalRow> rows = plan.execute();
    if (rows.getNumPartitions() > 1 && (segments == null || segments.haveParts())) {
      Determinism determinism = new Determinism(plan, rows);
      boolean isRepeated =
          functions.dependOnOrder()
              ? determinism.repeatsRows()
              : determinism.repeatsValues(functions.references());
      if (!isRepeated) {
        return persisted(rows, functions, segments);
      }
      SparkPlan sorted =
          functions.dependOnOrder() ? null : shuffledBeforeSort(plan, functions.references());
      if (sorted != null) {
        return new RecomputedInput(
            sorted.execute(), functions.over(list(sorted.output())), rows, segments);
      }
    }
    return new RecomputedInput(rows, functions, rows, segments);
  }

  /** Rows that the first pass persists for the second. */
  public static RecomputedInput persisted(
      RDD<InternalRow> rows, ScanFunctions functions, Segments segments) {
    RDD<InternalRow> persisted = Determinism.persisted(rows);
    return new RecomputedInput(persisted, functions, persisted, segments);
  }

  @Override
  public Totals totals() {
    if (segments != null && !segments.haveParts()) {
      return Totals.known(Collections.nCopies(rows.getNumPartitions(), new byte[0]));
    }
    return forTotals.getNumPartitions() == 1
        ? Totals.known(List.of())
        : Totals.of(PartitionTotals.of(forTotals, functions, segments));
  }

  /**
   * The input of the sort at the top of the plan, where only projections may be above it. Null if
   * there is no such sort, if its input is not the output of a shuffle, which is stored already, or
   * if the input lacks a needed column.
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
