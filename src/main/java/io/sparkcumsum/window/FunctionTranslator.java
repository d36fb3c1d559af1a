package io.sparkcumsum.window;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.SparkCompat;
import io.sparkcumsum.catalyst.Substitution;
import io.sparkcumsum.scan.frame.Frames;
import io.sparkcumsum.scan.frame.RangeFrames;
import io.sparkcumsum.scan.frame.Reach;
import io.sparkcumsum.scan.function.AddedInOrder;
import io.sparkcumsum.scan.function.ScanFunction;
import io.sparkcumsum.window.function.CheckedAggregate;
import io.sparkcumsum.window.function.CheckedProduct;
import io.sparkcumsum.window.function.CheckedSum;
import io.sparkcumsum.window.function.ExclusiveFrame;
import io.sparkcumsum.window.function.PeersFrame;
import io.sparkcumsum.window.function.RelativeRank;
import io.sparkcumsum.window.function.ReversedFrame;
import io.sparkcumsum.window.function.Reversible;
import io.sparkcumsum.window.function.RunningAggregate;
import io.sparkcumsum.window.function.RunningBoundedSum;
import io.sparkcumsum.window.function.RunningExactSum;
import io.sparkcumsum.window.function.RunningExponentialMean;
import io.sparkcumsum.window.function.RunningFunction;
import io.sparkcumsum.window.function.RunningMoments;
import io.sparkcumsum.window.function.RunningNullIndex;
import io.sparkcumsum.window.function.RunningProduct;
import io.sparkcumsum.window.function.RunningRank;
import io.sparkcumsum.window.function.RunningRowNumber;
import io.sparkcumsum.window.function.WholeFrame;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Add;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.CumeDist;
import org.apache.spark.sql.catalyst.expressions.CurrentRow$;
import org.apache.spark.sql.catalyst.expressions.DenseRank;
import org.apache.spark.sql.catalyst.expressions.EWM;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.FrameLessOffsetWindowFunction;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.Multiply;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.NthValue;
import org.apache.spark.sql.catalyst.expressions.NullIndex;
import org.apache.spark.sql.catalyst.expressions.PercentRank;
import org.apache.spark.sql.catalyst.expressions.RangeFrame$;
import org.apache.spark.sql.catalyst.expressions.Rank;
import org.apache.spark.sql.catalyst.expressions.RowNumber;
import org.apache.spark.sql.catalyst.expressions.SpecifiedWindowFrame;
import org.apache.spark.sql.catalyst.expressions.UnboundedFollowing$;
import org.apache.spark.sql.catalyst.expressions.UnboundedPreceding$;
import org.apache.spark.sql.catalyst.expressions.WindowExpression;
import org.apache.spark.sql.catalyst.expressions.WindowFunctionType;
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
import org.apache.spark.sql.catalyst.expressions.aggregate.PandasProduct;
import org.apache.spark.sql.catalyst.expressions.aggregate.Product;
import org.apache.spark.sql.catalyst.expressions.aggregate.Sum;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.types.AnsiIntervalType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.ShortType;

/** Translates a window function to a function of a scan. */
final class FunctionTranslator {
  /** The most rows that a frame may reach by its halo, which travels by the driver. */
  static final int MOST_ROWS = 1_000;

  private final Peers peers;
  private final boolean takesFloatingPoint;
  private final LogicalPlan input;
  private final List<Attribute> numbers;

  /** Which rows are peers, equal in the order of the window. */
  enum Peers {
    NONE,
    SOME,
    ALL
  }

  /**
   * @param takesFloatingPoint whether to translate sums, averages, products and moments in DOUBLE,
   *     whose last bits may differ from Spark's
   * @param input the input of the window
   * @param numbers the columns of the input that number its rows
   */
  FunctionTranslator(
      Peers peers, boolean takesFloatingPoint, LogicalPlan input, List<Attribute> numbers) {
    this.peers = peers;
    this.takesFloatingPoint = takesFloatingPoint;
    this.input = input;
    this.numbers = numbers;
  }

