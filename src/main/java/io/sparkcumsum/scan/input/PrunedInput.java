package io.sparkcumsum.scan.input;

import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.scan.function.ScanFunctions;
import io.sparkcumsum.scan.phase.PartitionTotalsExec;
import io.sparkcumsum.scan.phase.Totals;
import io.sparkcumsum.scan.source.Determinism;
import io.sparkcumsum.scan.source.InputSplits;
import io.sparkcumsum.scan.source.PrunedPlan;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.CodegenSupport;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;

/**
 * Rows that are taken as they come. The first pass reads only the columns that it needs.
 *
 * @param plan the plan of the rows
 * @param columns the plan of the first pass, see {@link PrunedPlan}
 */
public record PrunedInput(
    SparkPlan plan, SparkPlan columns, RDD<InternalRow> rows, ScanFunctions functions)
    implements TwoPassInput {
  /** Spark's id for a stage that is not in the plan of the query. */
  private static final int TEMPORARY_STAGE = 0;

  @Override
  public Totals totals() {
    // Generated code cannot hold rows until their total is known.
    if (rows.getNumPartitions() == 1 && !functions.needGrandTotal()) {
      return Totals.known(List.of());
    }
    // Other scans of the same rows, such as Comet's of Iceberg, may list partitions in another
    // order.
    InputSplits inOrder = Determinism.isStored(columns) ? inPartitionsOfRows() : null;
    return Totals.of(inOrder == null ? totalsOf(plan).execute() : inOrder.rows());
  }

  /** The totals of few columns; null if the partitions differ, as files were listed again since. */
  private InputSplits inPartitionsOfRows() {
    InputSplits totals = new InputSplits(totalsOf(columns).execute(), false);
    return totals.inPartitionsOf(new InputSplits(rows, false));
  }

  /** The plan of the totals, in one codegen stage with its source if possible. */
  private SparkPlan totalsOf(SparkPlan source) {
    SparkPlan stage = source instanceof WholeStageCodegenExec whole ? whole.child() : source;
    boolean generates = source.conf().wholeStageEnabled() && isOneStage(stage);
    return generates
        ? new WholeStageCodegenExec(
            new PartitionTotalsExec(seq(functions.functions()), stage), TEMPORARY_STAGE)
        : new PartitionTotalsExec(seq(functions.functions()), source);
  }

  /**
   * Whether all operators down to the input of a stage generate code. Spark gives up on stages with
   * too many columns.
   */
  private static boolean isOneStage(SparkPlan plan) {
    return plan instanceof InputAdapter
        || (!(plan instanceof WholeStageCodegenExec)
            && plan instanceof CodegenSupport support
            && support.supportCodegen()
            && plan.children().forall(PrunedInput::isOneStage));
  }
}
