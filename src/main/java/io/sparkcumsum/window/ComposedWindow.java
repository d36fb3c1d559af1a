package io.sparkcumsum.window;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.SortOrders;
import io.sparkcumsum.catalyst.SparkCompat;
import io.sparkcumsum.catalyst.Substitution;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Ascending$;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.CreateStruct$;
import org.apache.spark.sql.catalyst.expressions.CurrentRow$;
import org.apache.spark.sql.catalyst.expressions.EqualTo;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.FrameLessOffsetWindowFunction;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.IsNotNull;
import org.apache.spark.sql.catalyst.expressions.Lag;
import org.apache.spark.sql.catalyst.expressions.Lead;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.NthValue;
import org.apache.spark.sql.catalyst.expressions.RangeFrame$;
import org.apache.spark.sql.catalyst.expressions.RowFrame$;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.expressions.SpecialFrameBoundary;
import org.apache.spark.sql.catalyst.expressions.SpecifiedWindowFrame;
import org.apache.spark.sql.catalyst.expressions.UnaryMinus;
import org.apache.spark.sql.catalyst.expressions.UnboundedFollowing$;
import org.apache.spark.sql.catalyst.expressions.UnboundedPreceding$;
import org.apache.spark.sql.catalyst.expressions.WindowExpression;
import org.apache.spark.sql.catalyst.expressions.WindowFrame;
import org.apache.spark.sql.catalyst.expressions.WindowSpecDefinition;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateFunction;
import org.apache.spark.sql.catalyst.expressions.aggregate.Average;
import org.apache.spark.sql.catalyst.expressions.aggregate.Count;
import org.apache.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;
import org.apache.spark.sql.catalyst.expressions.aggregate.First;
import org.apache.spark.sql.catalyst.expressions.aggregate.Last;
import org.apache.spark.sql.catalyst.expressions.aggregate.MaxBy;
import org.apache.spark.sql.catalyst.expressions.aggregate.MinBy;
import org.apache.spark.sql.catalyst.expressions.aggregate.Sum;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.apache.spark.sql.catalyst.trees.TreeNodeTag;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NullType;
import scala.Option;
import scala.collection.immutable.Seq;

/**
 * A window whose functions no single scan computes, as windows over one another that scans do
 * compute. Each is over the rows of the one before, with its columns:
 *
 * <ul>
 *   <li>{@code nth_value} is the first value in a row whose number is n; to the last row, it is the
 *       value n - 1 rows behind the first row of the frame;
 *   <li>a frame from one end of the table to n rows away is the running frame, seen n rows earlier
 *       or later;
 *   <li>a frame of many rows is a RANGE of their numbers, and so are {@code lag} and {@code lead}
 *       over many rows;
 *   <li>a function that depends on the order of rows, in a RANGE from one end of the table to a
 *       distance, is its running result in the row of the frame that is furthest from this end: the
 *       one with the greatest or the least number.
 * </ul>
 */
final class ComposedWindow {
  private static final TreeNodeTag<Boolean> WIDE = new TreeNodeTag<>("io.sparkcumsum.window.wide");
  private static final TreeNodeTag<List<Attribute>> NUMBERS =
      new TreeNodeTag<>("io.sparkcumsum.window.numbers");

  private final Window window;

  /** Windows over the rows. */
  private final List<Alias> first = new ArrayList<>();

  /** Windows over the rows and the columns of {@link #first}, in the same order. */
  private final List<Alias> second = new ArrayList<>();

  /** Windows over all that, each over one distant row, by the column that they are in order of. */
  private final Map<Attribute, List<Alias>> distant = new LinkedHashMap<>();

  /**
   * Windows over many rows, in the order of the number of a row. Apart, because they need not have
   * all these rows.
   */
  private final List<Alias> wide = new ArrayList<>();

  /** The number of a row, a column of {@link #first}; null if it is not needed. */
  private Attribute number;

  private ComposedWindow(Window window) {
    this.window = window;
  }

