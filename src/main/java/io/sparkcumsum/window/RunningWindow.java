package io.sparkcumsum.window;

import static io.sparkcumsum.scan.Seqs.seq;

import io.sparkcumsum.scan.ScanFunction;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression$;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.expressions.WindowExpression;
import org.apache.spark.sql.catalyst.plans.logical.CollectMetrics;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A window of Spark over all rows as a scan: what it accumulates, in which order, and how its
 * columns come from the results.
 */
final class RunningWindow {
  private final FunctionTranslator translator;
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
    if (window.child().exists(node -> node instanceof CollectMetrics)) {
      throw new NotAScanException("The input is observed, and would be twice");
    }
    Seq<SortOrder> keys = withoutConstants(window.orderSpec());
    FunctionTranslator.Peers peers;
    if (keys.isEmpty()) {
      peers = FunctionTranslator.Peers.ALL;
    } else if (NaturalOrder.isGivenBy(keys.head(), window.child())) {
      peers = FunctionTranslator.Peers.NONE;
    } else {
      peers = FunctionTranslator.Peers.SOME;
    }
    this.order = peers == FunctionTranslator.Peers.SOME ? keys : seq(List.of());
    this.translator = new FunctionTranslator(peers, takesFloatingPoint, window.child());
    for (NamedExpression column : CollectionConverters.asJava(window.windowExpressions())) {
      columns.add(column(column));
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
  private NamedExpression column(NamedExpression column) throws NotAScanException {
    if (column instanceof Alias alias && alias.child() instanceof WindowExpression window) {
      functions.add(translator.translate(window));
      results.add(alias.toAttribute());
      return alias.toAttribute();
    }
    List<WindowExpression> windows = new ArrayList<>();
    List<Expression> replacements = new ArrayList<>();
    collect((Expression) column, windows);
    for (WindowExpression window : windows) {
      ScanFunction function = translator.translate(window);
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
}
