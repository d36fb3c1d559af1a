package io.sparkcumsum.window.function;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;

/** A function that can put rows before those that it has seen, as a scan in reverse does. */
public interface Reversible {

  /**
   * The state after two stretches of rows, from the states after each of them.
   *
   * @param before the columns of the state after the first stretch
   * @param after the columns of the state after the second
   */
  List<Expression> concatenated(List<Expression> before, List<Expression> after);
}
