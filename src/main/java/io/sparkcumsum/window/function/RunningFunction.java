package io.sparkcumsum.window.function;

import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.scan.function.ScanFunction;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;
import org.apache.spark.sql.types.DataType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * A window function as a scan: over the rows up to the current one, or up to its last peer.
 *
 * <p>Subclasses have a public constructor with the same two parameters, through which Catalyst
 * copies them.
 */
public abstract class RunningFunction extends ScanFunction {
  final DeclarativeAggregate function;
  private final boolean sharedByPeers;

  RunningFunction(DeclarativeAggregate function, boolean sharedByPeers) {
    this.function = function;
    this.sharedByPeers = sharedByPeers;
  }

  abstract RunningFunction withFunction(DeclarativeAggregate newFunction);

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
    return withFunction((DeclarativeAggregate) newChildren.apply(0));
  }

  @Override
  public final int productArity() {
    return 2;
  }

  @Override
  public final Object productElement(int index) {
    return index == 0 ? function : sharedByPeers;
  }

  @Override
  public final boolean canEqual(Object other) {
    return other != null && getClass().equals(other.getClass());
  }

  @Override
  public final boolean equals(Object other) {
    return canEqual(other)
        && other instanceof RunningFunction that
        && function.equals(that.function)
        && sharedByPeers == that.sharedByPeers;
  }

  @Override
  public final int hashCode() {
    return Objects.hash(getClass(), function, sharedByPeers);
  }

  @Override
  public final String toString() {
    return function + (sharedByPeers ? " range" : " rows");
  }
}
