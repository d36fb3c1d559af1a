package io.sparkcumsum.catalyst;

import java.util.function.UnaryOperator;
import org.apache.spark.sql.catalyst.expressions.Expression;
import scala.runtime.AbstractPartialFunction;

/** Replaces parts of Catalyst expressions. */
public final class Substitution {
  private Substitution() {}

  /**
   * The expression with some of its nodes replaced, together with everything below them. The
   * children of a replacement are replaced in the same way.
   *
   * @param replacement gives the replacement of a node, or null to keep the node
   */
  public static Expression in(Expression expression, UnaryOperator<Expression> replacement) {
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
