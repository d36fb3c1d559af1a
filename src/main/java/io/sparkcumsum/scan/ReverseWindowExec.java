package io.sparkcumsum.scan;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.ProductNode;
import io.sparkcumsum.catalyst.SortOrders;
import io.sparkcumsum.scan.function.ScanFunction;
import io.sparkcumsum.scan.function.ScanFunctions;
import io.sparkcumsum.scan.phase.OffsetPass;
import io.sparkcumsum.scan.source.AppendsColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Ascending$;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.ClusteredDistribution$;
import org.apache.spark.sql.catalyst.plans.physical.Distribution;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.metric.SQLMetrics;
import scala.Option;
import scala.collection.Iterator;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Windows with PARTITION BY whose frames end with the last row. Spark's window adds up each of
 * these frames anew. Here each group is scanned once, from its last row to its first, in the
 * partitions and the order that Spark's window needs too.
 */
public final class ReverseWindowExec extends SparkPlan implements ProductNode, AppendsColumns {
  private static final String OUTPUT_ROWS = "numOutputRows";
  private static final String SCAN_TIME = "scanTime";
  private static final String SPILL_SIZE = "spillSize";

  private final Seq<NamedExpression> windows;
  private final Seq<ScanFunction> functions;
  private final Seq<Attribute> results;
  private final Seq<Expression> partitionSpec;
  private final Seq<SortOrder> orderSpec;
  private final SparkPlan child;
  private transient scala.collection.immutable.Map<String, SQLMetric> metrics;

  /**
   * Public for Catalyst, which copies nodes through it.
   *
   * @param windows the columns with a window function each, as Spark has them
   * @param functions the functions of the windows
   * @param partitionSpec the keys of PARTITION BY
   * @param orderSpec the order of the rows of each group, with its constant keys too, so that rows
   *     are in it already where Spark's window over the same groups is below
   */
  public ReverseWindowExec(
      Seq<NamedExpression> windows,
      Seq<ScanFunction> functions,
      Seq<Attribute> results,
      Seq<Expression> partitionSpec,
      Seq<SortOrder> orderSpec,
      SparkPlan child) {
    this.windows = windows;
    this.functions = functions;
    this.results = results;
    this.partitionSpec = partitionSpec;
    this.orderSpec = orderSpec;
    this.child = child;
  }

  @Override
  public RDD<InternalRow> doExecute() {
    RDD<InternalRow> rows = child.execute();
    return OffsetPass.inReverse(
            new ScanFunctions(list(functions), list(child.output())),
            list(results),
            order(),
            partitionSpec.size(),
            new OffsetPass.Metrics(
                longMetric(OUTPUT_ROWS), longMetric(SCAN_TIME), longMetric(SPILL_SIZE)))
        .overWhole(rows);
  }

  public Seq<NamedExpression> windows() {
    return windows;
  }

  public Seq<Expression> partitionSpec() {
    return partitionSpec;
  }

  public Seq<SortOrder> orderSpec() {
    return orderSpec;
  }

  private Seq<SortOrder> order() {
    List<SortOrder> order = new ArrayList<>();
    list(partitionSpec).forEach(key -> order.add(SortOrders.by(key, Ascending$.MODULE$)));
    order.addAll(list(orderSpec));
    return seq(order);
  }

  @Override
  public synchronized scala.collection.immutable.Map<String, SQLMetric> metrics() {
    if (metrics == null) {
      SparkContext context = sparkContext();
      metrics =
          scala.collection.immutable.Map.from(
              CollectionConverters.asScala(
                  Map.of(
                      OUTPUT_ROWS,
                      SQLMetrics.createMetric(context, "number of output rows"),
                      SCAN_TIME,
                      SQLMetrics.createNanoTimingMetric(context, "scan time", -1),
                      SPILL_SIZE,
                      SQLMetrics.createSizeMetric(context, "spill size", -1))));
    }
    return metrics;
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
  public Partitioning outputPartitioning() {
    return child.outputPartitioning();
  }

  @Override
  public Seq<SortOrder> outputOrdering() {
    return child.outputOrdering();
  }

  @Override
  public Seq<Distribution> requiredChildDistribution() {
    return seq(
        List.of(
            ClusteredDistribution$.MODULE$.apply(
                partitionSpec, ClusteredDistribution$.MODULE$.apply$default$2(), Option.empty())));
  }

  @Override
  public Seq<Seq<SortOrder>> requiredChildOrdering() {
    return seq(List.of(order()));
  }

  @Override
  public Seq<SparkPlan> children() {
    return seq(List.of(child));
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> newChildren) {
    return new ReverseWindowExec(
        windows, functions, results, partitionSpec, orderSpec, newChildren.head());
  }

  @Override
  public String nodeName() {
    return "ReverseWindow";
  }

  @Override
  public List<Object> parameters() {
    return List.of(windows, functions, results, partitionSpec, orderSpec, child);
  }

  @Override
  public Iterator<Object> stringArgs() {
    return seq(List.<Object>of(windows, partitionSpec, orderSpec)).iterator();
  }

  @Override
  public boolean equals(Object other) {
    return hasParametersOf(other);
  }
}
