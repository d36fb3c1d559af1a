package io.sparkcumsum.scan.phase;

import io.sparkcumsum.scan.function.ScanFunctions;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.execution.metric.SQLMetric;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The third phase: every partition is scanned from its offset on, and emits its rows with the
 * results beside them.
 *
 * @param results the columns of what the functions show, which follow those of the input
 * @param order of the rows, empty if they come in their natural one
 */
public record OffsetPass(
    ScanFunctions functions,
    List<Attribute> results,
    Seq<SortOrder> order,
    PartitionOffsets offsets,
    Metrics metrics)
    implements Function2<Integer, Iterator<InternalRow>, Iterator<InternalRow>> {

  /** What tasks report. */
  public record Metrics(SQLMetric outputRows, SQLMetric scanTime, SQLMetric spillSize)
      implements Serializable {}

  /** The columns of the rows that are scanned. */
  List<Attribute> input() {
    return functions.input();
  }

  /** The columns of the rows that are emitted. */
  List<Attribute> output() {
    List<Attribute> output = new ArrayList<>(input());
    output.addAll(results);
    return output;
  }

  public RDD<InternalRow> over(RDD<InternalRow> rows) {
    boolean preservesPartitioning = true;
    return rows.toJavaRDD().mapPartitionsWithIndex(this, preservesPartitioning).rdd();
  }

  @Override
  public Iterator<InternalRow> call(Integer partition, Iterator<InternalRow> rows) {
    scala.collection.Iterator<InternalRow> input = CollectionConverters.asScala(rows);
    return CollectionConverters.asJava(
        functions.areSharedByPeers()
            ? new PeerGroupIterator(partition, input, this)
            : new RowFrameIterator(partition, input, this));
  }
}
