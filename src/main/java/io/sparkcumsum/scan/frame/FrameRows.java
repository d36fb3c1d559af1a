package io.sparkcumsum.scan.frame;

import io.sparkcumsum.catalyst.Seqs;
import io.sparkcumsum.catalyst.SparkCompat;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.expressions.SpecificInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection$;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.expressions.WindowExpression;
import org.apache.spark.sql.execution.ExternalAppendOnlyUnsafeRowArray;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.window.OffsetWindowFunctionFrameBase;
import org.apache.spark.sql.execution.window.WindowFunctionFrame;
import org.apache.spark.sql.internal.SQLConf;
import scala.Function1;
import scala.Tuple2;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.collection.mutable.Buffer;

/**
 * The rows of a partition with the results of frames. Spark's own window has all rows of a
 * partition in a buffer. Here the buffer has a block of rows, with those before and ahead of it
 * that its frames reach. Where they reach far, or no known number of rows, the block is the whole
 * partition; the buffer may spill.
 */
final class FrameRows extends AbstractIterator<InternalRow> {
  /** Makes frames for functions with the same bounds. */
  interface Moving {
    /**
     * The frame of these functions; null if there is none.
     *
     * @param target gets their results, from the column {@code place} on
     */
    MovingFrame of(List<Expression> functions, InternalRow target, int place);
  }

  private final SQLMetric spillSize;
  private final Iterator<InternalRow> rows;
  private final UnsafeProjection toUnsafe;
  private final Iterator<InternalRow> behind;

  /** How many rows frames reach back, and ahead. */
  private final int reachBack;

  private final int reachAhead;

  /** The most rows in the buffer. */
  private final int mostRows;

  private final ExternalAppendOnlyUnsafeRowArray buffer = SparkCompat.windowBuffer(SQLConf.get());
  private final ExternalAppendOnlyUnsafeRowArray none = SparkCompat.windowBuffer(SQLConf.get());
  private final List<WindowFunctionFrame> frames = new ArrayList<>();

  /** For each of the frames, the one that takes its place if it has many rows; null if none can. */
  private final List<MovingFrame> wideFrames = new ArrayList<>();

  /** For each of the frames, whether it may have no row. */
  private final List<Boolean> mayBeEmpty = new ArrayList<>();

  private final JoinedRow joined = new JoinedRow();
  private final InternalRow results;
  private final UnsafeProjection output;

  /** The rows of the buffer from {@link #index} on; null before the first block. */
  private Iterator<UnsafeRow> buffered;

  /** The place in the buffer of the next row to emit, and of the first that is not emitted. */
  private int index;

  private int end;

  /** How many rows the buffer has. It tells an int in some versions of Spark, a long in others. */
  private int inBuffer;

  /** Whether the buffer has the last rows of the partition, and those behind it. */
  private boolean isRead;

  /**
   * Creates the iterator.
   *
   * @param windows columns with a window function each
   * @param groups the same columns. Spark computes all functions over one frame together, so that
   *     one which needs its frame would keep the others from another frame, if they were not in
   *     different groups.
   * @param order their order
   * @param input the columns of the rows
   * @param before rows of earlier partitions
   * @param behind rows of later partitions, which is not read before the end of {@code rows}
   * @param reaches how many rows frames reach; null if that is not known
   * @param moving makes the frames that take the place of Spark's
   * @param spillSize the metric of bytes spilled
   */
  FrameRows(
      List<NamedExpression> windows,
      List<List<NamedExpression>> groups,
      Seq<SortOrder> order,
      List<Attribute> input,
      Iterator<InternalRow> before,
      Iterator<InternalRow> rows,
      Iterator<InternalRow> behind,
      List<Reach> reaches,
      Moving moving,
      SQLMetric spillSize) {
    this.spillSize = spillSize;
    this.rows = rows;
    this.behind = behind;
    this.toUnsafe = UnsafeProjection$.MODULE$.create(expressions(input), Seqs.seq(input));
    boolean isNear = reaches != null && reaches.stream().allMatch(reach -> reach.notNull() == null);
    this.reachBack = isNear ? furthest(reaches, false) : 0;
    this.reachAhead = isNear ? furthest(reaches, true) : 0;
    int inMemory = SQLConf.get().windowExecBufferInMemoryThreshold();
    this.mostRows =
        isNear && (reachBack + reachAhead) * 2L < inMemory ? inMemory : Integer.MAX_VALUE;
    List<Expression> functions = new ArrayList<>();
    InternalRow results = InternalRow.empty();
    for (List<NamedExpression> group : groups) {
      if (!group.isEmpty()) {
        results = new JoinedRow(results, addFrames(group, order, input, moving, functions));
      }
    }
    this.results = results;
    this.output = output(windows, functions, input);
    add(before);
    this.index = inBuffer;
    this.end = index;
  }

