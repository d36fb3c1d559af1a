package io.sparkcumsum.window.function;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.scan.function.ScanFunction;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;

/**
 * A frame whose result is not that of the state after a row, but was computed before: a running
 * function, and a column that holds the result.
 */
abstract class HeldResult extends DerivedFrame {
  final AttributeReference result;

  /**
   * @param running the function from the first row to the current one
   */
  HeldResult(ScanFunction running) {
    super(running);
    this.result = Attributes.create("result", running.dataType(), /* nullable= */ true);
  }

  @Override
  public final List<AttributeReference> state() {
    return withResult(result, running.state());
  }

  /**
   * The columns of a state. The result comes first, because it is to be computed before an update
   * changes an accumulator.
   */
  static <T> List<T> withResult(T result, List<? extends T> state) {
    List<T> columns = new ArrayList<>();
    columns.add(result);
    columns.addAll(state);
    return columns;
  }

  private List<Expression> withoutResult(List<Expression> state) {
    return withResult(Literal.create(null, running.dataType()), state);
  }

  /** An offset may be out of range where the result is not. */
  @Override
  public final List<Expression> deserialize() {
    return withoutResult(running.deserializeTotal());
  }

  @Override
  public final List<Expression> initialValues() {
    return withoutResult(running.initialValues());
  }

  @Override
  public final List<Expression> updateTotal() {
    return withResult(result, running.updateTotal());
  }

  @Override
  public final List<Expression> merge() {
    return withResult(result, running.merge());
  }

  @Override
  public final Expression evaluate() {
    return result;
  }
}
