package io.sparkcumsum.window;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.SortOrders;
import io.sparkcumsum.catalyst.Substitution;
import io.sparkcumsum.scan.frame.RangeFrames;
import io.sparkcumsum.scan.frame.RowDigest;
import io.sparkcumsum.scan.function.ScanFunction;
import io.sparkcumsum.window.function.WholeFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Ascending$;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.expressions.WindowExpression;
import org.apache.spark.sql.catalyst.expressions.WindowSpecDefinition;
import org.apache.spark.sql.catalyst.expressions.XxHash64;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import scala.collection.immutable.Seq;
import scala.runtime.BoxedUnit;

/**
 * A Spark window over all rows, translated to a scan: its functions, its order, and the window's
 * columns in terms of the scan's results.
 */
final class RunningWindow {
  private final FunctionTranslator translator;
  private final boolean hasWideFrames;
  private final Seq<SortOrder> order;
  private final int segmentKeys;
  private final List<ScanFunction> functions = new ArrayList<>();
  private final List<NamedExpression> functionColumns = new ArrayList<>();
  private final List<Attribute> results = new ArrayList<>();
  private final List<ScanFunction> reversed = new ArrayList<>();
  private final List<Attribute> reversedResults = new ArrayList<>();
  private final List<NamedExpression> frames = new ArrayList<>();
  private final List<ScanFunction> frameFunctions = new ArrayList<>();
  private final List<NamedExpression> slidingFrames = new ArrayList<>();
  private final List<ScanFunction> slidingFunctions = new ArrayList<>();
  private final List<NamedExpression> otherRangeFrames = new ArrayList<>();
  private final List<NamedExpression> columns = new ArrayList<>();
  private int alwaysSliding;
  private boolean hasUnboundedRanges;

  /**
   * @param takesFloatingPoint whether to translate sums, averages and products in DOUBLE, whose
   *     last bits may differ from Spark's
   * @throws UnsupportedWindow if a scan cannot compute some function over its frame
   */
  RunningWindow(Window window, boolean takesFloatingPoint) throws UnsupportedWindow {
    requireBatch(window);
    this.segmentKeys = window.partitionSpec().size();
    Seq<SortOrder> keys = withoutConstants(window.orderSpec());
    FunctionTranslator.Peers peers;
    if (keys.isEmpty()) {
      peers = FunctionTranslator.Peers.ALL;
    } else if (segmentKeys == 0
        && NaturalOrder.isGivenBy(keys.head(), window.child())
        && !hasRanges(window)) {
      peers = FunctionTranslator.Peers.NONE;
    } else {
      peers = FunctionTranslator.Peers.SOME;
    }
    this.hasWideFrames = ComposedWindow.hasWideFrames(window);
    this.translator =
        new FunctionTranslator(
            peers, takesFloatingPoint, window.child(), ComposedWindow.numbersIn(window));
    for (NamedExpression column : list(window.windowExpressions())) {
      columns.add(column(withKeysOf(window, column)));
    }
    boolean hasOrder = peers == FunctionTranslator.Peers.SOME;
    if (segmentKeys > 0) {
      // Spark's window is in its order even if no function needs that.
      this.order = inSegments(window, hasOrder ? keys : seq(List.of()));
    } else {
      this.order = hasOrder && dependsOnOrder() ? keys : seq(List.of());
    }
  }

  /**
   * The column with the keys that the window has. Those in its columns may be older: Spark's
   * optimizer makes zeros and NaNs equal in the keys of the window only.
   */
  private static NamedExpression withKeysOf(Window window, NamedExpression column) {
    Seq<Expression> keys = window.partitionSpec();
    return (NamedExpression)
        Substitution.in(
            (Expression) column,
            node ->
                node instanceof WindowSpecDefinition spec && !spec.partitionSpec().equals(keys)
                    ? new WindowSpecDefinition(keys, spec.orderSpec(), spec.frameSpecification())
                    : null);
  }

  /**
   * An order by the keys of segments, and within them. If they have none, by a hash of the row, so
   * that they can be divided.
   */
  private static Seq<SortOrder> inSegments(Window window, Seq<SortOrder> inSegment) {
    List<SortOrder> keys = new ArrayList<>();
    for (Expression key : list(window.partitionSpec())) {
      keys.add(SortOrders.by(key, Ascending$.MODULE$));
    }
    keys.addAll(list(inSegment));
    if (inSegment.isEmpty()) {
      List<Expression> columns = list(window.child().output());
      columns.removeIf(column -> !RowDigest.hasHash(column.dataType()));
      keys.add(SortOrders.by(new XxHash64(seq(columns)), Ascending$.MODULE$));
    }
    return seq(keys);
  }

  private static boolean hasRanges(Window window) {
    return list(window.windowExpressions()).stream()
        .flatMap(column -> windowsIn((Expression) column).stream())
        .anyMatch(RangeFrames::isRange);
  }

  /** Whether some result depends on the place of a row among all rows. */
  private boolean dependsOnOrder() {
    return !frames.isEmpty()
        || !rangeFrames().isEmpty()
        || !reversed.isEmpty()
        || functions.isEmpty()
        || !functions.stream()
            .allMatch(function -> function instanceof WholeFrame && !function.dependsOnOrder());
  }

  private static void requireBatch(Window window) throws UnsupportedWindow {
    if (window.isStreaming()) {
      List<String> columns = new ArrayList<>();
      for (NamedExpression column : list(window.windowExpressions())) {
        columns.add(((Expression) column).sql());
      }
      throw new UnsupportedWindow(String.join(", ", columns), "is over a stream");
    }
  }