  /** Adds frames for some windows, and gives the row that gets their results. */
  private InternalRow addFrames(
      List<NamedExpression> windows,
      Seq<SortOrder> order,
      List<Attribute> input,
      Moving moving,
      List<Expression> functions) {
    List<Tuple2<Buffer<Expression>, Function1<InternalRow, WindowFunctionFrame>>> pairs =
        Seqs.list(
            SparkCompat.windowEvaluator(
                    Seqs.seq(windows), WholeSegments.NONE, order, Seqs.seq(input), spillSize)
                .windowFrameExpressionFactoryPairs());
    List<Expression> added = new ArrayList<>();
    pairs.forEach(pair -> pair._1().foreach(added::add));
    functions.addAll(added);
    InternalRow target =
        new SpecificInternalRow(Seqs.seq(added.stream().map(Expression::dataType).toList()));
    int place = 0;
    for (Tuple2<Buffer<Expression>, Function1<InternalRow, WindowFunctionFrame>> pair : pairs) {
      List<Expression> ofFrame = added.subList(place, place + pair._1().size());
      MovingFrame wide = moving.of(ofFrame, target, place);
      wideFrames.add(wide);
      frames.add(wide != null && wide.isAlways() ? wide : pair._2().apply(target));
      mayBeEmpty.add(Frames.mayBeEmpty((WindowExpression) ofFrame.get(0)));
      place += ofFrame.size();
    }
    return target;
  }

  /** A projection of the columns of a row and the results beside it. */
  private static UnsafeProjection output(
      List<NamedExpression> windows, List<Expression> functions, List<Attribute> input) {
    List<Expression> output = new ArrayList<>();
    for (Attribute column : input) {
      output.add(new BoundReference(output.size(), column.dataType(), column.nullable()));
    }
    for (NamedExpression column : windows) {
      WindowExpression window = Frames.window(column);
      int place = input.size() + Frames.placeOf(window, functions);
      output.add(new BoundReference(place, window.dataType(), window.nullable()));
    }
    return UnsafeProjection$.MODULE$.create(Seqs.seq(output));
  }

  private void add(Iterator<InternalRow> added) {
    while (added.hasNext()) {
      add(added.next());
    }
  }

  private void add(InternalRow row) {
    buffer.add(row instanceof UnsafeRow unsafe ? unsafe : toUnsafe.apply(row));
    inBuffer++;
  }

  private static int furthest(List<Reach> reaches, boolean isAhead) {
    return reaches.stream()
        .filter(reach -> reach.isAhead() == isAhead)
        .mapToInt(Reach::rows)
        .max()
        .orElse(0);
  }

  private static scala.collection.immutable.Seq<Expression> expressions(List<Attribute> columns) {
    return Seqs.seq(columns.stream().map(Expression.class::cast).toList());
  }

  @Override
  public boolean hasNext() {
    if (index == end) {
      readBlock();
    }
    boolean hasNext = index < end;
    if (!hasNext && buffered != null && !buffer.isEmpty()) {
      buffer.clear();
      spillSize.add(buffer.spillSize());
    }
    return hasNext;
  }

  @Override
  public InternalRow next() {
    UnsafeRow row = buffered.next();
    for (int i = 0; i < frames.size(); i++) {
      WindowFunctionFrame frame = frames.get(i);
      frame.write(index, row);
      if (wideFrames.get(i) != null && frame != wideFrames.get(i)) {
        widen(i, frame);
      }
    }
    index++;
    return output.apply(joined.apply(row, results));
  }

  /** Replaces a frame if it has become wide. */
  private void widen(int i, WindowFunctionFrame frame) {
    if (frame.currentUpperBound() - frame.currentLowerBound() > Frames.MANY_ROWS) {
      MovingFrame wide = wideFrames.get(i);
      wide.prepare(buffer, frame.currentLowerBound(), frame.currentUpperBound());
      frames.set(i, wide);
    }
  }

  /** Reads the next block. The rows around it that its frames reach stay in the buffer. */
  private void readBlock() {
    if (isRead || (buffered == null && !rows.hasNext())) {
      return;
    }
    if (buffered != null) {
      int first = Math.max(0, end - reachBack);
      List<UnsafeRow> kept = new ArrayList<>();
      buffer.generateIterator(first).foreach(row -> kept.add(row.copy()));
      buffer.clear();
      kept.forEach(buffer::add);
      inBuffer = kept.size();
      index = end - first;
    }
    while (inBuffer < mostRows && rows.hasNext()) {
      add(rows.next());
    }
    end = inBuffer;
    if (rows.hasNext()) {
      end -= reachAhead;
    } else {
      add(behind);
      isRead = true;
    }
    prepareFrames();
    skipTo(index);
  }

  private void prepareFrames() {
    for (int i = 0; i < frames.size(); i++) {
      WindowFunctionFrame frame = frames.get(i);
      if (isSliding(frame) && frame != wideFrames.get(i) && mayBeEmpty.get(i)) {
        // It computes the first row always, others only if the rows in the frame have changed.
        frame.prepare(none);
        frame.write(0, null);
      }
      frame.prepare(buffer);
    }
    buffered = buffer.generateIterator();
  }

  /**
   * Goes to a row of the buffer. Sliding frames are moved there at once: rows of the halo that
   * follow each other are not always neighbours, and their sum could overflow. The others have to
   * see each row.
   */
  private void skipTo(int place) {
    for (int skipped = 0; skipped < place; skipped++) {
      UnsafeRow row = buffered.next();
      for (WindowFunctionFrame frame : frames) {
        if (!isSliding(frame)) {
          frame.write(skipped, row);
        }
      }
    }
  }

  private static boolean isSliding(WindowFunctionFrame frame) {
    return !(frame instanceof OffsetWindowFunctionFrameBase);
  }
}
