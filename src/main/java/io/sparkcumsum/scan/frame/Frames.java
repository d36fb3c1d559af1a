package io.sparkcumsum.scan.frame;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.scan.function.AddedInOrder;
import io.sparkcumsum.scan.function.RunningState;
import io.sparkcumsum.scan.function.ScanFunction;
import io.sparkcumsum.scan.function.ScanFunctions;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.CurrentRow$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.FrameLessOffsetWindowFunction;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.RowFrame$;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.expressions.SpecialFrameBoundary;
import org.apache.spark.sql.catalyst.expressions.SpecifiedWindowFrame;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection$;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.expressions.WindowExpression;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.types.CalendarInterval;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;

/**
 * Window functions whose frames reach a limited number of rows. They are computed over the rows of
 * a partition and those around it that they reach, the halo: by Spark's own frames, by an {@link
 * AddedFrame} or, where frames have many rows, by a {@link SlidingFrame}.
 */
public final class Frames implements Serializable {
  /** A frame of more rows takes Spark longer than a {@link SlidingFrame}. */
  public static final int MANY_ROWS = 32;

  private final List<NamedExpression> windows;
  private final List<ScanFunction> sliding;
  private final List<Attribute> input;
  private final Halo halo;
  private final RowDigest digest;

  /**
   * Creates the frames.
   *
   * @param windows columns with a {@link WindowExpression} each
   * @param sliding the functions of the first windows, for a {@link SlidingFrame}
   * @param input the columns of the rows
   */
  public Frames(List<NamedExpression> windows, List<ScanFunction> sliding, List<Attribute> input) {
    this.windows = windows;
    this.sliding = sliding;
    this.input = input;
    AttributeSet read = Attributes.references(functionsOf(windows));
    List<Expression> columns = new ArrayList<>();
    for (Attribute column : input) {
      if (read.contains(column)) {
        columns.add((Expression) column);
      }
    }
    this.halo = new Halo(seq(columns), furthestReaches(windows));
    this.digest = RowDigest.of(columns);
  }

  /** The window functions in these columns. */
  public static List<Expression> functionsOf(List<NamedExpression> windows) {
    return windows.stream().map(column -> window(column).windowFunction()).toList();
  }

  static WindowExpression window(NamedExpression column) {
    return (WindowExpression) ((Alias) column).child();
  }

  /** The furthest reaches of the windows in each direction. */
  private static List<Reach> furthestReaches(List<NamedExpression> windows) {
    int back = 0;
    int ahead = 0;
    List<Reach> reaches = new ArrayList<>();
    for (NamedExpression column : windows) {
      for (Reach reach : reachesOf(window(column))) {
        if (reach.notNull() != null) {
          reaches.add(reach);
        } else if (reach.isAhead()) {
          ahead = Math.max(ahead, reach.rows());
        } else {
          back = Math.max(back, reach.rows());
        }
      }
    }
    if (back > 0) {
      reaches.add(new Reach(false, back, null));
    }
    if (ahead > 0) {
      reaches.add(new Reach(true, ahead, null));
    }
    return reaches;
  }

  /**
   * How far the frame of a window reaches: one reach in each direction, none in a direction in
   * which it reaches no other rows. Null if it is not limited to a number of rows.
   */
  public static List<Reach> reachesOf(WindowExpression window) {
    if (window.windowFunction() instanceof FrameLessOffsetWindowFunction offset) {
      int rows = (Integer) offset.offset().eval(null);
      Expression value = offset.input();
      if (!offset.ignoreNulls()) {
        return reaches(rows, rows, null);
      } else if (value.foldable()) {
        return value.eval(null) == null ? List.of() : reaches(rows, rows, null);
      }
      return value instanceof Attribute ? reaches(rows, rows, value) : null;
    }
    if (window.windowSpec().frameSpecification() instanceof SpecifiedWindowFrame frame
        && frame.frameType().equals(RowFrame$.MODULE$)) {
      Integer lower = rows(frame.lower());
      Integer upper = rows(frame.upper());
      return lower == null || upper == null ? null : reaches(lower, upper, null);
    }
    return null;
  }

  /** Whether the frame of a window may have no row, because the current one is not always in it. */
  public static boolean mayBeEmpty(WindowExpression window) {
    return window.windowSpec().frameSpecification() instanceof SpecifiedWindowFrame frame
        && (mayHaveSign(frame.lower(), 1) || mayHaveSign(frame.upper(), -1));
  }

  /**
   * Whether some part of a bound has this sign. Distances that are not finite count: with an
   * infinite key they make NaN, which is behind all keys.
   */
  private static boolean mayHaveSign(Expression bound, int sign) {
    if (bound instanceof SpecialFrameBoundary) {
      return false;
    }
    Object value = bound.eval(null);
    if (value instanceof CalendarInterval interval) {
      return Integer.signum(interval.months) == sign
          || Integer.signum(interval.days) == sign
          || Long.signum(interval.microseconds) == sign;
    }
    double number = value instanceof Decimal decimal ? decimal.toDouble() : doubleValue(value);
    return Math.signum(number) == sign || !Double.isFinite(number);
  }

  private static double doubleValue(Object number) {
    return ((Number) number).doubleValue();
  }

