package io.sparkcumsum.scan.phase;

import io.sparkcumsum.scan.function.RunningState;
import io.sparkcumsum.scan.function.ScanFunctions;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * The second phase: the exclusive scan of the partition totals, from the first partition to the
 * last, or in reverse.
 *
 * @param reverse whether the scan runs from the last partition to the first
 */
public record ExclusiveOffsets(ScanFunctions functions, boolean reverse) implements Serializable {

  /**
   * The bytes of the {@link PartitionOffset} of each partition.
   *
   * @param totals the serialized total of each partition; none for a single partition
   */
  public List<byte[]> of(List<byte[]> totals) {
    RunningState state = functions.start();
    if (totals.isEmpty()) {
      return List.of(PartitionOffset.ofSingle(state));
    }
    byte[] grandTotal = functions.needGrandTotal() ? merged(totals) : PartitionOffset.NOT_NEEDED;
    byte[][] following = following(totals);
    byte[][] offsets = new byte[totals.size()][];
    for (int place = 0; place < offsets.length; place++) {
      int partition = at(place, offsets.length);
      offsets[partition] =
          next(state, partition, totals.get(partition), grandTotal, following[partition]);
    }
    return Arrays.asList(offsets);
  }

  private byte[] merged(List<byte[]> totals) {
    RunningState state = functions.start();
    for (int place = 0; place < totals.size(); place++) {
      state.merge(totals.get(at(place, totals.size())));
    }
    return state.serialize();
  }

  /** The total of all rows behind each partition, by a scan in the other direction. */
  private byte[][] following(List<byte[]> totals) {
    byte[][] following = new byte[totals.size()][];
    if (!functions.needFollowing()) {
      Arrays.fill(following, PartitionOffset.NOT_NEEDED);
      return following;
    }
    RunningState none = functions.start();
    byte[] behind = none.serialize();
    for (int place = following.length - 1; place >= 0; place--) {
      int partition = at(place, following.length);
      following[partition] = behind;
      RunningState with = none.total(totals.get(partition));
      with.merge(behind);
      behind = with.serialize();
    }
    return following;
  }

  /** The partition at a place in the direction of the scan; also the place of a partition. */
  int at(int place, int partitions) {
    return reverse ? partitions - 1 - place : place;
  }

  /**
   * The bytes of the offset of the next partition.
   *
   * @param state the state before the partition; afterwards the state behind it
   * @param grandTotal the serialized total of all rows; empty if no function needs it
   * @param following the serialized total of all rows behind; empty if no function needs it
   */
  static byte[] next(
      RunningState state, int partition, byte[] total, byte[] grandTotal, byte[] following) {
    byte[] start = state.serialize();
    state.merge(total);
    return PartitionOffset.bytes(partition, start, state, grandTotal, following);
  }
}
