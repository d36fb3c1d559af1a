package io.sparkcumsum.window;

import java.io.Serial;
import org.apache.spark.sql.catalyst.expressions.Expression;

/** Says why a window is left to Spark. */
final class NotAScanException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * @param expression the part of the query that is no scan
   * @param reason why not, as the end of a sentence that starts with the expression
   */
  NotAScanException(Expression expression, String reason) {
    this(expression.sql() + " " + reason);
  }

  NotAScanException(String sentence) {
    super(sentence, null, false, false);
  }
}
