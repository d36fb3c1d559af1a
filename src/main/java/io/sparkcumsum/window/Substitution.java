package io.sparkcumsum.window;

import java.util.function.UnaryOperator;
import org.apache.spark.sql.catalyst.expressions.Expression;
import scala.runtime.AbstractPartialFunction;

/** Replaces parts of Catalyst expressions. */
final class Substitution {
  private Substitution() {}

  /**
   * @param replacement of a node, or null for one that stays
   */
  static Expression in(Expression expression, UnaryOperator<Expression> replacement) {
    return expression.transform(
        new AbstractPartialFunction<Expression, Expression>() {
          @Override
          public boolean isDefinedAt(Expression node) {
            return replacement.apply(node) != null;
          }

          @Override
          public Expression apply(Expression node) {
            return replacement.apply(node);
          }
        });
  }
}
