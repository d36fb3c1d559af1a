package io.sparkcumsum.window.function;

import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.ProductNode;
import io.sparkcumsum.scan.function.ScanFunction;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;
import org.apache.spark.sql.types.DataType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * A window function as a function of a scan, over the rows up to the current one, or up to its last
 * peer.
 *
 * <p>Subclasses have a public constructor with the same two parameters, through which Catalyst
 * copies them.
 */
public abstract class RunningFunction extends ScanFunction implements ProductNode {
  final DeclarativeAggregate function;
  private final boolean sharedByPeers;

  RunningFunction(DeclarativeAggregate function, boolean sharedByPeers) {
    this.function = function;
    this.sharedByPeers = sharedByPeers;
  }

  /** What is computed. */
  public final DeclarativeAggregate function() {
    return function;
  }

  @Override
  public final boolean sharedByPeers() {
    return sharedByPeers;
  }

  @Override
  public final DataType dataType() {
    return function.dataType();
  }

  @Override
  public final boolean nullable() {
    return function.nullable();
  }

  @Override
  public final Seq<Expression> children() {
    return seq(List.<Expression>of(function));
  }

  @Override
  public final Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
    return makeCopy(new Object[] {newChildren.apply(0), sharedByPeers});
  }

  @Override
  public final List<Object> parameters() {
    return List.of(function, sharedByPeers);
  }

  @Override
  public final boolean equals(Object other) {
    return hasParametersOf(other);
  }

  @Override
  public final String toString() {
    return function + (sharedByPeers ? " range" : " rows");
  }
}
