package io.sparkcumsum.scan.frame;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.Substitution;
import io.sparkcumsum.scan.function.ScanFunction;
import io.sparkcumsum.scan.function.ScanFunctions;
import io.sparkcumsum.scan.ordering.Gap;
import io.sparkcumsum.scan.ordering.KeyBounds;
import io.sparkcumsum.scan.ordering.KeyOrder;
import io.sparkcumsum.scan.ordering.RangeRows;
import java.io.Serializable;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Add;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.AttributeSet$;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.CurrentRow$;
import org.apache.spark.sql.catalyst.expressions.DecimalAddNoOverflowCheck;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.RangeFrame$;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.expressions.SpecialFrameBoundary;
import org.apache.spark.sql.catalyst.expressions.SpecifiedWindowFrame;
import org.apache.spark.sql.catalyst.expressions.UnaryMinus;
import org.apache.spark.sql.catalyst.expressions.UnboundedFollowing$;
import org.apache.spark.sql.catalyst.expressions.UnboundedPreceding$;
import org.apache.spark.sql.catalyst.expressions.WindowExpression;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation$;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.util.DateTimeConstants;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.types.YearMonthIntervalType;
import org.apache.spark.unsafe.types.CalendarInterval;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;

/**
 * Window functions over RANGE frames that end at a distance from the key of the current row, or on
 * both sides at its peers. Spark's own frames compute them, over the rows of a range of keys and
 * those of other ranges that they reach. Where frames have many rows, and for sums in DOUBLE, a
 * {@link SlidingFrame} takes the place of Spark's if it can compute the functions; where a range
 * does not have all rows of its frames, it has to.
 */
public final class RangeFrames implements Serializable {
  /** January 28 to 31 all become February 28 one month later. */
  private static final long MOST_DAYS_CUT = 31 - 28;

  /** A rule shifts the clocks by the same time each year. */
  private static final int ANY_YEAR = 2000;

  private final List<NamedExpression> windows;
  private final List<ScanFunction> sliding;
  private final int always;
  private final Seq<SortOrder> order;
  private final List<Attribute> input;

  /**
   * Creates the frames.
   *
   * @param windows columns with a {@link WindowExpression} each
   * @param sliding the functions of the first windows, for a {@link SlidingFrame}
   * @param always how many of the functions slide even over frames of few rows
   * @param order their order
   * @param input the columns of the rows
   */
  public RangeFrames(
      List<NamedExpression> windows,
      List<ScanFunction> sliding,
      int always,
      Seq<SortOrder> order,
      List<Attribute> input) {
    this.windows = windows;
    this.sliding = sliding;
    this.always = always;
    this.order = order;
    this.input = input;
  }

  /** Whether the frame of a window is a RANGE that ends on both sides, or at a distance. */
  public static boolean isRange(WindowExpression window) {
    return window.windowSpec().frameSpecification() instanceof SpecifiedWindowFrame frame
        && frame.frameType().equals(RangeFrame$.MODULE$)
        && (isValue(frame.lower()) || isValue(frame.upper()) || isOfPeers(frame));
  }

  private static boolean isOfPeers(SpecifiedWindowFrame frame) {
    return frame.lower().equals(CurrentRow$.MODULE$) && frame.upper().equals(CurrentRow$.MODULE$);
  }

  /** Whether such a frame begins with the first row, or ends with the last. */
  public static boolean isUnbounded(WindowExpression window) {
    SpecifiedWindowFrame frame = (SpecifiedWindowFrame) window.windowSpec().frameSpecification();
    return isFirst(frame.lower()) || isLast(frame.upper());
  }

  private static boolean isFirst(Expression bound) {
    return bound.equals(UnboundedPreceding$.MODULE$);
  }

  private static boolean isLast(Expression bound) {
    return bound.equals(UnboundedFollowing$.MODULE$);
  }

  /** Whether a bound is a distance. */
  private static boolean isValue(Expression bound) {
    return !(bound instanceof SpecialFrameBoundary);
  }

  /** The distances in the bounds of a window. */
  public static List<Expression> distances(WindowExpression window) {
    SpecifiedWindowFrame frame = (SpecifiedWindowFrame) window.windowSpec().frameSpecification();
    return List.of(frame.lower(), frame.upper()).stream().filter(RangeFrames::isValue).toList();
  }

  /** The bounds of the frame of each window. */
  public List<KeyBounds> bounds(SparkSession session) {
    long disorder =
        windows.stream().map(Frames::window).mapToLong(RangeFrames::disorder).max().orElse(0);
    List<KeyBounds> bounds = new ArrayList<>();
    for (NamedExpression column : windows) {
      SpecifiedWindowFrame frame =
          (SpecifiedWindowFrame) Frames.window(column).windowSpec().frameSpecification();
      bounds.add(
          new KeyBounds(
              columnsBeforeKey(),
              bound(frame.lower(), session),
              bound(frame.upper(), session),
              isFirst(frame.lower()),
              isLast(frame.upper()),
              order.last().isAscending() ? disorder : -disorder));
    }
    return bounds;
  }

