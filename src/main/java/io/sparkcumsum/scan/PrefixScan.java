package io.sparkcumsum.scan;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Logical inclusive scan: the columns of the child, then one result for each named {@link
 * ScanFunction}, row i of which covers the rows up to and including i.
 *
 * <p>The rows go by the given order, or, if it is empty, as they come: partition after partition.
 */
public final class PrefixScan extends LogicalPlan {
  private final Seq<NamedExpression> scans;
  private final Seq<SortOrder> order;
  private final LogicalPlan child;

  public PrefixScan(Seq<NamedExpression> scans, Seq<SortOrder> order, LogicalPlan child) {
    this.scans = scans;
    this.order = order;
    this.child = child;
  }

  Seq<NamedExpression> scans() {
    return scans;
  }

  Seq<SortOrder> order() {
    return order;
  }

  LogicalPlan child() {
    return child;
  }

  @Override
  public Seq<Attribute> output() {
    return output(child.output(), scans);
  }

  /** The columns of a scan, logical and physical. */
  static Seq<Attribute> output(Seq<Attribute> input, Seq<NamedExpression> scans) {
    List<Attribute> output = new ArrayList<>(CollectionConverters.asJava(input));
    for (NamedExpression scan : CollectionConverters.asJava(scans)) {
      output.add(scan.toAttribute());
    }
    return CollectionConverters.asScala(output).toSeq();
  }

  @Override
  public Seq<SortOrder> outputOrdering() {
    return order.isEmpty() ? child.outputOrdering() : order;
  }

  @Override
  public Seq<LogicalPlan> children() {
    return CollectionConverters.asScala(List.of(child)).toSeq();
  }

  @Override
  public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> newChildren) {
    return new PrefixScan(scans, order, newChildren.apply(0));
  }

  @Override
  public int productArity() {
    return 3;
  }

  @Override
  public Object productElement(int index) {
    return switch (index) {
      case 0 -> scans;
      case 1 -> order;
      default -> child;
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof PrefixScan;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PrefixScan that
        && scans.equals(that.scans)
        && order.equals(that.order)
        && child.equals(that.child);
  }

  @Override
  public int hashCode() {
    return Objects.hash(scans, order, child);
  }
}
