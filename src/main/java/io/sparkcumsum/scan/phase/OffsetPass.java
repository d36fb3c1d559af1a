package io.sparkcumsum.scan.phase;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.PartitionFunction;
import io.sparkcumsum.scan.frame.Frames;
import io.sparkcumsum.scan.frame.WholeSegments;
import io.sparkcumsum.scan.function.ScanFunction;
import io.sparkcumsum.scan.function.ScanFunctions;
import io.sparkcumsum.scan.ordering.KeyOrder;
import io.sparkcumsum.scan.ordering.Segments;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.execution.metric.SQLMetric;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;

/**
 * The third phase: each partition is scanned again, starting from its offset, and emits its rows
 * with their results.
 *
 * @param results the result columns, which follow the input columns: one for each function but the
 *     last ones, which have no results
 * @param frames the frames whose columns follow the input columns; null if there are none
 * @param order the order of the rows; empty if they are taken as they come
 * @param reverse whether the scan runs from the last row to the first
 * @param segments how the rows are divided; null if they are one segment
 * @param segmentKeys how many keys of the order tell the segment of a row
 * @param whole computes whole segments if it has windows; else they are scanned too
 */
public record OffsetPass(
    ScanFunctions functions,
    List<Attribute> results,
    Frames frames,
    Seq<SortOrder> order,
    boolean reverse,
    Segments segments,
    int segmentKeys,
    WholeSegments whole,
    PartitionOffsets offsets,
    Metrics metrics)
    implements Serializable {

  /** The metrics that tasks report. */
  public record Metrics(SQLMetric outputRows, SQLMetric scanTime, SQLMetric spillSize)
      implements Serializable {}

  /** A pass over whole segments, from the last row of each to its first. */
  public static OffsetPass inReverse(
      ScanFunctions functions,
      List<Attribute> results,
      Seq<SortOrder> order,
      int segmentKeys,
      Metrics metrics) {
    boolean reverse = true;
    return new OffsetPass(
        functions, results, null, order, reverse, null, segmentKeys, null, null, metrics);
  }

  /** The input columns. */
  List<Attribute> input() {
    return functions.input();
  }

  /** The functions that have results. */
  List<ScanFunction> evaluated() {
    return functions.functions().subList(0, results.size());
  }

  /** The order of the rows, for comparing their keys. */
  KeyOrder keyOrder() {
    return new KeyOrder(order, input());
  }

  /** The output columns. */
  List<Attribute> output() {
    List<Attribute> output = new ArrayList<>(input());
    output.addAll(results);
    return output;
  }

  /**
   * Runs the pass.
   *
   * @param besideRows the offset of each partition; null if the offsets were broadcast
   */
  public RDD<InternalRow> over(RDD<InternalRow> rows, RDD<InternalRow> besideRows) {
    return besideRows == null
        ? PartitionFunction.mapped(rows, this::over)
        : PartitionFunction.zipped(
            rows, besideRows, (input, offset) -> scan(offsets.of(offset), input));
  }

  /** Runs the pass over partitions that have whole segments only. */
  public RDD<InternalRow> overWhole(RDD<InternalRow> rows) {
    return PartitionFunction.mapped(
        rows,
        (partition, of) -> {
          byte[] nothing = PartitionOffset.ofSingle(functions.start());
          return scanWhole(new PartitionOffset(functions, nothing), of);
        });
  }

  private Iterator<InternalRow> over(int partition, Iterator<InternalRow> rows) {
    PartitionOffset offset = offsets.of(partition);
    if (segments == null || segments.isPart(partition)) {
      return scan(offset, rows);
    } else if (whole.windows().isEmpty()) {
      return scanWhole(offset, rows);
    }
    return whole
        .over(partition, rows, metrics.spillSize())
        .map(
            row -> {
              metrics.outputRows().add(1);
              return row;
            });
  }

  /** Scans each segment by itself. */
  private Iterator<InternalRow> scanWhole(PartitionOffset offset, Iterator<InternalRow> rows) {
    KeyOrder keys = new KeyOrder(seq(list(order).subList(0, segmentKeys)), input());
    return reverse
        ? new ReversePassIterator(offset, new SegmentRows(rows, keys.cursor()), this)
        : new RowFrameIterator(offset, rows, this, keys.cursor());
  }

  private Iterator<InternalRow> scan(PartitionOffset offset, Iterator<InternalRow> rows) {
    if (offset.lacksGrandTotal()) {
      TotalledRows totalled = new TotalledRows(rows, this);
      return scan(offset.withTotal(totalled.total()), totalled);
    }
    if (frames != null) {
      Iterator<InternalRow> framed =
          frames.over(rows, offset.start(), offset.following(), metrics.spillSize());
      return over(frames.output()).scan(offset.over(frames.output()), framed);
    }
    if (reverse) {
      return new ReversePassIterator(offset, rows, this);
    }
    return functions.areSharedByPeers()
        ? new PeerGroupIterator(offset, rows, this)
        : new RowFrameIterator(offset, rows, this, null);
  }

  /** The same pass over rows that have the columns of the frames. */
  private OffsetPass over(List<Attribute> columns) {
    return new OffsetPass(
        functions.over(columns),
        results,
        null,
        order,
        reverse,
        segments,
        segmentKeys,
        whole,
        offsets,
        metrics);
  }
}