  /**
   * Whether {@link Frames} computes the window.
   *
   * @throws UnsupportedWindow if the frame is of their kind, but they cannot compute it
   */
  boolean isFrame(WindowExpression window) throws UnsupportedWindow {
    List<Reach> reaches = Frames.reachesOf(window);
    if (reaches == null || isOfRowBefore(window)) {
      return false;
    }
    if (reaches.stream().anyMatch(reach -> reach.rows() > MOST_ROWS)) {
      throw unsupported(window, "reaches more than " + MOST_ROWS + " rows");
    }
    requireSql(window);
    return true;
  }

  /**
   * Whether the window is a {@code lag} of one row without a default. That is the last value before
   * the row, which a scan knows without the rows around it.
   */
  private static boolean isOfRowBefore(WindowExpression window) {
    return window.windowFunction() instanceof FrameLessOffsetWindowFunction offset
        && Integer.valueOf(-1).equals(offset.offset().eval(null))
        && isNull(offset.children().apply(2));
  }

  private static boolean isNull(Expression value) {
    return value.foldable() && value.eval(null) == null;
  }

  private void requireSql(WindowExpression window) throws UnsupportedWindow {
    NamedExpression column = Attributes.alias(window, "w");
    if (!WindowFunctionType.functionType(column).equals(WindowFunctionType.SQL$.MODULE$)) {
      throw unsupported(window, "is a function in Python");
    }
  }

  /**
   * Whether {@link RangeFrames} computes the window.
   *
   * @throws UnsupportedWindow if the frame is of their kind, but they cannot compute it
   */
  boolean isRangeFrame(WindowExpression window) throws UnsupportedWindow {
    if (!RangeFrames.isRange(window)) {
      return false;
    }
    for (Expression distance : RangeFrames.distances(window)) {
      if (distance.eval(null) == null) {
        throw unsupported(window, "has a bound that is NULL");
      }
    }
    if (peers == Peers.ALL) {
      // All rows are at no distance from each other, so that each frame has all of them, or none.
      return false;
    }
    requireSql(window);
    return true;
  }

  /**
   * The function of a RANGE frame whose total is merged from those of its rows; null if Spark's own
   * frame has to compute it.
   *
   * @throws UnsupportedWindow if Spark's own frame would need all rows
   */
  ScanFunction sliding(WindowExpression window) throws UnsupportedWindow {
    ScanFunction running = null;
    UnsupportedWindow reason = null;
    try {
      running = running(window, false);
    } catch (UnsupportedWindow e) {
      reason = e;
    }
    if (running != null && !dependsOnOrder(window, running)) {
      return running;
    } else if (!RangeFrames.isUnbounded(window)) {
      return null;
    }
    throw reason != null
        ? reason
        : unsupported(window, "depends on the order of all rows up to some distance");
  }

  /**
   * The function of a ROWS frame that has Spark's bits and errors if its total is merged from those
   * of its parts, in their order, or if its values are {@linkplain AddedInOrder added in order};
   * null if Spark's own frame has to compute it, or is faster.
   */
  ScanFunction slidingRows(WindowExpression window) {
    int rows = Frames.rowsOf(window);
    if (rows <= 0 || isProduct(window)) {
      return null;
    }
    try {
      boolean takesFloatingPoint = true;
      FunctionTranslator any = new FunctionTranslator(peers, takesFloatingPoint, input, numbers);
      if (!(any.running(window, false) instanceof RunningFunction running)) {
        return null;
      }
      DeclarativeAggregate function = running.function();
      boolean isLong = rows > Frames.MANY_ROWS;
      if (isLong && isExactAverage(function)) {
        return new RunningAggregate(function, false);
      } else if (running instanceof AddedInOrder) {
        return running;
      } else if (!isLong) {
        return null;
      } else if (running instanceof CheckedSum) {
        // Spark's own frame fails if the sum of its first rows overflows, whatever the rest is.
        return new RunningBoundedSum(function, false);
      }
      return running instanceof RunningMoments ? null : running;
    } catch (UnsupportedWindow e) {
      return null;
    }
  }

