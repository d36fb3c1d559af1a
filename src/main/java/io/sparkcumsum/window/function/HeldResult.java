package io.sparkcumsum.window.function;

import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.ProductNode;
import io.sparkcumsum.scan.function.DecidingRows;
import io.sparkcumsum.scan.function.ScanFunction;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.types.DataType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * A window function whose result is not that of the state after a row, but was computed before: a
 * running function, and a column that holds the result.
 */
abstract class HeldResult extends ScanFunction implements ProductNode {
  final ScanFunction running;
  final AttributeReference result;

  /**
   * @param running the function from the first row to the current one
   */
  HeldResult(ScanFunction running) {
    this.running = running;
    this.result = Attributes.create("result", running.dataType(), /* nullable= */ true);
  }

  @Override
  public final List<AttributeReference> state() {
    return withResult(result, running.state());
  }

  @Override
  public final List<AttributeReference> serialized() {
    return running.serialized();
  }

  @Override
  public final List<Expression> serialize() {
    return running.serialize();
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

  @Override
  public final List<Expression> verified() {
    return running.verified();
  }

  @Override
  public final boolean dependsOnOrder() {
    return running.dependsOnOrder();
  }

  @Override
  public final boolean dependsOnOrderOfPeers() {
    return running.dependsOnOrderOfPeers();
  }

  @Override
  public final List<DecidingRows> decidingRows() {
    return running.decidingRows();
  }

  @Override
  public final DataType dataType() {
    return running.dataType();
  }

  @Override
  public boolean nullable() {
    return running.nullable();
  }

  @Override
  public final Seq<Expression> children() {
    return seq(List.of(running));
  }

  @Override
  public final Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
    return makeCopy(new Object[] {newChildren.head()});
  }

  @Override
  public final List<Object> parameters() {
    return List.of(running);
  }

  @Override
  public final boolean equals(Object other) {
    return hasParametersOf(other);
  }
}
