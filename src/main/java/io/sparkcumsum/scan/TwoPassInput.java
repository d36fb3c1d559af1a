package io.sparkcumsum.scan;

import static io.sparkcumsum.scan.Seqs.list;

import java.util.List;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SortExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
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
 * @param columns of the first pass
 * @param rows those of the second
 */
record TwoPassInput(
    RDD<InternalRow> forTotals,
    List<Attribute> columns,
    RDD<InternalRow> rows,
    List<ScanFunction> functions)
    implements ScanInput {

  static TwoPassInput of(SparkPlan plan, List<ScanFunction> functions) {
    RDD<InternalRow> rows = plan.execute();
    List<Attribute> columns = list(plan.output());
    if (rows.getNumPartitions() > 1) {
      AttributeSet needed = Attributes.references(functions);
      boolean ordered = functions.stream().anyMatch(ScanFunction::dependsOnOrder);
      Recomputation again = new Recomputation(plan, rows);
      if (ordered ? !again.repeatsRows() : !again.repeatsValues(needed)) {
        return keeping(rows, columns, functions);
      }
      SparkPlan sorted = ordered ? null : shuffledBeforeSort(plan, needed);
      if (sorted != null) {
        return new TwoPassInput(sorted.execute(), list(sorted.output()), rows, functions);
      }
    }
    return new TwoPassInput(rows, columns, rows, functions);
  }

  /** The rows as the first pass reads them, for the second as well. */
  static TwoPassInput keeping(
      RDD<InternalRow> rows, List<Attribute> columns, List<ScanFunction> functions) {
    RDD<InternalRow> kept = kept(rows);
    return new TwoPassInput(kept, columns, kept, functions);
  }

  /** The rows as they are computed first, however often they are read. */
  static RDD<InternalRow> kept(RDD<InternalRow> rows) {
    return rows.toJavaRDD()
        .map((Function<InternalRow, InternalRow>) InternalRow::copy)
        .persist(StorageLevel.MEMORY_AND_DISK())
        .rdd();
  }

  @Override
  public List<byte[]> totals() {
    return forTotals.getNumPartitions() == 1
        ? List.of()
        : Jobs.collect(PartitionTotals.of(forTotals, functions, columns));
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
      return Recomputation.isMaterialised(source) ? source : null;
    }
    return null;
  }
}
