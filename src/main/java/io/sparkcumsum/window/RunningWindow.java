package io.sparkcumsum.window;

import io.sparkcumsum.scan.ScanFunction;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Add;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.CurrentRow$;
import org.apache.spark.sql.catalyst.expressions.DenseRank;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression$;
import org.apache.spark.sql.catalyst.expressions.NthValue;
import org.apache.spark.sql.catalyst.expressions.RangeFrame$;
import org.apache.spark.sql.catalyst.expressions.Rank;
import org.apache.spark.sql.catalyst.expressions.RowNumber;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.expressions.SpecifiedWindowFrame;
import org.apache.spark.sql.catalyst.expressions.UnboundedPreceding$;
import org.apache.spark.sql.catalyst.expressions.WindowExpression;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.catalyst.expressions.aggregate.Average;
import org.apache.spark.sql.catalyst.expressions.aggregate.BitAggregate;
import org.apache.spark.sql.catalyst.expressions.aggregate.Count;
import org.apache.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;
import org.apache.spark.sql.catalyst.expressions.aggregate.First;
import org.apache.spark.sql.catalyst.expressions.aggregate.Last;
import org.apache.spark.sql.catalyst.expressions.aggregate.Max;
import org.apache.spark.sql.catalyst.expressions.aggregate.MaxMinBy;
import org.apache.spark.sql.catalyst.expressions.aggregate.Min;
import org.apache.spark.sql.catalyst.expressions.aggregate.Sum;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.apache.spark.sql.types.AnsiIntervalType;
import org.apache.spark.sql.types.DoubleType;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A window of Spark over all rows as a scan: what it accumulates, in which order, and how its
 * columns come from the results.
 */
final class RunningWindow {
  private final LogicalPlan input;
  private final boolean takesFloatingPoint;
  private final boolean natural;
  private final Seq<SortOrder> order;
  private final List<ScanFunction> functions = new ArrayList<>();
  private final List<Attribute> results = new ArrayList<>();
  private final List<NamedExpression> columns = new ArrayList<>();

  /**
   * @param takesFloatingPoint whether sums and averages in DOUBLE may be exact instead
   * @throws NotAScanException if some function or frame is none of a scan
   */
  RunningWindow(Window window, boolean takesFloatingPoint) throws NotAScanException {
    if (window.isStreaming()) {
      throw new NotAScanException("The input is a stream");
    }
    this.input = window.child();
    this.takesFloatingPoint = takesFloatingPoint;
    Seq<SortOrder> keys = withoutConstants(window.orderSpec());
    this.natural = keys.isEmpty() || NaturalOrder.isGivenBy(keys.head(), input);
    this.order = natural ? seq(List.of()) : keys;
    for (NamedExpression column : CollectionConverters.asJava(window.windowExpressions())) {
      columns.add(column(column, keys.isEmpty()));
    }
  }

  Seq<ScanFunction> functions() {
    return seq(functions);
  }

  /** The columns of what the functions show. */
  Seq<Attribute> results() {
    return seq(results);
  }

  /** The order of the rows; empty if it is the natural one of the input. */
  Seq<SortOrder> order() {
    return order;
  }

  /** Whether the columns of the window are just the results. */
  boolean showsResults() {
    return columns.equals(results);
  }

  /** The columns of the window, in terms of the results. */
  List<NamedExpression> columns() {
    return columns;
  }

  private static Seq<SortOrder> withoutConstants(Seq<SortOrder> order) {
    List<SortOrder> keys = new ArrayList<>();
    for (SortOrder key : CollectionConverters.asJava(order)) {
      if (!key.child().foldable()) {
        keys.add(key);
      }
    }
    return seq(keys);
  }

  /** The column over results: one itself, or an expression around them. */
  private NamedExpression column(NamedExpression column, boolean allArePeers)
      throws NotAScanException {
    if (column instanceof Alias alias && alias.child() instanceof WindowExpression window) {
      functions.add(scan(window, allArePeers));
      results.add(alias.toAttribute());
      return alias.toAttribute();
    }
    List<WindowExpression> windows = new ArrayList<>();
    List<Expression> replacements = new ArrayList<>();
    collect((Expression) column, windows);
    for (WindowExpression window : windows) {
      ScanFunction function = scan(window, allArePeers);
      Attribute result =
          new Alias(
                  function,
                  "window" + functions.size(),
                  NamedExpression$.MODULE$.newExprId(),
                  seq(List.of()),
                  Option.empty(),
                  seq(List.of()))
              .toAttribute();
      functions.add(function);
      results.add(result);
      replacements.add((Expression) result);
    }
    return (NamedExpression)
        Substitution.in(
            (Expression) column,
            node -> windows.contains(node) ? replacements.get(windows.indexOf(node)) : null);
  }

  private static void collect(Expression expression, List<WindowExpression> windows) {
    if (expression instanceof WindowExpression window) {
      windows.add(window);
    } else {
      for (Expression child : CollectionConverters.asJava(expression.children())) {
        collect(child, windows);
      }
    }
  }

