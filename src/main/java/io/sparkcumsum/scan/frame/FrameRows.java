package io.sparkcumsum.scan.frame;

import io.sparkcumsum.catalyst.Seqs;
import io.sparkcumsum.catalyst.SparkCompat;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.SpecificInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection$;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.expressions.WindowExpression;
import org.apache.spark.sql.execution.ExternalAppendOnlyUnsafeRowArray;
import org.apache.spark.sql.execution.window.OffsetWindowFunctionFrameBase;
import org.apache.spark.sql.execution.window.WindowEvaluatorFactory;
import org.apache.spark.sql.execution.window.WindowFunctionFrame;
import org.apache.spark.sql.internal.SQLConf;
import scala.Function1;
import scala.Tuple2;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;
import scala.collection.mutable.Buffer;

/**
 * The rows of a partition with the results of Spark's frames. Spark's own window has all rows of a
 * partition in a buffer. Here the buffer has a block of rows, with those before and ahead of it
 * that its frames reach. Where they reach far, or any distance to find values that are not null,
 * the block is the whole partition; the buffer may spill.
 */
final class FrameRows extends AbstractIterator<InternalRow> {
  private final WindowEvaluatorFactory spark;
  private final Iterator<InternalRow> rows;
  private final UnsafeProjection toUnsafe;
  private final List<UnsafeRow> behind = new ArrayList<>();

  /** How many rows frames reach back, and ahead. */
  private final int reachBack;

  private final int reachAhead;

  /** The most rows in the buffer. */
  private final int mostRows;

  private final ExternalAppendOnlyUnsafeRowArray buffer = SparkCompat.windowBuffer(SQLConf.get());
  private final ExternalAppendOnlyUnsafeRowArray none = SparkCompat.windowBuffer(SQLConf.get());
  private final List<WindowFunctionFrame> frames = new ArrayList<>();

  /** For each of the frames, whether it may have no row. */
  private final List<Boolean> mayBeEmpty = new ArrayList<>();

  private final JoinedRow joined = new JoinedRow();
  private final SpecificInternalRow results;
  private final UnsafeProjection output;

  /** The rows of the buffer from {@link #index} on; null before the first block. */
  private Iterator<UnsafeRow> buffered;

  /** The place in the buffer of the next row to emit, and of the first that is not emitted. */
  private int index;

  private int end;

  /** Whether the buffer has the last rows of the partition, and those behind it. */
  private boolean isRead;

  /**
   * Creates the iterator.
   *
   * @param input the columns of the rows
   * @param haloColumns those of the rows before and behind the partition
   */
  FrameRows(
      WindowEvaluatorFactory spark,
      Iterator<InternalRow> rows,
      List<Attribute> input,
      List<Expression> haloColumns,
      List<UnsafeRow> before,
      List<UnsafeRow> behind,
      List<Reach> reaches) {
    this.spark = spark;
    this.rows = rows;
    this.toUnsafe = UnsafeProjection$.MODULE$.create(expressions(input), Seqs.seq(input));
    this.reachBack = furthest(reaches, false);
    this.reachAhead = furthest(reaches, true);
    int inMemory = SQLConf.get().windowExecBufferInMemoryThreshold();
    boolean isNear = reaches.stream().allMatch(reach -> reach.notNull() == null);
    this.mostRows =
        isNear && (reachBack + reachAhead) * 2L < inMemory ? inMemory : Integer.MAX_VALUE;
    List<Expression> functions = new ArrayList<>();
    List<Function1<InternalRow, WindowFunctionFrame>> factories = new ArrayList<>();
    for (Tuple2<Buffer<Expression>, Function1<InternalRow, WindowFunctionFrame>> pair :
        Seqs.list(spark.windowFrameExpressionFactoryPairs())) {
      pair._1().foreach(functions::add);
      mayBeEmpty.add(Frames.mayBeEmpty((WindowExpression) pair._1().head()));
      factories.add(pair._2());
    }
    this.results =
        new SpecificInternalRow(Seqs.seq(functions.stream().map(Expression::dataType).toList()));
    this.output = spark.createResultProjection(Seqs.seq(functions));
    factories.forEach(factory -> frames.add(factory.apply(results)));
    UnsafeProjection widened = widened(input, haloColumns);
    before.forEach(row -> buffer.add(widened.apply(row)));
    behind.forEach(row -> this.behind.add(widened.apply(row).copy()));
    this.index = before.size();
    this.end = before.size();
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

  /** From the columns of a halo to those of a row. No frame reads the others. */
  private static UnsafeProjection widened(List<Attribute> input, List<Expression> haloColumns) {
    List<Attribute> halo = haloColumns.stream().map(Attribute.class::cast).toList();
    List<Expression> columns = new ArrayList<>();
    for (Attribute column : input) {
      columns.add(
          halo.contains(column) ? (Expression) column : Literal.create(null, column.dataType()));
    }
    return UnsafeProjection$.MODULE$.create(Seqs.seq(columns), Seqs.seq(halo));
  }

  @Override
  public boolean hasNext() {
    if (index == end) {
      readBlock();
    }
    boolean hasNext = index < end;
    if (!hasNext && buffered != null && !buffer.isEmpty()) {
      buffer.clear();
      spark.spillSize().add(buffer.spillSize());
    }
    return hasNext;
  }

  @Override
  public InternalRow next() {
    UnsafeRow row = buffered.next();
    for (WindowFunctionFrame frame : frames) {
      frame.write(index, row);
    }
    index++;
    return output.apply(joined.apply(row, results));
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
      index = end - first;
    }
    while (buffer.length() < mostRows && rows.hasNext()) {
      InternalRow row = rows.next();
      buffer.add(row instanceof UnsafeRow unsafe ? unsafe : toUnsafe.apply(row));
    }
    end = buffer.length();
    if (rows.hasNext()) {
      end -= reachAhead;
    } else {
      behind.forEach(buffer::add);
      isRead = true;
    }
    prepareFrames();
    skipTo(index);
  }

  private void prepareFrames() {
    for (int i = 0; i < frames.size(); i++) {
      WindowFunctionFrame frame = frames.get(i);
      if (isSliding(frame) && mayBeEmpty.get(i)) {
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
