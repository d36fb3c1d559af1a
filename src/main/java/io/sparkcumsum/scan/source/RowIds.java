package io.sparkcumsum.scan.source;

import io.sparkcumsum.catalyst.Substitution;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.MonotonicallyIncreasingID;
import org.apache.spark.sql.catalyst.expressions.SparkPartitionID;

/** Ids of partitions and of the rows in them, which are the same again when the rows are. */
final class RowIds {
  private RowIds() {}

  /** The expression without them: all that is not deterministic in it differs each time. */
  static Expression asConstants(Expression expression) {
    return Substitution.in(
        expression,
        node ->
            node instanceof MonotonicallyIncreasingID || node instanceof SparkPartitionID
                ? Literal.create(null, node.dataType())
                : null);
  }
}
