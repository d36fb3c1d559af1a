package io.sparkcumsum.scan.phase;

import io.sparkcumsum.scan.function.ScanFunctions;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.collection.Iterator;

/**
 * Where tasks find the {@link PartitionOffset} of their partition: in a broadcast of all, or beside
 * the rows of the partition, as an input of its own. Generated code refers to this object before it
 * is known which.
 */
public final class PartitionOffsets implements Serializable {
  private final ScanFunctions functions;

  /** Null if each offset comes beside the rows. */
  private Broadcast<byte[][]> offsets;

  public PartitionOffsets(ScanFunctions functions) {
    this.functions = functions;
  }

  /** Broadcasts the offsets of all partitions. */
  public void broadcast(SparkContext context, List<byte[]> values) {
    offsets = JavaSparkContext.fromSparkContext(context).broadcast(values.toArray(new byte[0][]));
  }

  /** The offsets will come beside the rows. */
  public void leaveBesideRows() {
    offsets = null;
  }

  /** The offset of a partition whose offsets were broadcast. */
  PartitionOffset of(int partition) {
    return new PartitionOffset(functions, offsets.value()[partition]);
  }

  /** The offset that came beside the rows. */
  PartitionOffset of(Iterator<InternalRow> besideRows) {
    return new PartitionOffset(functions, besideRows.next().getBinary(0));
  }

  /**
   * The offset of a partition; called by generated code.
   *
   * @param inputs the inputs of the codegen stage; the last one is the offset if it comes beside
   *     the rows
   */
  public PartitionOffset of(int partition, Iterator<InternalRow>[] inputs) {
    return offsets == null ? of(inputs[inputs.length - 1]) : of(partition);
  }
}