  /** The windows over one another, with the columns of the window. Null if it is not composed. */
  static LogicalPlan of(Window window) {
    ComposedWindow composed = new ComposedWindow(window);
    List<NamedExpression> columns = new ArrayList<>(list(window.child().output()));
    boolean isComposed = false;
    for (NamedExpression column : list(window.windowExpressions())) {
      Map<Expression, Expression> resultOf = new HashMap<>();
      for (WindowExpression part : RunningWindow.windowsIn((Expression) column)) {
        Expression result = composed.composed(part);
        isComposed |= result != null;
        resultOf.put(part, result == null ? column(composed.second, part) : result);
      }
      columns.add((NamedExpression) Substitution.in((Expression) column, resultOf::get));
    }
    return isComposed ? composed.plan(columns) : null;
  }

  /** Whether a window is one of those that frames of many rows are composed of. */
  static boolean hasWideFrames(Window window) {
    return window.getTagValue(WIDE).isDefined();
  }

  /** The columns of a window's rows that number them, so that no two rows have the same. */
  static List<Attribute> numbersIn(Window window) {
    Option<List<Attribute>> numbers = window.getTagValue(NUMBERS);
    return numbers.isDefined() ? numbers.get() : List.of();
  }

  private LogicalPlan plan(List<NamedExpression> columns) {
    LogicalPlan plan = window.child();
    Seq<SortOrder> order = window.orderSpec();
    for (List<Alias> windows : List.of(first, second)) {
      plan = windows.isEmpty() ? plan : window(windows, order, plan);
    }
    if (!wide.isEmpty()) {
      plan = window(wide, by(number()), plan);
      plan.setTagValue(WIDE, true);
    }
    for (Map.Entry<Attribute, List<Alias>> windows : distant.entrySet()) {
      plan = window(windows.getValue(), by(windows.getKey()), plan);
    }
    return new Project(seq(columns), plan);
  }

  private Window window(List<Alias> windows, Seq<SortOrder> order, LogicalPlan rows) {
    Window part = new Window(seq(windows), window.partitionSpec(), order, rows, window.hint());
    List<Attribute> numbers = new ArrayList<>(numbersIn(window));
    if (number != null && rows != window.child()) {
      numbers.add(number);
    }
    part.setTagValue(NUMBERS, numbers);
    return part;
  }

  /** A new column of windows. */
  private static Expression column(List<Alias> windows, WindowExpression window) {
    Alias column = Attributes.alias(window, "part" + windows.size());
    windows.add(column);
    return (Expression) column.toAttribute();
  }

  /** The result of a window in terms of others; null if it is not composed. */
  private Expression composed(WindowExpression part) {
    Expression function = part.windowFunction();
    if (!(part.windowSpec().frameSpecification() instanceof SpecifiedWindowFrame frame)) {
      return null;
    }
    boolean isRows = frame.frameType().equals(RowFrame$.MODULE$);
    boolean isFromFirst = frame.lower().equals(UnboundedPreceding$.MODULE$);
    boolean isToLast = frame.upper().equals(UnboundedFollowing$.MODULE$);
    if (function instanceof NthValue nth && isFromFirst && number(nth.offset()) > 1) {
      return nthValue(nth, part.windowSpec());
    } else if (function instanceof NthValue nth && isToLast && number(nth.offset()) > 1) {
      return nthValueToLast(nth, part.windowSpec());
    } else if (function instanceof FrameLessOffsetWindowFunction neighbour) {
      long distance = number(neighbour.offset());
      return isFar(distance) ? neighbour(neighbour, distance) : null;
    } else if (!isRows && FunctionTranslator.isRangeInOrder(part, numbersIn(window))) {
      return isFromFirst
          ? inFrame(part, rows(function, UnboundedPreceding$.MODULE$, CurrentRow$.MODULE$), true)
          : inFrame(part, rows(function, CurrentRow$.MODULE$, UnboundedFollowing$.MODULE$), false);
    } else if (!isRows || (isFromFirst && isToLast) || isOutOfRange(frame)) {
      return null;
    } else if (isFromFirst && isNumber(frame.upper())) {
      long distance = number(frame.upper());
      return distance == -1 ? null : runningUntil(function, distance);
    } else if (isToLast && isNumber(frame.lower())) {
      long distance = number(frame.lower());
      return distance == 1 ? null : runningFrom(function, distance);
    } else if (!isFromFirst && !isToLast) {
      long lower = number(frame.lower());
      long upper = number(frame.upper());
      return isFar(lower) || isFar(upper)
          ? column(wide, inOrderOf(number(), ofOneRow(function), bound(lower), bound(upper)))
          : null;
    }
    return null;
  }

