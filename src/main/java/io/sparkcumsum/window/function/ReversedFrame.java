package io.sparkcumsum.window.function;

import io.sparkcumsum.catalyst.Substitution;
import io.sparkcumsum.scan.function.ScanFunction;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;

/**
 * A function over the rows from the current one on whose result depends on their order, in a scan
 * in reverse. Such a scan has seen the later rows, and meets the earlier ones: it puts each row,
 * and each total, before its state. The total of rows is computed while they are read forwards.
 */
public class ReversedFrame extends DerivedFrame {

  /**
   * Public for Catalyst, which copies nodes through it.
   *
   * @param running a {@link Reversible} function
   */
  public ReversedFrame(ScanFunction running) {
    super(running);
  }

  @Override
  public final List<Expression> deserialize() {
    return running.deserialize();
  }

  @Override
  public final List<Expression> merge() {
    return putBefore(running.deserializeTotal());
  }

  @Override
  public final List<Expression> update() {
    return putBefore(afterRowAlone());
  }

  private List<Expression> putBefore(List<Expression> earlier) {
    return ((Reversible) running).concatenated(earlier, List.copyOf(state()));
  }

  /** The state after the current row, if there were no others. */
  private List<Expression> afterRowAlone() {
    List<AttributeReference> state = state();
    List<Expression> initial = initialValues();
    List<Expression> alone = new ArrayList<>();
    for (Expression updated : running.updateTotal()) {
      alone.add(
          Substitution.in(
              updated, node -> state.contains(node) ? initial.get(state.indexOf(node)) : null));
    }
    return alone;
  }

  @Override
  public final Expression evaluate() {
    return running.evaluate();
  }

  @Override
  public String toString() {
    return running + " following";
  }
}