  /**
   * If two timestamps are at least this many microseconds apart, their bounds in a RANGE frame have
   * their order; 0 if all bounds have. Closer ones may not: January 28 to 31 all become February 28
   * one month later, each with its time of day. And days differ in length where a zone changes its
   * clocks.
   */
  private static long disorder(WindowExpression window) {
    DataType key = window.windowSpec().orderSpec().last().dataType();
    boolean isLocal = key instanceof TimestampType;
    if (!isLocal && !(key instanceof TimestampNTZType)) {
      return 0;
    }
    boolean hasMonths = false;
    boolean hasDays = false;
    for (Expression distance : distances(window)) {
      Object value = distance.eval(null);
      if (value instanceof CalendarInterval interval) {
        hasMonths |= interval.months != 0;
        hasDays |= interval.days != 0;
      } else if (distance.dataType() instanceof YearMonthIntervalType) {
        hasMonths = true;
      } else if (value instanceof Long micros) {
        hasDays |= Math.abs(micros) >= DateTimeConstants.MICROS_PER_DAY;
      }
    }
    long disorder = hasMonths ? MOST_DAYS_CUT * DateTimeConstants.MICROS_PER_DAY : 0;
    // The clocks may change where the key is, where months are added to it, and then days.
    return isLocal && (hasMonths || hasDays) ? disorder + 3 * longestShift() : disorder;
  }

  /** The most by which the time zone of the session put its clocks back or forward. */
  private static long longestShift() {
    ZoneRules zone = DateTimeUtils.getZoneId(SQLConf.get().sessionLocalTimeZone()).getRules();
    Stream<ZoneOffsetTransition> transitions =
        Stream.concat(
            zone.getTransitions().stream(),
            zone.getTransitionRules().stream().map(rule -> rule.createTransition(ANY_YEAR)));
    return transitions
        .mapToLong(transition -> Math.abs(transition.getDuration().toSeconds()))
        .map(seconds -> seconds * DateTimeConstants.MICROS_PER_SECOND)
        .max()
        .orElse(0);
  }

  /** The different frames of the windows. */
  public static List<KeyBounds> different(List<KeyBounds> bounds) {
    return bounds.stream().distinct().toList();
  }

  /**
   * Whether Spark's window has the functions of both in one frame, which it finds by hash. Its
   * literals 0.0 and -0.0 are equal, but have different hashes.
   */
  private static boolean areSame(KeyBounds frame, KeyBounds other) {
    return frame.hashCode() == other.hashCode() && frame.equals(other);
  }

  /** Whether no function has to be computed anew for each frame. */
  public boolean slideAll() {
    return sliding.size() == windows.size();
  }

  /**
   * The functions over one of the frames, if they {@linkplain #slideAll slide all}.
   *
   * @param bounds those of {@link #bounds}
   */
  public ScanFunctions functionsOver(KeyBounds frame, List<KeyBounds> bounds) {
    List<ScanFunction> functions = new ArrayList<>();
    for (int i = 0; i < bounds.size(); i++) {
      if (areSame(bounds.get(i), frame)) {
        functions.add(sliding.get(i));
      }
    }
    return new ScanFunctions(functions, input);
  }

  /** How many columns tell the segment of a row. */
  public int segmentKeys() {
    return WholeSegments.keysOf(windows).size();
  }

  /** The order of the rows of one segment. */
  private Seq<SortOrder> orderInSegment() {
    return seq(list(order).subList(segmentKeys(), order.size()));
  }

  /** The types of the columns of a key before the last. */
  private List<DataType> columnsBeforeKey() {
    Seq<SortOrder> columns = KeyOrder.ofSegments(order, segmentKeys());
    return list(columns).subList(0, columns.size() - 1).stream().map(SortOrder::dataType).toList();
  }

  /**
   * A bound of a frame from a key, whose last column it moves, computed as Spark's own frames do;
   * null if it is at no distance.
   */
  private Expression bound(Expression distance, SparkSession session) {
    if (!isValue(distance)) {
      return null;
    }
    SortOrder by = order.last();
    DataType type = by.dataType();
    AttributeReference key = Attributes.create("key", type, true);
    Expression offset = by.isAscending() ? distance : new UnaryMinus(distance, false);
    Expression moved =
        type instanceof DecimalType
            ? new DecimalAddNoOverflowCheck(key, offset, type)
            : resolved(new Add(key, offset), key, session);
    BoundReference place = new BoundReference(columnsBeforeKey().size(), type, true);
    return Substitution.in(moved, node -> node.semanticEquals(key) ? place : null);
  }

