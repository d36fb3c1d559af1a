package io.sparkcumsum.scan.frame;

import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.SparkCompat;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.WindowSpecDefinition;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.window.WindowEvaluatorFactory;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;

/**
 * The windows of segments that are not divided, in partitions that have no others: Spark's own
 * operator computes them, as it would if no segment were divided.
 *
 * @param windows columns with a window function each, which have the same {@code PARTITION BY}
 * @param input the columns of the rows
 */
public record WholeSegments(List<NamedExpression> windows, List<Attribute> input)
    implements Serializable {

  /** No keys: all rows are one segment. */
  static final Seq<Expression> NONE = seq(List.of());

  /** The keys of the segments. */
  public static Seq<Expression> keysOf(List<NamedExpression> windows) {
    return windows.isEmpty() ? NONE : specOf(windows).partitionSpec();
  }

  private static WindowSpecDefinition specOf(List<NamedExpression> windows) {
    return Frames.window(windows.get(0)).windowSpec();
  }

  /** The rows of a partition, in order of their segments, with the columns of the windows. */
  public Iterator<InternalRow> over(
      int partition, Iterator<InternalRow> rows, SQLMetric spillSize) {
    WindowSpecDefinition spec = specOf(windows);
    WindowEvaluatorFactory spark =
        SparkCompat.windowEvaluator(
            seq(windows), spec.partitionSpec(), spec.orderSpec(), seq(input), spillSize);
    return spark.createEvaluator().eval(partition, seq(List.of(rows)));
  }
}