  /** Whether the sum in an average is one of so few integers that it is exact in DOUBLE. */
  private static boolean isExactAverage(DeclarativeAggregate function) {
    if (!(function instanceof Average average)) {
      return false;
    }
    DataType type = average.child().dataType();
    return type instanceof IntegerType || type instanceof ShortType || type instanceof ByteType;
  }

  /**
   * Whether the window has a RANGE from one end to a distance, and its function depends on the
   * order of the rows in it.
   *
   * @param numbers the columns that number the rows
   */
  static boolean isRangeInOrder(WindowExpression window, List<Attribute> numbers) {
    if (!RangeFrames.isRange(window) || !RangeFrames.isUnbounded(window)) {
      return false;
    }
    try {
      boolean takesFloatingPoint = true;
      FunctionTranslator any =
          new FunctionTranslator(Peers.SOME, takesFloatingPoint, null, numbers);
      ScanFunction running = any.running(window, false);
      // A product that overflows may be in no frame.
      return any.dependsOnOrder(window, running) && !(running instanceof CheckedProduct);
    } catch (UnsupportedWindow e) {
      return false;
    }
  }

  private boolean dependsOnOrder(WindowExpression window, ScanFunction running) {
    return (running.dependsOnOrder() && !isOfOneRow(window)) || isProduct(window);
  }

  /** Whether one row decides the result, by its number, which no other row has. */
  private boolean isOfOneRow(WindowExpression window) {
    return window.windowFunction() instanceof AggregateExpression aggregate
        && aggregate.aggregateFunction() instanceof MaxMinBy by
        && numbers.stream().anyMatch(by.orderingExpr().references()::contains);
  }

  /** Whether results are rounded, so that Spark's differ in their last bits. */
  static boolean isRounded(ScanFunction function) {
    return function instanceof RunningExactSum || function instanceof RunningMoments;
  }

  private static boolean isProduct(WindowExpression window) {
    return window.windowFunction() instanceof AggregateExpression aggregate
        && isProduct(aggregate.aggregateFunction());
  }

  /**
   * @throws UnsupportedWindow if a scan cannot compute the function over its frame
   */
  ScanFunction translate(WindowExpression window) throws UnsupportedWindow {
    if (isOfRowBefore(window)) {
      FrameLessOffsetWindowFunction lag = (FrameLessOffsetWindowFunction) window.windowFunction();
      boolean sharedByPeers = false;
      return new ExclusiveFrame(
          new RunningAggregate(new Last(lag.input(), lag.ignoreNulls()), sharedByPeers));
    }
    if (peers == Peers.ALL && ranksPeers(window.windowFunction())) {
      return rankOfAll(window.windowFunction());
    }
    return switch (extent(window)) {
      case RUNNING_ROWS -> running(window, false);
      case RUNNING_RANGE -> running(window, true);
      case ALL_ROWS -> new WholeFrame(running(window, false));
      case FOLLOWING_ROWS -> following(window, false);
      case FOLLOWING_RANGE -> following(window, true);
      case ROWS_BEFORE -> new ExclusiveFrame(running(window, false));
      case ROWS_BEHIND -> new ExclusiveFrame(following(window, false));
    };
  }

  /** Whether the scan of the window runs from the last row to the first. */
  boolean isReversed(WindowExpression window) throws UnsupportedWindow {
    if (isOfRowBefore(window)) {
      return false;
    }
    Extent extent = extent(window);
    return extent == Extent.FOLLOWING_ROWS
        || extent == Extent.FOLLOWING_RANGE
        || extent == Extent.ROWS_BEHIND;
  }

  /** Which rows a frame has. */
  private enum Extent {
    RUNNING_ROWS,
    RUNNING_RANGE,
    ALL_ROWS,
    FOLLOWING_ROWS,
    FOLLOWING_RANGE,
    ROWS_BEFORE,
    ROWS_BEHIND
  }

