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
import java.util.ArrayList;
import java.util.List;
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
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
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
              isLast(frame.upper())));
    }
    return bounds;
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
    return new FrameRows(
        windows,
        sliding.size(),
        orderInSegment(),
        input,
        parts.before(),
        digest == null ? parts.own() : new SameRows(range, parts.own(), digest().start(), digest),
        parts.behind(),
        null,
        (functions, target, place) -> sliding(functions, bounds, gaps, keys, target, place),
        spillSize);
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
