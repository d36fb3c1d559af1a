package io.sparkcumsum.scan;

import org.apache.spark.api.java.function.Function;
import org.apache.spark.rdd.DeterministicLevel;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.MonotonicallyIncreasingID;
import org.apache.spark.sql.catalyst.expressions.SparkPartitionID;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.storage.StorageLevel;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Rows that two passes can read alike.
 *
 * <p>Rows that may come out differently when they are computed again are kept in memory and on disk
 * from the first pass on. If a copy is lost on the way, the second pass computes it again and the
 * scan notices when it differs.
 */
final class RepeatableInput {
  private RepeatableInput() {}

  static RDD<InternalRow> of(SparkPlan plan) {
    RDD<InternalRow> rows = plan.execute();
    if (!isIndeterminate(rows) && isDeterministic(plan)) {
      return rows;
    }
    return rows.toJavaRDD()
        .map((Function<InternalRow, InternalRow>) InternalRow::copy)
        .persist(StorageLevel.MEMORY_AND_DISK())
        .rdd();
  }

  private static boolean isIndeterminate(RDD<InternalRow> rows) {
    return rows.outputDeterministicLevel().equals(DeterministicLevel.INDETERMINATE());
  }

  private static boolean isDeterministic(SparkPlan plan) {
    return plan.find(RepeatableInput::hasVolatileExpression).isEmpty();
  }

  private static boolean hasVolatileExpression(SparkPlan plan) {
    for (Expression expression : CollectionConverters.asJava(plan.expressions())) {
      if (expression.find(RepeatableInput::isVolatile).isDefined()) {
        return true;
      }
    }
    return false;
  }

  /** Ids of partitions and of rows in them are the same again when the rows are. */
  private static boolean isVolatile(Expression expression) {
    return !expression.deterministic()
        && !(expression instanceof MonotonicallyIncreasingID)
        && !(expression instanceof SparkPartitionID)
        && expression.children().forall(Expression::deterministic);
  }
}
