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
import org.apache.spark.sql.execution.ExternalAppendOnlyUnsafeRowArray;
import org.apache.spark.sql.execution.window.SlidingWindowFunctionFrame;
import org.apache.spark.sql.execution.window.WindowEvaluatorFactory;
import org.apache.spark.sql.execution.window.WindowFunctionFrame;
import org.apache.spark.sql.internal.SQLConf;
import scala.Function1;
import scala.Tuple2;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;
import scala.collection.mutable.Buffer;

/**
 * The rows of a partition with the results of Spark's frames. As in Spark's own window, all rows of
 * the partition are in a buffer meanwhile, which may spill.
 */
final class FrameRows extends AbstractIterator<InternalRow> {
  private final WindowEvaluatorFactory spark;
  private final Iterator<InternalRow> rows;
  private final List<Attribute> input;
  private final List<Expression> haloColumns;
  private final List<UnsafeRow> before;
  private final List<UnsafeRow> behind;

  private final ExternalAppendOnlyUnsafeRowArray buffer = SparkCompat.windowBuffer(SQLConf.get());
  private final List<WindowFunctionFrame> frames = new ArrayList<>();
  private final JoinedRow joined = new JoinedRow();
  private SpecificInternalRow results;
  private UnsafeProjection output;
  private Iterator<UnsafeRow> buffered;
  private int index;
  private int end;

  FrameRows(
      WindowEvaluatorFactory spark,
      Iterator<InternalRow> rows,
      List<Attribute> input,
      List<Expression> haloColumns,
      List<UnsafeRow> before,
      List<UnsafeRow> behind) {
    this.spark = spark;
    this.rows = rows;
    this.input = input;
    this.haloColumns = haloColumns;
    this.before = before;
    this.behind = behind;
  }

  @Override
  public boolean hasNext() {
    if (buffered == null && rows.hasNext()) {
      read();
    }
    boolean hasNext = buffered != null && index < end;
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

  /** Reads all rows into the buffer, between those before and behind, and prepares the frames. */
  private void read() {
    UnsafeProjection widened = widened();
    UnsafeProjection toUnsafe = UnsafeProjection$.MODULE$.create(columns(input), Seqs.seq(input));
    before.forEach(row -> buffer.add(widened.apply(row)));
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      buffer.add(row instanceof UnsafeRow unsafe ? unsafe : toUnsafe.apply(row));
    }
    end = buffer.length();
    behind.forEach(row -> buffer.add(widened.apply(row)));
    prepareFrames();
    buffered = buffer.generateIterator();
    skipBefore();
  }

  private static scala.collection.immutable.Seq<Expression> columns(List<Attribute> columns) {
    return Seqs.seq(columns.stream().map(Expression.class::cast).toList());
  }

  /** From the columns of a halo to those of a row. No frame reads the others. */
  private UnsafeProjection widened() {
    List<Expression> columns = new ArrayList<>();
    List<Attribute> halo = new ArrayList<>();
    haloColumns.forEach(column -> halo.add((Attribute) column));
    for (Attribute column : input) {
      columns.add(
          halo.contains(column) ? (Expression) column : Literal.create(null, column.dataType()));
    }
    return UnsafeProjection$.MODULE$.create(Seqs.seq(columns), Seqs.seq(halo));
  }

  private void prepareFrames() {
    List<Expression> expressions = new ArrayList<>();
    List<Function1<InternalRow, WindowFunctionFrame>> factories = new ArrayList<>();
    for (Tuple2<Buffer<Expression>, Function1<InternalRow, WindowFunctionFrame>> pair :
        Seqs.list(spark.windowFrameExpressionFactoryPairs())) {
      pair._1().foreach(expressions::add);
      factories.add(pair._2());
    }
    results =
        new SpecificInternalRow(Seqs.seq(expressions.stream().map(Expression::dataType).toList()));
    output = spark.createResultProjection(Seqs.seq(expressions));
    ExternalAppendOnlyUnsafeRowArray none = SparkCompat.windowBuffer(SQLConf.get());
    for (Function1<InternalRow, WindowFunctionFrame> factory : factories) {
      WindowFunctionFrame frame = factory.apply(results);
      if (frame instanceof SlidingWindowFunctionFrame) {
        // It computes the first row always, others only if the rows in the frame have changed.
        frame.prepare(none);
        frame.write(0, null);
      }
      frame.prepare(buffer);
      frames.add(frame);
    }
  }

  /**
   * Goes to the first row of the partition. Sliding frames are moved there at once: rows of the
   * halo that follow each other are not always neighbours, and their sum could overflow. The others
   * have to see each row.
   */
  private void skipBefore() {
    for (; index < before.size(); index++) {
      UnsafeRow row = buffered.next();
      for (WindowFunctionFrame frame : frames) {
        if (!(frame instanceof SlidingWindowFunctionFrame)) {
          frame.write(index, row);
        }
      }
    }
  }
}
