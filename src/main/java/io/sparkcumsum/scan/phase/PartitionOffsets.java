package io.sparkcumsum.scan.phase;

import io.sparkcumsum.error.CumsumErrors;
import io.sparkcumsum.scan.function.RunningState;
import io.sparkcumsum.scan.function.ScanFunctions;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * The state that each partition starts from, and the state that it has to end with. Tasks can read
 * them once they are {@linkplain #publish published}. Called by generated code.
 */
public final class PartitionOffsets implements Serializable {
  private final ScanFunctions functions;
  private final boolean reverse;
  private Broadcast<byte[][]> offsets;

  /**
   * @param reverse whether the scan runs from the last partition to the first
   */
  public PartitionOffsets(ScanFunctions functions, boolean reverse) {
    this.functions = functions;
    this.reverse = reverse;
  }

  /**
   * Broadcasts the offsets.
   *
   * @param values the {@link ExclusiveOffsets}; for a single partition the first is enough, and its
   *     end is then not verified
   */
  public void publish(SparkContext context, List<byte[]> values) {
    offsets = JavaSparkContext.fromSparkContext(context).broadcast(values.toArray(new byte[0][]));
  }

  /** The state before the first row of a partition that the scan comes to. */
  public RunningState start(int partition) {
    return functions.deserialized(offsets.value()[place(partition)]);
  }

  /** Which partition it is in the direction of the scan. */
  private int place(int partition) {
    int last = Math.max(0, offsets.value().length - 2);
    return reverse ? last - partition : partition;
  }

  /**
   * Checks that a partition ends with the offset of the next one. If it does not, the two passes
   * have read different rows.
   */
  public void verifyEnd(int partition, RunningState state) {
    byte[][] values = offsets.value();
    int next = place(partition) + 1;
    if (next == values.length) {
      return;
    }
    byte[] offset = values[next - 1];
    byte[] nextOffset = values[next];
    if (!Arrays.equals(state.verified(), state.deserialized(nextOffset).verified())) {
      long rowsBefore = state.rowCount(offset);
      long totalled = state.rowCount(nextOffset) - rowsBefore;
      long scanned = state.rowCount(state.serialize()) - rowsBefore;
      throw CumsumErrors.inputChanged(partition, totalled, scanned);
    }
  }
}
