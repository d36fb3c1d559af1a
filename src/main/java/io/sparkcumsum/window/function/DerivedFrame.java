package io.sparkcumsum.window.function;

import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.ProductNode;
import io.sparkcumsum.scan.function.DecidingRows;
import io.sparkcumsum.scan.function.ScanFunction;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.DataType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * A function over another frame than that from the first row to the current one, computed by the
 * running function: its totals are the same.
 *
 * <p>Subclasses have a public constructor with the running function, through which Catalyst copies
 * them.
 */
abstract class DerivedFrame extends ScanFunction implements ProductNode {
  final ScanFunction running;

  /**
   * @param running the function from the first row to the current one
   */
  DerivedFrame(ScanFunction running) {
    this.running = running;
  }

  @Override
  public List<AttributeReference> state() {
    return running.state();
  }

  @Override
  public List<Expression> initialValues() {
    return running.initialValues();
  }

  @Override
  public List<Expression> updateTotal() {
    return running.updateTotal();
  }

  @Override
  public final List<AttributeReference> serialized() {
    return running.serialized();
  }

  @Override
  public final List<Expression> serialize() {
    return running.serialize();
  }

  @Override
  public final List<Expression> verified() {
    return running.verified();
  }

  @Override
  public final boolean sharedByPeers() {
    return running.sharedByPeers();
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
  public final boolean nullable() {
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
