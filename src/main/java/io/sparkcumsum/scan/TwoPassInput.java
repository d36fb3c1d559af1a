package io.sparkcumsum.scan;

import org.apache.spark.api.java.function.Function;
import org.apache.spark.rdd.DeterministicLevel;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.MonotonicallyIncreasingID;
import org.apache.spark.sql.catalyst.expressions.SparkPartitionID;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.SortExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
import org.apache.spark.sql.execution.adaptive.AQEShuffleReadExec;
import org.apache.spark.sql.execution.adaptive.QueryStageExec;
import org.apache.spark.sql.execution.exchange.Exchange;
import org.apache.spark.storage.StorageLevel;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The rows of a plan for the two passes of a scan: the same partitions with the same rows, sorted
 * for the second pass only, since a total needs no order.
 *
 * <p>Rows that may come out differently when they are computed again are kept in memory and on disk
 * from the first pass on. Where a kept partition is lost, it is computed again, and the end of the
 * second pass notices if it differs.
 */
record TwoPassInput(RDD<InternalRow> forTotals, RDD<InternalRow> forScan) {

  static TwoPassInput of(SparkPlan plan) {
    RDD<InternalRow> rows = plan.execute();
    if (isIndeterminate(rows) || computesVolatileValues(plan)) {
      RDD<InternalRow> kept = keep(rows);
      return new TwoPassInput(kept, kept);
    }
    return new TwoPassInput(beforeSort(plan, rows), rows);
  }

  private static RDD<InternalRow> keep(RDD<InternalRow> rows) {
    return rows.toJavaRDD()
        .map((Function<InternalRow, InternalRow>) InternalRow::copy)
        .persist(StorageLevel.MEMORY_AND_DISK())
        .rdd();
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
        || plan instanceof QueryStageExec
        || plan instanceof AQEShuffleReadExec;
  }

  private static boolean isIndeterminate(RDD<InternalRow> rows) {
    return rows.outputDeterministicLevel().equals(DeterministicLevel.INDETERMINATE());
  }

  /** Whether values that differ from run to run are made since the last shuffle. */
  private static boolean computesVolatileValues(SparkPlan plan) {
    if (isShuffled(plan)) {
      return false;
    }
    for (Expression expression : CollectionConverters.asJava(plan.expressions())) {
      if (expression.find(TwoPassInput::isVolatile).isDefined()) {
        return true;
      }
    }
    return plan.children().exists(TwoPassInput::computesVolatileValues);
  }

  /** Ids of partitions and of the rows in them are the same again when the rows are. */
  private static boolean isVolatile(Expression expression) {
    return !expression.deterministic()
        && expression.children().forall(Expression::deterministic)
        && !(expression instanceof MonotonicallyIncreasingID)
        && !(expression instanceof SparkPartitionID);
  }
}