  /** Whether a bound has no opposite in the type of distances. */
  private static boolean isOutOfRange(SpecifiedWindowFrame frame) {
    return isSmallest(frame.lower()) || isSmallest(frame.upper());
  }

  private static boolean isSmallest(Expression bound) {
    return !(bound instanceof SpecialFrameBoundary) && number(bound) == Integer.MIN_VALUE;
  }

  private static boolean isFar(long distance) {
    return Math.abs(distance) > FunctionTranslator.MOST_ROWS;
  }

  private static boolean isNumber(Expression bound) {
    return !bound.equals(CurrentRow$.MODULE$);
  }

  private static long number(Expression bound) {
    return isNumber(bound) ? ((Number) bound.eval(null)).longValue() : 0;
  }

  private Expression nthValue(NthValue nth, WindowSpecDefinition spec) {
    Literal n = count(number(nth.offset()));
    Expression value = nth.input();
    Expression isNth;
    Expression held;
    if (nth.ignoreNulls()) {
      Expression counted = column(first, running(new Count(seq(List.of(value)))));
      isNth = new And(new IsNotNull(value), new EqualTo(counted, n));
      held = value;
    } else {
      isNth = new EqualTo((Expression) number(), n);
      // The n-th value may be null.
      held = CreateStruct$.MODULE$.create(seq(List.of(value)));
    }
    Expression inRow = new If(isNth, held, Literal.create(null, held.dataType()));
    Expression found =
        column(second, new WindowExpression(new First(inRow, true).toAggregateExpression(), spec));
    return nth.ignoreNulls() ? found : new GetStructField(found, 0, Option.empty());
  }

  /** The n-th value from some row to the last, in the first row of a frame to the last. */
  private Expression nthValueToLast(NthValue nth, WindowSpecDefinition spec) {
    Expression value = nth.input();
    long n = number(nth.offset());
    Expression fromRow = column(first, at(value, n - 1, nothing(value), nth.ignoreNulls()));
    if (nth.ignoreNulls()) {
      Expression behind = column(first, at(value, n, nothing(value), true));
      fromRow = new If(new IsNotNull(value), fromRow, behind);
    }
    return column(second, new WindowExpression(aggregate(new First(fromRow, false)), spec));
  }

  /** The result of another window in the last or the first row of a frame; NULL if it is empty. */
  private Expression inFrame(WindowExpression frame, WindowExpression result, boolean inLast) {
    Expression value = column(first, result);
    Expression place = (Expression) number();
    DeclarativeAggregate found = inLast ? new MaxBy(value, place) : new MinBy(value, place);
    return column(second, new WindowExpression(aggregate(found), frame.windowSpec()));
  }

