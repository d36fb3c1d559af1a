package io.sparkcumsum.scan;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.scan.frame.Frames;
import io.sparkcumsum.scan.function.ScanFunction;
import io.sparkcumsum.scan.source.PrunedPlan;
import io.sparkcumsum.scan.source.SmallRelation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.Generate;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Offset;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.ReturnAnswer;
import org.apache.spark.sql.catalyst.plans.logical.Tail;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.LocalLimitExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import org.apache.spark.sql.internal.SQLConf;
import scala.collection.immutable.Seq;

/** A strategy that plans scans. */
public abstract class ScanStrategy extends SparkStrategy {

  /**
   * The physical scan of rows.
   *
   * @param results the result columns, one for each function
   * @param windows columns with a window function each, whose frames are {@link Frames}
   * @param sliding the functions of the first windows, for those that need not be computed anew for
   *     each frame
   * @param segmentKeys how many keys of the order divide the rows into segments
   * @param whole the columns of all windows and functions as Spark has them, for segments that are
   *     not divided; empty if they are scanned too
   * @param order the order of the rows; empty if they are taken as they come
   * @param reverse whether it runs from the last row to the first
   */
  protected final SparkPlan planScan(
      Seq<ScanFunction> functions,
      Seq<Attribute> results,
      Seq<NamedExpression> windows,
      Seq<ScanFunction> sliding,
      int segmentKeys,
      Seq<NamedExpression> whole,
      Seq<SortOrder> order,
      boolean reverse,
      LogicalPlan rows) {
    List<Expression> read = list(functions);
    read.addAll(Frames.functionsOf(list(windows)));
    read.addAll(list(order));
    List<SparkPlan> children = planInput(rows, read);
    if (children.size() > 1 && order.isEmpty() && isSmall(rows)) {
      children = List.of(new InOnePartitionExec(children.get(0)));
    }
    return new PrefixScanExec(
        functions, results, windows, sliding, segmentKeys, whole, order, reverse, seq(children));
  }

  /**
   * RANGE frames over rows, in the order of their keys.
   *
   * @param windows columns with a window function each, whose frames are {@link RangeFrames}
   * @param sliding the functions of the first windows, for those that need not be computed anew for
   *     each frame
   * @param always how many of the functions slide even over frames of few rows
   */
  protected final SparkPlan planRangeFrames(
      Seq<NamedExpression> windows,
      Seq<ScanFunction> sliding,
      int always,
      Seq<SortOrder> order,
      LogicalPlan rows) {
    return new RangeFramesExec(windows, sliding, always, order, seq(planInput(rows, list(order))));
  }

  /** RANGE frames over rows that are planned, each computed anew. */
  protected static SparkPlan planRangeFrames(
      List<NamedExpression> windows, Seq<SortOrder> order, SparkPlan rows) {
    Seq<ScanFunction> noSliding = seq(List.of());
    return new RangeFramesExec(seq(windows), noSliding, 0, order, seq(List.of(rows)));
  }

  /**
   * The plan of the rows. If the rows can be read twice, also the plan that the first pass reads.
   *
   * @param read what the first pass reads
   */
  private List<SparkPlan> planInput(LogicalPlan rows, List<? extends Expression> read) {
    List<SparkPlan> children = new ArrayList<>();
    children.add(planLater(rows));
    PrunedPlan.columns(rows, Attributes.references(read))
        .ifPresent(columns -> children.add(planLater(columns)));
    return children;
  }

  private static boolean isSmall(LogicalPlan rows) {
    return SmallRelation.isReadBy(rows, ScanConf.singlePartitionThreshold(SQLConf.get()));
  }

  /**
   * Plans the first or the last rows, in the order of the scan below: of a query's result, or below
   * other operators. Returns nothing if the plan does not take such rows, or if there is no scan
   * below.
   *
   * @param isScan tells whether a node will be planned as a scan
   */
  protected final List<SparkPlan> planCollect(LogicalPlan plan, Predicate<LogicalPlan> isScan) {
    if (plan instanceof LocalLimit limit && isInOrderOf(limit.child(), isScan)) {
      // Spark leaves it below outer joins and unions, where its own window has one partition.
      int rows = (Integer) limit.limitExpr().eval(null);
      return List.of(new LocalLimitExec(rows, new InOnePartitionExec(planLater(limit.child()))));
    }
    boolean isResult = plan instanceof ReturnAnswer;
    boolean isLimit = plan instanceof GlobalLimit || plan instanceof Offset;
    LogicalPlan rows = isResult ? plan.children().head() : plan;
    if (!(isResult || isLimit) || !isInOrderOf(rows, isScan)) {
      return List.of();
    }
    SparkSession session = SparkSession.active();
    Seq<SparkPlan> planned =
        session.sessionState().planner().SpecialLimits().apply(new ReturnAnswer(rows));
    return planned.exists(CollectInOrderExec::isFor)
        ? List.of(new CollectInOrderExec(planned.head()))
        : List.of();
  }

  private static boolean isInOrderOf(LogicalPlan plan, Predicate<LogicalPlan> isScan) {
    boolean keepsOrder =
        plan instanceof GlobalLimit
            || plan instanceof LocalLimit
            || plan instanceof Offset
            || plan instanceof Tail
            || plan instanceof Project
            || plan instanceof Filter
            || plan instanceof Generate;
    return isScan.test(plan) || (keepsOrder && isInOrderOf(plan.children().head(), isScan));
  }
}
