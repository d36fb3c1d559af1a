package io.sparkcumsum.window.function;

import io.sparkcumsum.catalyst.Substitution;
import io.sparkcumsum.scan.function.ScanFunction;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;

/**
 * A function over all rows, such as {@code sum(x) OVER ()}: each row gets the result of the last
 * one of the running function. The result is known before the offset pass, whose own state only
 * serves to notice if it reads other rows than the first pass.
 */
public final class WholeFrame extends HeldResult {

  /** Public for Catalyst, which copies nodes through it. */
  public WholeFrame(ScanFunction running) {
    super(running);
  }

  @Override
  public List<Expression> update() {
    return updateTotal();
  }

  @Override
  public boolean needsGrandTotal() {
    return true;
  }

  @Override
  public List<Expression> complete() {
    List<AttributeReference> columns = running.state();
    List<Expression> whole = running.deserialize();
    Expression value =
        Substitution.in(
            running.evaluate(),
            node -> columns.contains(node) ? whole.get(columns.indexOf(node)) : null);
    return withResult(value, columns);
  }

  @Override
  public String toString() {
    return running + " of all rows";
  }
}