  /**
   * A function of the one row that decides it, by the number of the row, if there is one. That need
   * not be computed anew for each frame: of two parts of a frame, it is clear which comes first.
   */
  private Expression ofOneRow(Expression function) {
    if (function instanceof NthValue nth && number(nth.offset()) == 1) {
      return aggregate(new MinBy(nth.input(), numberIf(nth.input(), nth.ignoreNulls())));
    }
    if (!(function instanceof AggregateExpression aggregate)) {
      return function;
    }
    DeclarativeAggregate found;
    if (aggregate.aggregateFunction() instanceof First of) {
      found = new MinBy(of.child(), numberIf(of.child(), of.ignoreNulls()));
    } else if (aggregate.aggregateFunction() instanceof Last of) {
      found = new MaxBy(of.child(), numberIf(of.child(), of.ignoreNulls()));
    } else if (aggregate.aggregateFunction() instanceof MaxBy of) {
      // Of rows with the same ordering value, Spark takes the last.
      found = new MaxBy(of.valueExpr(), orderedBy(of.orderingExpr(), (Expression) number()));
    } else if (aggregate.aggregateFunction() instanceof MinBy of) {
      Expression fromLast = new UnaryMinus((Expression) number(), false);
      found = new MinBy(of.valueExpr(), orderedBy(of.orderingExpr(), fromLast));
    } else {
      return function;
    }
    return found.toAggregateExpression(aggregate.isDistinct(), aggregate.filter());
  }

  /** The number of a row; NULL, which such functions do not see, if the row does not count. */
  private Expression numberIf(Expression value, boolean ignoresNulls) {
    Expression place = (Expression) number();
    return ignoresNulls ? new If(new IsNotNull(value), place, nothing(place)) : place;
  }

  private static Expression orderedBy(Expression ordering, Expression place) {
    Expression both = CreateStruct$.MODULE$.create(seq(List.of(ordering, place)));
    return new If(new IsNotNull(ordering), both, nothing(both));
  }

  /** {@code lag} or {@code lead}, whose frame in the order of numbers has one value or none. */
  private Expression neighbour(FrameLessOffsetWindowFunction neighbour, long distance) {
    boolean ignoresNulls = neighbour.ignoreNulls();
    Expression input = neighbour.input();
    Attribute place = ignoresNulls ? place(input, distance < 0) : number();
    List<Alias> windows = distant.computeIfAbsent(place, by -> new ArrayList<>());
    Expression found = aggregate(new First(input, ignoresNulls));
    Expression value = column(windows, inOrderOf(place, found, bound(distance), bound(distance)));
    Expression otherwise = neighbour.children().apply(2);
    if (otherwise.dataType() instanceof NullType) {
      return value;
    }
    Expression counted = aggregate(new Count(seq(List.of(ignoresNulls ? input : one()))));
    Expression count = column(windows, inOrderOf(place, counted, bound(distance), bound(distance)));
    return new If(new EqualTo(count, count(0)), otherwise, value);
  }

  /**
   * How many values up to a row are not null, or before it. A value that is not null shares its
   * number with nulls only.
   */
  private Attribute place(Expression value, boolean isBefore) {
    Expression last = isBefore ? new Literal(-1, DataTypes.IntegerType) : CurrentRow$.MODULE$;
    Expression count = aggregate(new Count(seq(List.of(value))));
    return (Attribute) column(first, rows(count, UnboundedPreceding$.MODULE$, last));
  }

  /** The function over the rows up to one that is some rows before or behind the current one. */
  private Expression runningUntil(Expression function, long distance) {
    WindowExpression running = rows(function, UnboundedPreceding$.MODULE$, CurrentRow$.MODULE$);
    if (distance == 0) {
      return column(second, running);
    } else if (distance > 0) {
      return shifted(running, distance, all(function));
    }
    return shifted(function, running, distance);
  }

  /** The function over the rows from one that is some rows before or behind the current one on. */
  private Expression runningFrom(Expression function, long distance) {
    WindowExpression running = rows(function, CurrentRow$.MODULE$, UnboundedFollowing$.MODULE$);
    if (distance == 0) {
      return column(second, running);
    } else if (distance > 0) {
      return shifted(function, running, distance);
    }
    if (mayOverflow(function) && !SparkCompat.hasEvalMode("TRY", aggregateOf(function))) {
      // Sums of the last rows, which no frame has, may fail.
      return column(
          wide, inOrderOf(number(), function, bound(distance), UnboundedFollowing$.MODULE$));
    }
    return shifted(running, distance, all(function));
  }