  private static List<Reach> reaches(int lower, int upper, Expression notNull) {
    List<Reach> reaches = new ArrayList<>();
    if (lower < 0) {
      reaches.add(new Reach(false, -Math.max(lower, -Integer.MAX_VALUE), notNull));
    }
    if (upper > 0) {
      reaches.add(new Reach(true, upper, notNull));
    }
    return reaches;
  }

  /**
   * How many rows the frame of a window has, if it has the same number of them everywhere but at
   * both ends; else 0.
   */
  public static int rowsOf(WindowExpression window) {
    if (window.windowFunction() instanceof FrameLessOffsetWindowFunction
        || !(window.windowSpec().frameSpecification() instanceof SpecifiedWindowFrame frame)
        || !frame.frameType().equals(RowFrame$.MODULE$)) {
      return 0;
    }
    Integer lower = rows(frame.lower());
    Integer upper = rows(frame.upper());
    return lower == null || upper == null ? 0 : upper - lower + 1;
  }

  /** The place of a bound of a frame, relative to the current row; null if it has none. */
  private static Integer rows(Expression bound) {
    if (bound.equals(CurrentRow$.MODULE$)) {
      return 0;
    }
    return bound.foldable() ? (Integer) bound.eval(null) : null;
  }

  /** What has to be known of each partition: functions of the scan without a result. */
  public List<ScanFunction> functions() {
    return List.of(halo, digest);
  }

  /** The columns of the rows, and those of the windows. */
  public List<Attribute> output() {
    List<Attribute> output = new ArrayList<>(input);
    windows.forEach(column -> output.add(column.toAttribute()));
    return output;
  }

  /**
   * The rows of a partition with the columns of the windows.
   *
   * @param before the state of the scan before the partition
   * @param behind the state of all rows behind the partition; null if there are none
   * @param spillSize the metric of bytes spilled
   */
  public Iterator<InternalRow> over(
      Iterator<InternalRow> rows, RunningState before, RunningState behind, SQLMetric spillSize) {
    Seq<SortOrder> order = window(windows.get(0)).windowSpec().orderSpec();
    return new FrameRows(
        windows,
        List.of(
            windowsOf(function -> !(function instanceof AddedInOrder)),
            windowsOf(AddedInOrder.class::isInstance),
            windows.subList(sliding.size(), windows.size())),
        order,
        input,
        widened(((HaloRows) before.value(halo.rows())).last()),
        rows,
        widened(behind == null ? List.of() : ((HaloRows) behind.value(halo.rows())).first()),
        furthestReaches(windows),
        this::moving,
        spillSize);
  }

  /** Those of the first windows whose function is of some kind. */
  private List<NamedExpression> windowsOf(Predicate<ScanFunction> kind) {
    List<NamedExpression> ofKind = new ArrayList<>();
    for (int i = 0; i < sliding.size(); i++) {
      if (kind.test(sliding.get(i))) {
        ofKind.add(windows.get(i));
      }
    }
    return ofKind;
  }

  /** The frame of some windows with the same bounds; null if it cannot compute all of them. */
  private MovingFrame moving(List<Expression> functions, InternalRow target, int place) {
    List<Integer> places = placesOf(functions, windows.subList(0, sliding.size()));
    if (places == null) {
      return null;
    }
    SpecifiedWindowFrame frame =
        (SpecifiedWindowFrame)
            ((WindowExpression) functions.get(0)).windowSpec().frameSpecification();
    RowsFrame bounds = new RowsFrame(rows(frame.lower()), rows(frame.upper()));
    List<ScanFunction> ofFrame = places.stream().map(sliding::get).toList();
    if (ofFrame.get(0) instanceof AddedInOrder) {
      List<AddedInOrder> added = ofFrame.stream().map(AddedInOrder.class::cast).toList();
      return new AddedFrame(added, input, bounds, target, place);
    }
    boolean isAlways = true;
    return new SlidingFrame(new ScanFunctions(ofFrame, input), isAlways, bounds, target, place);
  }

  /** The place of each window function among some columns; null if one is in none of them. */
  static List<Integer> placesOf(List<Expression> functions, List<NamedExpression> columns) {
    List<Expression> windows = columns.stream().map(column -> (Expression) window(column)).toList();
    List<Integer> places = functions.stream().map(function -> placeOf(function, windows)).toList();
    return places.contains(-1) ? null : places;
  }

  /**
   * The place of an expression in a list; -1 if it is not there. It is the same object: literals
   * 0.0 and -0.0 are equal, but not the functions of them.
   */
  @SuppressWarnings("ReferenceEquality")
  static int placeOf(Expression expression, List<Expression> list) {
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i) == expression) {
        return i;
      }
    }
    return -1;
  }

  /** Rows of the halo with the columns of other rows. No frame reads those that are null. */
  private Iterator<InternalRow> widened(List<UnsafeRow> rows) {
    List<Attribute> inHalo = list(halo.children()).stream().map(Attribute.class::cast).toList();
    List<Expression> columns = new ArrayList<>();
    for (Attribute column : input) {
      columns.add(
          inHalo.contains(column) ? (Expression) column : Literal.create(null, column.dataType()));
    }
    UnsafeProjection projection = UnsafeProjection$.MODULE$.create(seq(columns), seq(inHalo));
    return seq(rows).iterator().map(projection::apply);
  }
}