  Seq<ScanFunction> functions() {
    return seq(functions);
  }

  /** The result columns, one for each function. */
  Seq<Attribute> results() {
    return seq(results);
  }

  /** The functions of a scan in reverse. */
  Seq<ScanFunction> reversed() {
    return seq(reversed);
  }

  /** The result columns of the scan in reverse. */
  Seq<Attribute> reversedResults() {
    return seq(reversedResults);
  }

  /** How many keys of the order divide the rows into segments. */
  int segmentKeys() {
    return segmentKeys;
  }

  /** The windows of the frames and the functions, if rows are divided into segments. */
  Seq<NamedExpression> whole() {
    List<NamedExpression> whole = new ArrayList<>();
    if (segmentKeys > 0) {
      whole.addAll(frames);
      whole.addAll(functionColumns);
    }
    return seq(whole);
  }

  /** The columns of windows whose frames have a number of rows. */
  Seq<NamedExpression> frames() {
    return seq(frames);
  }

  /** The functions of the first {@link #frames}, those that need not be computed anew. */
  Seq<ScanFunction> frameFunctions() {
    return seq(frameFunctions);
  }

  /** The columns of windows whose frames are RANGEs at a distance. */
  List<NamedExpression> rangeFrames() {
    List<NamedExpression> all = new ArrayList<>(slidingFrames);
    all.addAll(otherRangeFrames);
    return all;
  }

  /** Those of the {@link #rangeFrames} that need not be computed anew for each row: the first. */
  List<NamedExpression> slidingFrames() {
    return slidingFrames;
  }

  /** The others. */
  List<NamedExpression> otherRangeFrames() {
    return otherRangeFrames;
  }

  /** Whether some frames are RANGEs at a distance from one side only. */
  boolean hasUnboundedRanges() {
    return hasUnboundedRanges;
  }

  /** The functions of the {@link #slidingFrames}. */
  Seq<ScanFunction> slidingFunctions() {
    return seq(slidingFunctions);
  }

  /** How many of the {@link #slidingFunctions} slide even over frames of few rows. */
  int alwaysSliding() {
    return alwaysSliding;
  }

  /** The order of the rows; empty if they are taken as they come. */
  Seq<SortOrder> order() {
    return order;
  }

  /** Whether the columns of the window are the results, without expressions around them. */
  boolean hasOnlyResults() {
    List<NamedExpression> appended = new ArrayList<>();
    rangeFrames().forEach(column -> appended.add(column.toAttribute()));
    frames.forEach(column -> appended.add(column.toAttribute()));
    appended.addAll(results);
    appended.addAll(reversedResults);
    return columns.equals(appended);
  }

  /** The columns of the window, in terms of the results. */
  List<NamedExpression> columns() {
    return columns;
  }

  private static Seq<SortOrder> withoutConstants(Seq<SortOrder> order) {
    List<SortOrder> keys = new ArrayList<>();
    for (SortOrder key : list(order)) {
      if (!key.child().foldable()) {
        keys.add(key);
      }
    }
    return seq(keys);
  }

  /** The column in terms of results: a result itself, or an expression over results. */
  private NamedExpression column(NamedExpression column) throws UnsupportedWindow {
    if (column instanceof Alias alias && alias.child() instanceof WindowExpression window) {
      return result(window, alias);
    }
    Map<Expression, Expression> resultOf = new HashMap<>();
    for (WindowExpression window : windowsIn((Expression) column)) {
      String name = "window" + resultOf.size();
      resultOf.put(window, (Expression) result(window, Attributes.alias(window, name)));
    }
    return (NamedExpression) Substitution.in((Expression) column, resultOf::get);
  }

  /** The result of a window, which gets the name and the id of a column. */
  private Attribute result(WindowExpression window, Alias column) throws UnsupportedWindow {
    if (translator.isFrame(window)) {
      ScanFunction sliding = translator.slidingRows(window);
      if (sliding == null) {
        frames.add(column);
      } else {
        frames.add(frameFunctions.size(), column);
        frameFunctions.add(sliding);
      }
    } else if (translator.isRangeFrame(window)) {
      if (segmentKeys > 0 && RangeFrames.isUnbounded(window)) {
        throw new UnsupportedWindow(window.sql(), "is a RANGE from one end of a partition");
      }
      ScanFunction sliding = translator.sliding(window);
      if (sliding == null) {
        otherRangeFrames.add(column);
      } else {
        // Sums in DOUBLE have to be the same wherever the rows are divided into partitions.
        boolean isUnbounded = RangeFrames.isUnbounded(window);
        boolean isAlways = hasWideFrames || isUnbounded || FunctionTranslator.isRounded(sliding);
        hasUnboundedRanges |= isUnbounded;
        int place = isAlways ? alwaysSliding++ : slidingFrames.size();
        slidingFrames.add(place, column);
        slidingFunctions.add(place, sliding);
      }
    } else if (translator.isReversed(window)) {
      reversed.add(translator.translate(window));
      reversedResults.add(column.toAttribute());
    } else {
      functions.add(translator.translate(window));
      functionColumns.add(column);
      results.add(column.toAttribute());
    }
    return column.toAttribute();
  }

  static List<WindowExpression> windowsIn(Expression expression) {
    List<WindowExpression> windows = new ArrayList<>();
    expression.foreach(
        node -> {
          if (node instanceof WindowExpression window) {
            windows.add(window);
          }
          return BoxedUnit.UNIT;
        });
    return windows;
  }
}
