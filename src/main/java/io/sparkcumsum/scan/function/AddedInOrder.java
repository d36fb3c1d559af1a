package io.sparkcumsum.scan.function;

import org.apache.spark.sql.catalyst.expressions.Expression;

/**
 * A sum of values in DOUBLE, or what is made of it and of their number. A scan has the exact sum.
 * To have the bits of Spark, values have to be added one by one, in their order, to 0.0.
 */
public interface AddedInOrder {
  /** The value of a row; null if it does not count. */
  Expression addend();

  /**
   * The result.
   *
   * @param sum of the values
   * @param count how many there are
   */
  Expression resultOf(Expression sum, Expression count);
}
