package io.sparkcumsum.scan.phase;

import io.sparkcumsum.scan.function.RunningState;
import io.sparkcumsum.scan.function.ScanFunctions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The second phase, on the driver: the exclusive scan of the partition totals. */
public final class ExclusiveOffsets {
  private ExclusiveOffsets() {}

  /**
   * Merges the totals from the first partition to the last, or in reverse.
   *
   * @param totals the serialized total of each of n partitions
   * @return n + 1 serialized states, in the direction of the scan: the state before each partition,
   *     and last the grand total
   */
  public static List<byte[]> of(List<byte[]> totals, ScanFunctions functions, boolean reverse) {
    List<byte[]> inDirection = new ArrayList<>(totals);
    if (reverse) {
      Collections.reverse(inDirection);
    }
    RunningState state = functions.start();
    List<byte[]> offsets = new ArrayList<>(totals.size() + 1);
    offsets.add(state.serialize());
    for (byte[] total : inDirection) {
      state.merge(total);
      offsets.add(state.serialize());
    }
    return offsets;
  }
}
