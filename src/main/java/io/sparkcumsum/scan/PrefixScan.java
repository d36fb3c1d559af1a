package io.sparkcumsum.scan;

import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.ProductNode;
import io.sparkcumsum.scan.function.ScanFunction;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.collection.Iterator;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * The logical scan. It appends one result column for each {@link ScanFunction} to the columns of
 * the child. The result in row i covers the rows up to and including i, or in reverse those from i
 * on.
 *
 * <p>The rows are taken in the given order. If the order is empty, they are taken as they come:
 * partition after partition.
 */
public final class PrefixScan extends LogicalPlan implements ProductNode {
  private final Seq<ScanFunction> functions;
  private final Seq<Attribute> results;
  private final int segmentKeys;
  private final Seq<SortOrder> order;
  private final boolean reverse;
  private final LogicalPlan child;

  /**
   * Also used by Catalyst, which copies nodes through it.
   *
   * @param results the result columns, one for each function
   * @param segmentKeys how many keys of the order divide the rows into segments, of which each is a
   *     scan of its own; 0 if all rows are one
   */
  public PrefixScan(
      Seq<ScanFunction> functions,
      Seq<Attribute> results,
      int segmentKeys,
      Seq<SortOrder> order,
      boolean reverse,
      LogicalPlan child) {
    this.functions = functions;
    this.results = results;
    this.segmentKeys = segmentKeys;
    this.order = order;
    this.reverse = reverse;
    this.child = child;
  }

  Seq<ScanFunction> functions() {
    return functions;
  }

  Seq<Attribute> results() {
    return results;
  }

  int segmentKeys() {
    return segmentKeys;
  }

  Seq<SortOrder> order() {
    return order;
  }

  boolean reverse() {
    return reverse;
  }

  LogicalPlan child() {
    return child;
  }

  @Override
  public Seq<Attribute> output() {
    return Attributes.concat(child.output(), results);
  }

  @Override
  public AttributeSet producedAttributes() {
    return Attributes.setOf(results);
  }

  @Override
  public Seq<SortOrder> outputOrdering() {
    return order.isEmpty() ? child.outputOrdering() : order;
  }

  @Override
  public Seq<LogicalPlan> children() {
    return seq(List.of(child));
  }

  @Override
  public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> newChildren) {
    return new PrefixScan(functions, results, segmentKeys, order, reverse, newChildren.apply(0));
  }

  @Override
  public List<Object> parameters() {
    return List.of(functions, results, segmentKeys, order, reverse, child);
  }

  /** The direction is printed only if it is not the usual one. */
  @Override
  public Iterator<Object> stringArgs() {
    List<Object> printed = new ArrayList<>(List.of(functions, results, order));
    if (reverse) {
      printed.add("reverse");
    }
    return seq(printed).iterator();
  }

  @Override
  public boolean equals(Object other) {
    return hasParametersOf(other);
  }
}
