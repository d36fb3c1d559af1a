package io.sparkcumsum.window.function;

import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.ProductNode;
import io.sparkcumsum.catalyst.Substitution;
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
 * A function over all rows, such as {@code sum(x) OVER ()}: each row gets the result of the last
 * one of the running function. The result is known before the offset pass, whose own state only
 * serves to notice if it reads other rows than the first pass.
 */
public final class WholeFrame extends ScanFunction implements ProductNode {
  private final ScanFunction running;
  private final AttributeReference result;

  /**
   * Public for Catalyst, which copies nodes through it.
   *
   * @param running the function from the first row to the current one
   */
  public WholeFrame(ScanFunction running) {
    this.running = running;
    this.result = Attributes.create("result", running.dataType(), /* nullable= */ true);
  }

  @Override
  public List<AttributeReference> state() {
    return RunningAggregate.with(running.state(), result);
  }

  @Override
  public List<AttributeReference> serialized() {
    return running.serialized();
  }

  @Override
  public List<Expression> serialize() {
    return running.serialize();
  }

  /** An offset may be out of range where the whole is not. */
  @Override
  public List<Expression> deserialize() {
    return withoutResult(running.deserializeTotal());
  }

  private List<Expression> withoutResult(List<Expression> state) {
    return RunningAggregate.<Expression>with(state, Literal.create(null, running.dataType()));
  }

  @Override
  public List<Expression> initialValues() {
    return withoutResult(running.initialValues());
  }

  @Override
  public List<Expression> updateTotal() {
    return RunningAggregate.<Expression>with(running.updateTotal(), result);
  }

  @Override
  public List<Expression> merge() {
    return RunningAggregate.<Expression>with(running.merge(), result);
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
    return RunningAggregate.with(new ArrayList<Expression>(columns), value);
  }

  @Override
  public Expression evaluate() {
    return result;
  }

  @Override
  public List<Expression> verified() {
    return running.verified();
  }

  @Override
  public boolean dependsOnOrder() {
    return running.dependsOnOrder();
  }

  @Override
  public boolean dependsOnOrderOfPeers() {
    return running.dependsOnOrderOfPeers();
  }

  @Override
  public List<DecidingRows> decidingRows() {
    return running.decidingRows();
  }

  @Override
  public DataType dataType() {
    return running.dataType();
  }

  @Override
  public boolean nullable() {
    return running.nullable();
  }

  @Override
  public Seq<Expression> children() {
    return seq(List.of(running));
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
    return new WholeFrame((ScanFunction) newChildren.head());
  }

  @Override
  public List<Object> parameters() {
    return List.of(running);
  }

  @Override
  public boolean equals(Object other) {
    return hasParametersOf(other);
  }

  @Override
  public String toString() {
    return running + " of all rows";
  }
}