  private Extent extent(WindowExpression window) throws UnsupportedWindow {
    if (window.windowSpec().frameSpecification() instanceof SpecifiedWindowFrame frame) {
      boolean isRange = frame.frameType().equals(RangeFrame$.MODULE$);
      boolean beginsHere = frame.lower().equals(CurrentRow$.MODULE$);
      boolean endsHere = frame.upper().equals(CurrentRow$.MODULE$);
      boolean isFromFirst = frame.lower().equals(UnboundedPreceding$.MODULE$);
      boolean isToLast = frame.upper().equals(UnboundedFollowing$.MODULE$);
      // All peers of a row are in its range.
      boolean isAllPeers = isRange && peers == Peers.ALL && !Frames.mayBeEmpty(window);
      if (isAllPeers || (isFromFirst && isToLast)) {
        return Extent.ALL_ROWS;
      } else if (isFromFirst && endsHere) {
        return isRange && peers == Peers.SOME ? Extent.RUNNING_RANGE : Extent.RUNNING_ROWS;
      } else if (beginsHere && isToLast) {
        return isRange && peers == Peers.SOME ? Extent.FOLLOWING_RANGE : Extent.FOLLOWING_ROWS;
      } else if (!isRange && isFromFirst && isLiteral(frame.upper(), -1)) {
        return Extent.ROWS_BEFORE;
      } else if (!isRange && isToLast && isLiteral(frame.lower(), 1)) {
        return Extent.ROWS_BEHIND;
      }
    }
    throw unsupported(window, "has a frame that is none of those that scans compute");
  }

  private static boolean isLiteral(Expression bound, int value) {
    return bound.foldable() && Integer.valueOf(value).equals(bound.eval(null));
  }

  /** The function over the rows from the current one to the last. */
  private ScanFunction following(WindowExpression window, boolean sharedByPeers)
      throws UnsupportedWindow {
    ScanFunction running = running(window, sharedByPeers);
    if (!running.dependsOnOrder()) {
      return sharedByPeers ? new PeersFrame(running) : running;
    }
    if (!(running instanceof Reversible)) {
      throw unsupported(window, "depends on the order of the rows from the current one on");
    }
    return new ReversedFrame(running);
  }

  /** A rank where all rows are peers, which is the same for each. */
  private static ScanFunction rankOfAll(Expression rank) {
    Object ofAll = rank instanceof PercentRank ? (Object) 0.0 : 1;
    if (rank instanceof CumeDist) {
      ofAll = 1.0;
    }
    Max constant = new Max(Literal.create(ofAll, rank.dataType()));
    return new WholeFrame(new RunningAggregate(constant, false));
  }

  private static boolean ranksPeers(Expression function) {
    return function instanceof Rank
        || function instanceof DenseRank
        || function instanceof PercentRank
        || function instanceof CumeDist;
  }

  private ScanFunction running(WindowExpression window, boolean sharedByPeers)
      throws UnsupportedWindow {
    Expression function = window.windowFunction();
    if (function instanceof RowNumber rowNumber) {
      return new RunningRowNumber(rowNumber, sharedByPeers);
    }
    if (function instanceof Rank || function instanceof DenseRank) {
      return new RunningRank((DeclarativeAggregate) function, sharedByPeers);
    }
    RelativeRank relative = RelativeRank.of(function, sharedByPeers);
    if (relative != null) {
      return relative;
    }
    if (function instanceof NthValue nth && Integer.valueOf(1).equals(nth.offset().eval(null))) {
      // Spark's optimizer turns first(x) over rows into this.
      return new RunningAggregate(new First(nth.input(), nth.ignoreNulls()), sharedByPeers);
    }
    if (function instanceof NullIndex nullIndex) {
      return new RunningNullIndex(nullIndex, sharedByPeers);
    }
    if (function instanceof EWM ewm) {
      if (!takesFloatingPoint) {
        throw unsupported(window, "is a floating-point mean, which is switched off");
      }
      return new RunningExponentialMean(ewm, sharedByPeers);
    }
    if (!(function instanceof AggregateExpression aggregate)) {
      throw unsupported(window, "is no aggregate, row number or rank");
    }
    if (aggregate.isDistinct()) {
      throw unsupported(window, "is over distinct values");
    }
    return translate(window, aggregate, sharedByPeers);
  }