  private ScanFunction scan(WindowExpression window, boolean allArePeers) throws NotAScanException {
    boolean sharedByPeers = isRange(window) && !natural;
    Expression function = window.windowFunction();
    if (allArePeers
        && (isRange(window) || function instanceof Rank || function instanceof DenseRank)) {
      throw notAScan(window, "has no order, so that all rows are peers");
    }
    if (function instanceof RowNumber rowNumber) {
      return new RowNumberScan(rowNumber, sharedByPeers);
    }
    if (function instanceof Rank || function instanceof DenseRank) {
      return new RankScan((DeclarativeAggregate) function, sharedByPeers);
    }
    if (function instanceof NthValue nth && Integer.valueOf(1).equals(nth.offset().eval(null))) {
      // Spark's optimizer makes first(x) over rows into this.
      return new AggregateScan(new First(nth.input(), nth.ignoreNulls()), sharedByPeers);
    }
    if (!(function instanceof AggregateExpression aggregate)) {
      throw notAScan(window, "is no aggregate, row_number, rank or dense_rank");
    }
    if (aggregate.isDistinct()) {
      throw notAScan(window, "is over distinct values");
    }
    return scan(window, aggregate, sharedByPeers);
  }

  private ScanFunction scan(
      WindowExpression window, AggregateExpression aggregate, boolean sharedByPeers)
      throws NotAScanException {
    if (!hasExactMerge(aggregate.aggregateFunction())) {
      throw notAScan(window, "has partial results that do not merge exactly");
    }
    DeclarativeAggregate function = (DeclarativeAggregate) aggregate.aggregateFunction();
    if (hasEvalMode("TRY", function)) {
      throw notAScan(window, "is null from its first overflow on");
    }
    if (aggregate.filter().isDefined()) {
      if (!ignoresNulls(function)) {
        throw notAScan(window, "has a filter, but sees nulls");
      }
      function = filtered(function, aggregate.filter().get());
    }
    if (function instanceof Sum || function instanceof Average) {
      Add addition = WideSumScan.addition(function);
      if (addition != null && addition.dataType() instanceof DoubleType) {
        if (!takesFloatingPoint) {
          throw notAScan(window, "is a floating-point sum, which is switched off");
        }
        return new ExactSumScan(function, sharedByPeers);
      }
      if (addition != null
          && (addition.dataType() instanceof AnsiIntervalType || hasEvalMode("ANSI", addition))) {
        return new WideSumScan(function, sharedByPeers);
      }
    }
    return new AggregateScan(function, sharedByPeers);
  }

  /** Whether merging buffers gives to the bit what updating one would have. */
  private static boolean hasExactMerge(Expression function) {
    return function instanceof Sum
        || function instanceof Average
        || function instanceof Count
        || function instanceof Min
        || function instanceof Max
        || function instanceof MaxMinBy
        || function instanceof First
        || function instanceof Last
        || function instanceof BitAggregate;
  }

  private static boolean ignoresNulls(DeclarativeAggregate function) {
    return !(function instanceof First first && !first.ignoreNulls())
        && !(function instanceof Last last && !last.ignoreNulls());
  }

  /** The aggregate over nulls in the place of what the filter leaves out. */
  private static DeclarativeAggregate filtered(DeclarativeAggregate function, Expression filter) {
    List<Expression> arguments = new ArrayList<>();
    for (Expression argument : CollectionConverters.asJava(function.children())) {
      arguments.add(new If(filter, argument, Literal.create(null, argument.dataType())));
    }
    return (DeclarativeAggregate) function.withNewChildren(seq(arguments));
  }

  /** The mode is among the parameters of a function, in another place and type in each Spark. */
  private static boolean hasEvalMode(String mode, Expression function) {
    return function
        .productIterator()
        .exists(
            parameter ->
                !(parameter instanceof Expression) && String.valueOf(parameter).contains(mode));
  }

  private boolean isRange(WindowExpression window) throws NotAScanException {
    if (window.windowSpec().frameSpecification() instanceof SpecifiedWindowFrame frame
        && frame.lower().equals(UnboundedPreceding$.MODULE$)
        && frame.upper().equals(CurrentRow$.MODULE$)) {
      return frame.frameType().equals(RangeFrame$.MODULE$);
    }
    throw notAScan(window, "has a frame that is not from the first row to the current one");
  }

  /**
   * @param reason the end of a sentence that starts with the window
   */
  private NotAScanException notAScan(WindowExpression window, String reason) {
    Expression written = Substitution.in(window, this::definition);
    return new NotAScanException(written.sql() + " " + reason);
  }

  /** What the query has in the place of a column that Spark made for an argument of a window. */
  private Expression definition(Expression node) {
    if (node instanceof Attribute attribute
        && attribute.name().startsWith("_w")
        && input instanceof Project project) {
      for (NamedExpression column : CollectionConverters.asJava(project.projectList())) {
        if (column instanceof Alias alias && alias.exprId().equals(attribute.exprId())) {
          return alias.child();
        }
      }
    }
    return null;
  }

  private static <T> Seq<T> seq(List<T> list) {
    return CollectionConverters.asScala(list).toSeq();
  }
}
