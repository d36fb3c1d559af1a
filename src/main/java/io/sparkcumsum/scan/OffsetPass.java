package io.sparkcumsum.scan;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.execution.metric.SQLMetric;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.reflect.ClassTag$;

/**
 * The third phase: every partition is scanned again from its offset on, and emits its rows with the
 * results beside them.
 */
final class OffsetPass extends RDD<InternalRow> {
  private final Columns columns;
  private final Metrics metrics;
  private final transient List<byte[]> offsets;

  /**
   * @param offsets of the partitions as {@link ExclusiveOffsets} gives them; only the first is
   *     needed for a single partition, whose end is then not verified
   */
  OffsetPass(RDD<InternalRow> rows, Columns columns, List<byte[]> offsets, Metrics metrics) {
    super(rows, ClassTag$.MODULE$.<InternalRow>apply(InternalRow.class));
    this.columns = columns;
    this.offsets = offsets;
    this.metrics = metrics;
  }

  /**
   * What goes in and what comes out.
   *
   * @param input the columns of the rows that are scanned
   * @param results the columns of what the functions show, which follow those of the input
   * @param order of the rows, empty if they come in their natural one
   */
  record Columns(
      List<ScanFunction> functions,
      List<Attribute> input,
      List<Attribute> results,
      Seq<SortOrder> order)
      implements Serializable {}

  /** What tasks report. */
  record Metrics(SQLMetric outputRows, SQLMetric scanTime, SQLMetric spillSize)
      implements Serializable {}

  /** A partition of the parent between two offsets; a task gets these two and no others. */
  static final class Between implements Partition {
    final byte[] offset;
    final byte[] nextOffset;
    private final Partition parent;

    Between(Partition parent, byte[] offset, byte[] nextOffset) {
      this.parent = parent;
      this.offset = offset;
      this.nextOffset = nextOffset;
    }

    @Override
    public int index() {
      return parent.index();
    }
  }

  @Override
  public Partition[] getPartitions() {
    Partition[] parents = parent().partitions();
    Partition[] partitions = new Partition[parents.length];
    for (int i = 0; i < parents.length; i++) {
      byte[] nextOffset = i + 1 < offsets.size() ? offsets.get(i + 1) : null;
      partitions[i] = new Between(parents[i], offsets.get(i), nextOffset);
    }
    return partitions;
  }

  @Override
  public Seq<String> getPreferredLocations(Partition partition) {
    return parent().preferredLocations(((Between) partition).parent);
  }

  @Override
  public Iterator<InternalRow> compute(Partition partition, TaskContext context) {
    Between between = (Between) partition;
    Iterator<InternalRow> rows = parent().iterator(between.parent, context);
    return columns.functions().stream().anyMatch(ScanFunction::sharedByPeers)
        ? new PeerScan(between, rows, columns, metrics)
        : new RowScan(between, rows, columns, metrics);
  }

  private RDD<InternalRow> parent() {
    return firstParent(elementClassTag());
  }
}