  private ScanFunction translate(
      WindowExpression window, AggregateExpression aggregate, boolean sharedByPeers)
      throws UnsupportedWindow {
    if (!hasExactMerge(aggregate.aggregateFunction())) {
      throw unsupported(window, "has partial results that do not merge exactly");
    }
    DeclarativeAggregate function = (DeclarativeAggregate) aggregate.aggregateFunction();
    if (aggregate.filter().isDefined()) {
      if (!ignoresNulls(function)) {
        throw unsupported(window, "has a filter, but sees nulls");
      }
      function = filtered(function, aggregate.filter().get());
    }
    if (function instanceof Sum || function instanceof Average) {
      Add addition = CheckedAggregate.operation(function, Add.class);
      if (addition != null && addition.dataType() instanceof DoubleType) {
        if (!takesFloatingPoint) {
          throw unsupported(window, "is a floating-point sum, which is switched off");
        }
        return new RunningExactSum(function, sharedByPeers);
      }
      if (addition != null && SparkCompat.hasEvalMode("TRY", function)) {
        return new RunningBoundedSum(function, sharedByPeers);
      }
      if (addition != null
          && (addition.dataType() instanceof AnsiIntervalType
              || SparkCompat.hasEvalMode("ANSI", addition))) {
        return new CheckedSum(function, sharedByPeers);
      }
    }
    if (isProduct(function)) {
      if (function.dataType() instanceof DoubleType) {
        if (!takesFloatingPoint) {
          throw unsupported(window, "is a floating-point product, which is switched off");
        }
        return new RunningProduct(function, sharedByPeers);
      }
      if (SparkCompat.hasEvalMode("ANSI", CheckedAggregate.operation(function, Multiply.class))) {
        return new CheckedProduct(function, sharedByPeers);
      }
    }
    if (RunningMoments.isMoment(function)) {
      if (!takesFloatingPoint) {
        throw unsupported(window, "is computed in floating point, which is switched off");
      }
      return new RunningMoments(function, sharedByPeers);
    }
    return new RunningAggregate(function, sharedByPeers);
  }

  /**
   * Whether merging partial results gives the same wherever the rows were split, either by Spark's
   * own merge or by that of the function used here instead.
   */
  private static boolean hasExactMerge(Expression function) {
    return function instanceof Sum
        || function instanceof Average
        || function instanceof Count
        || function instanceof Min
        || function instanceof Max
        || function instanceof MaxMinBy
        || function instanceof First
        || function instanceof Last
        || function instanceof BitAggregate
        || isProduct(function)
        || RunningMoments.isMoment(function);
  }

  private static boolean isProduct(Expression function) {
    return function instanceof Product || function instanceof PandasProduct;
  }

  private static boolean ignoresNulls(DeclarativeAggregate function) {
    return !(function instanceof First first && !first.ignoreNulls())
        && !(function instanceof Last last && !last.ignoreNulls())
        && !(function instanceof PandasProduct product && !product.ignoreNA());
  }

  /**
   * The aggregate without its filter, but with null arguments in the rows that the filter leaves
   * out.
   */
  private static DeclarativeAggregate filtered(DeclarativeAggregate function, Expression filter) {
    List<Expression> arguments = new ArrayList<>();
    for (Expression argument : list(function.children())) {
      arguments.add(new If(filter, argument, Literal.create(null, argument.dataType())));
    }
    return (DeclarativeAggregate) function.withNewChildren(seq(arguments));
  }

  /**
   * @param reason the end of a sentence that starts with the window
   */
  private UnsupportedWindow unsupported(WindowExpression window, String reason) {
    Expression written = Substitution.in(window, this::definition);
    return new UnsupportedWindow(written.sql(), reason);
  }

  /**
   * The expression that the query has instead of this node, if the node is a column that Spark made
   * for an argument of a window; else null.
   */
  private Expression definition(Expression node) {
    if (node instanceof Attribute attribute
        && attribute.name().startsWith("_w")
        && input instanceof Project project) {
      for (NamedExpression column : list(project.projectList())) {
        if (column instanceof Alias alias && alias.exprId().equals(attribute.exprId())) {
          return alias.child();
        }
      }
    }
    return null;
  }
}
