package io.sparkcumsum.scan.phase;

import io.sparkcumsum.scan.function.DecidingRows;
import io.sparkcumsum.scan.function.RunningState;
import io.sparkcumsum.scan.function.ScanFunctions;
import io.sparkcumsum.scan.ordering.OrderedSummary;
import io.sparkcumsum.scan.ordering.Summary;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import scala.collection.immutable.Seq;

/** The total of rows as a {@link Summary}, which is computed while the rows are sorted. */
public record PartitionTotal(ScanFunctions functions, boolean mergesInReverse)
    implements OrderedSummary {

  @Override
  public Summary.State start(List<Attribute> columns) {
    return new State(functions.over(columns).start());
  }

  @Override
  public boolean dependsOnOrder() {
    return functions.dependOnOrder();
  }

  @Override
  public long mostRows() {
    return functions.functions().stream()
        .flatMap(function -> function.decidingRows().stream())
        .mapToLong(DecidingRows::count)
        .sum();
  }

  @Override
  public Summary inAnyOrder(Seq<SortOrder> order) {
    return dependsOnOrder() ? TotalInAnyOrder.of(functions, order) : this;
  }

  @Override
  public AttributeSet references() {
    return functions.references();
  }

  @Override
  public AttributeSet readInOrderOfPeers() {
    return functions.readInOrderOfPeers();
  }

  private record State(RunningState running) implements Summary.State {
    @Override
    public Summary.State fresh() {
      return new State(running.fresh());
    }

    @Override
    public void update(InternalRow row) {
      running.updateTotal(row);
    }

    @Override
    public void merge(byte[] later) {
      running.merge(later);
    }

    @Override
    public byte[] serialize() {
      return running.serialize();
    }
  }
}
