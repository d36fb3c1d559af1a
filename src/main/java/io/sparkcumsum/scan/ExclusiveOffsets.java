package io.sparkcumsum.scan;

import java.util.ArrayList;
import java.util.List;

/** The second phase, on the driver: the exclusive scan of the partition totals. */
final class ExclusiveOffsets {
  private ExclusiveOffsets() {}

  /**
   * Folds the totals from the first partition to the last.
   *
   * @param totals the stored total of each of n partitions
   * @return n + 1 stored states: what precedes each partition, and at the end the grand total
   */
  static List<byte[]> of(List<byte[]> totals, List<ScanFunction> functions) {
    RunningState state = new RunningState(functions, List.of());
    List<byte[]> offsets = new ArrayList<>(totals.size() + 1);
    offsets.add(state.store());
    for (byte[] total : totals) {
      state.merge(total);
      offsets.add(state.store());
    }
    return offsets;
  }
}
