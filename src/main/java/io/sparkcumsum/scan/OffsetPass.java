package io.sparkcumsum.scan;

import io.sparkcumsum.error.CumsumErrors;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.execution.metric.SQLMetric;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.reflect.ClassTag$;

/**
 * The third phase: every partition is scanned again from its offset on, and emits its rows with the
 * results beside them. A partition that was read to its end has to arrive at the offset of the next
 * one; if it does not, the input was another one than in the first phase.
 */
final class OffsetPass extends RDD<InternalRow> {
  private final List<ScanFunction> functions;
  private final List<Attribute> input;
  private final List<Expression> output;
  private final transient List<byte[]> offsets;
  private final SQLMetric outputRows;
  private final SQLMetric scanTime;

  OffsetPass(
      RDD<InternalRow> rows,
      List<ScanFunction> functions,
      List<Attribute> input,
      List<Expression> output,
      List<byte[]> offsets,
      SQLMetric outputRows,
      SQLMetric scanTime) {
    super(rows, ClassTag$.MODULE$.<InternalRow>apply(InternalRow.class));
    this.functions = functions;
    this.input = input;
    this.output = output;
    this.offsets = offsets;
    this.outputRows = outputRows;
    this.scanTime = scanTime;
  }

  /** A partition of the parent between two offsets; a task gets these two and no others. */
  private static final class Between implements Partition {
    private final Partition parent;
    private final byte[] offset;
    private final byte[] nextOffset;

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
      partitions[i] = new Between(parents[i], offsets.get(i), offsets.get(i + 1));
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
    return new Scan(between, parent().iterator(between.parent, context));
  }

  private RDD<InternalRow> parent() {
    return firstParent(elementClassTag());
  }

  private final class Scan extends AbstractIterator<InternalRow> {
    private final Between partition;
    private final Iterator<InternalRow> rows;
    private final RunningState state = new RunningState(functions, input);
    private final UnsafeProjection projection = state.projection(output);
    private final long start = System.nanoTime();
    private boolean atEnd;

    Scan(Between partition, Iterator<InternalRow> rows) {
      this.partition = partition;
      this.rows = rows;
      state.restore(partition.offset);
    }

    @Override
    public boolean hasNext() {
      if (atEnd) {
        return false;
      }
      if (!rows.hasNext()) {
        atEnd = true;
        scanTime.add(System.nanoTime() - start);
        verify();
      }
      return !atEnd;
    }

    @Override
    public InternalRow next() {
      InternalRow row = rows.next();
      state.advance(row);
      outputRows.add(1);
      return projection.apply(state.joined(row));
    }

    private void verify() {
      if (Arrays.equals(state.store(), partition.nextOffset)) {
        return;
      }
      long rowsBefore = state.rowCount(partition.offset);
      long totalled = state.rowCount(partition.nextOffset) - rowsBefore;
      long scanned = state.rowCount(state.store()) - rowsBefore;
      throw CumsumErrors.inputChanged(partition.index(), totalled, scanned);
    }
  }
}
