package io.sparkcumsum.scan;

import static io.sparkcumsum.scan.Seqs.seq;

import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.CodegenSupport;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;

/**
 * Rows in their natural order of which the first pass reads only the columns that it needs.
 *
 * @param columns the plan of the first pass, see {@link RereadRows}
 */
record RereadInput(SparkPlan columns, RDD<InternalRow> rows, List<ScanFunction> functions)
    implements ScanInput {
  /** What Spark numbers a stage with that is not one of the planned ones. */
  private static final int TEMPORARY_STAGE = 0;

  @Override
  public List<byte[]> totals() {
    if (rows.getNumPartitions() == 1) {
      return List.of();
    }
    return PartitionTotals.collect(plan().execute());
  }

  /** The totals in one stage with what they are computed from. */
  private SparkPlan plan() {
    SparkPlan stage = columns instanceof WholeStageCodegenExec whole ? whole.child() : columns;
    boolean generates =
        stage instanceof CodegenSupport support
            && support.supportCodegen()
            && columns.conf().wholeStageEnabled();
    return generates
        ? new WholeStageCodegenExec(new PartitionTotalsExec(seq(functions), stage), TEMPORARY_STAGE)
        : new PartitionTotalsExec(seq(functions), columns);
  }
}