  /** The sum as the analyzer has it, which knows dates, timestamps and intervals. */
  private static Expression resolved(Add sum, AttributeReference key, SparkSession session) {
    List<NamedExpression> columns = List.of(Attributes.alias(sum, "bound"));
    Project project =
        new Project(seq(columns), LocalRelation$.MODULE$.apply(seq(List.<Attribute>of(key))));
    Project analyzed = (Project) session.sessionState().analyzer().execute(project);
    return ((Alias) analyzed.projectList().head()).child();
  }

  /** The columns that frames read in the order of peers. */
  public AttributeSet readInOrderOfPeers() {
    return slideAll()
        ? AttributeSet$.MODULE$.empty()
        : Attributes.references(Frames.functionsOf(windows));
  }

  /** What the rows of a range have to add up to whenever they are computed. */
  public ScanFunctions digest() {
    AttributeSet read =
        Attributes.references(Frames.functionsOf(windows))
            .$plus$plus(Attributes.references(list(order)));
    List<Expression> columns =
        input.stream().filter(read::contains).map(Expression.class::cast).toList();
    return new ScanFunctions(List.of(RowDigest.of(columns)), input);
  }

  /** The columns of the rows, and those of the windows. */
  public List<Attribute> output() {
    List<Attribute> output = new ArrayList<>(input);
    windows.forEach(column -> output.add(column.toAttribute()));
    return output;
  }

  /**
   * The rows of a range with the columns of the windows.
   *
   * @param lastKeys the last key of each range but the last range
   * @param bounds those of {@link #bounds}
   * @param gaps the gap of the range in each different frame, null where there is none; null if the
   *     range has all rows of its frames
   * @param digest what its own rows have to add up to; null if they are always the same
   * @param spillSize the metric of bytes spilled
   */
  public Iterator<InternalRow> over(
      int range,
      Iterator<InternalRow> rows,
      List<InternalRow> lastKeys,
      List<KeyBounds> bounds,
      List<Gap> gaps,
      byte[] digest,
      SQLMetric spillSize) {
    KeyOrder keys = new KeyOrder(KeyOrder.ofSegments(order, segmentKeys()), input);
    RangeRows parts = new RangeRows(keys, lastKeys, range, rows);
    InternalRow near = range == 0 ? null : KeyBounds.near(bounds, lastKeys.get(range - 1));
    Iterator<InternalRow> before = near == null ? parts.before() : parts.beforeUntil(near);
    Iterator<InternalRow> computed =
        near == null
            ? own(range, parts, digest)
            : parts.before().concat(() -> own(range, parts, digest));
    Iterator<InternalRow> results =
        new FrameRows(
            windows,
            List.of(
                windows.subList(0, sliding.size()),
                windows.subList(sliding.size(), windows.size())),
            orderInSegment(),
            input,
            before,
            computed,
            parts.behind(),
            null,
            (functions, target, place) -> sliding(functions, bounds, gaps, keys, target, place),
            spillSize);
    if (near == null) {
      return results;
    }
    // The results of rows of other ranges, on which the frames of its own rows depend, are dropped.
    RangeRows withOthers = new RangeRows(keys, lastKeys, range, results);
    Iterator<InternalRow> dropped = withOthers.before();
    while (dropped.hasNext()) {
      dropped.next();
    }
    return withOthers.own();
  }

  private Iterator<InternalRow> own(int range, RangeRows parts, byte[] digest) {
    return digest == null
        ? parts.own()
        : new SameRows(range, parts.own(), digest().start(), digest);
  }

  /** The frame of some windows with the same bounds; null if it cannot compute all of them. */
  private SlidingFrame sliding(
      List<Expression> functions,
      List<KeyBounds> bounds,
      List<Gap> gaps,
      KeyOrder keys,
      InternalRow target,
      int place) {
    List<Integer> places = Frames.placesOf(functions, windows.subList(0, sliding.size()));
    if (places == null) {
      return null;
    }
    KeyBounds ofAll = bounds.get(places.get(0));
    boolean isAlways = gaps != null || places.stream().anyMatch(index -> index < always);
    Gap gap = null;
    if (gaps != null) {
      List<KeyBounds> different = different(bounds);
      int frame = 0;
      while (!areSame(different.get(frame), ofAll)) {
        frame++;
      }
      gap = gaps.get(frame);
    }
    return new SlidingFrame(
        new ScanFunctions(places.stream().map(sliding::get).toList(), input),
        isAlways,
        new KeyFrame(ofAll, gap, keys),
        target,
        place);
  }
}
