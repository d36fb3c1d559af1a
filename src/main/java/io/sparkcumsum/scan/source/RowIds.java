package io.sparkcumsum.scan.source;

import io.sparkcumsum.catalyst.Substitution;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.MonotonicallyIncreasingID;
import org.apache.spark.sql.catalyst.expressions.SparkPartitionID;

/**
 * Ids of partitions and rows. They are the same again if the rows are, although Catalyst calls them
 * non-deterministic.
 */
final class RowIds {
  private RowIds() {}

  /**
   * The expression with constants instead of ids. If it is still not deterministic, its value may
   * differ each time.
   */
  static Expression asConstants(Expression expression) {
    return Substitution.in(
        expression,
        node ->
            node instanceof MonotonicallyIncreasingID || node instanceof SparkPartitionID
                ? Literal.create(null, node.dataType())
                : null);
  }
}