  private Expression all(Expression function) {
    return column(first, rows(function, UnboundedPreceding$.MODULE$, UnboundedFollowing$.MODULE$));
  }

  /** The result of a window in another row, or that of no row if there is none. */
  private Expression shifted(Expression function, WindowExpression running, long distance) {
    if (mayOverflow(function)) {
      // Sums that no frame has may overflow, so the sum is that of shifted values.
      AggregateExpression aggregate = (AggregateExpression) function;
      Expression value = aggregate.aggregateFunction().children().head();
      if (aggregate.filter().isDefined()) {
        value = new If(aggregate.filter().get(), value, nothing(value));
      }
      Expression shifted = column(first, at(value, distance, nothing(value), false));
      AggregateFunction sum =
          (AggregateFunction) aggregate.aggregateFunction().withNewChildren(seq(List.of(shifted)));
      return column(
          second, new WindowExpression(sum.toAggregateExpression(), running.windowSpec()));
    }
    boolean counts =
        function instanceof AggregateExpression aggregate
            && aggregate.aggregateFunction() instanceof Count;
    return shifted(running, distance, counts ? count(0) : nothing(function));
  }

  private Expression shifted(WindowExpression running, long distance, Expression otherwise) {
    return column(second, at(column(first, running), distance, otherwise, false));
  }

  private static boolean mayOverflow(Expression function) {
    return function instanceof AggregateExpression aggregate
        && (aggregate.aggregateFunction() instanceof Sum
            || aggregate.aggregateFunction() instanceof Average);
  }

  private static Expression aggregateOf(Expression function) {
    return (Expression) ((AggregateExpression) function).aggregateFunction();
  }

  /** The value in another row, or of those that are not null. */
  private WindowExpression at(
      Expression value, long distance, Expression otherwise, boolean ignoresNulls) {
    Literal rows = new Literal((int) Math.abs(distance), DataTypes.IntegerType);
    FrameLessOffsetWindowFunction neighbour =
        distance < 0
            ? new Lag(value, rows, otherwise, ignoresNulls)
            : new Lead(value, rows, otherwise, ignoresNulls);
    return new WindowExpression(neighbour, spec(window.orderSpec(), neighbour.frame()));
  }

  private WindowExpression running(DeclarativeAggregate aggregate) {
    return rows(aggregate(aggregate), UnboundedPreceding$.MODULE$, CurrentRow$.MODULE$);
  }

  private WindowExpression rows(Expression function, Expression lower, Expression upper) {
    WindowFrame frame = new SpecifiedWindowFrame(RowFrame$.MODULE$, lower, upper);
    return new WindowExpression(function, spec(window.orderSpec(), frame));
  }

  private WindowExpression inOrderOf(
      Attribute place, Expression function, Expression lower, Expression upper) {
    WindowFrame frame = new SpecifiedWindowFrame(RangeFrame$.MODULE$, lower, upper);
    return new WindowExpression(function, spec(by(place), frame));
  }

  private static Expression bound(long distance) {
    return distance == 0 ? CurrentRow$.MODULE$ : count(distance);
  }

  private static Seq<SortOrder> by(Attribute column) {
    return seq(List.of(SortOrders.by((Expression) column, Ascending$.MODULE$)));
  }

  private WindowSpecDefinition spec(Seq<SortOrder> order, WindowFrame frame) {
    return new WindowSpecDefinition(window.partitionSpec(), order, frame);
  }

  /** The number of a row: of 64 bits, unlike {@code row_number}. */
  private Attribute number() {
    if (number == null) {
      number = (Attribute) column(first, running(new Count(seq(List.of(one())))));
    }
    return number;
  }

  private static Expression aggregate(DeclarativeAggregate function) {
    return function.toAggregateExpression();
  }

  private static Expression nothing(Expression value) {
    return Literal.create(null, value.dataType());
  }

  private static Expression one() {
    return new Literal(1, DataTypes.IntegerType);
  }

  private static Literal count(long value) {
    return new Literal(value, DataTypes.LongType);
  }
}
