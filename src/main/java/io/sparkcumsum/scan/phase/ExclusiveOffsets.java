package io.sparkcumsum.scan.phase;

import io.sparkcumsum.scan.function.RunningState;
import io.sparkcumsum.scan.function.ScanFunctions;
import io.sparkcumsum.scan.ordering.Segments;
import java.io.Serializable;
import java.util.ArrayList;
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
    return of(totals, 0);
  }

  /** The same where each segment is a scan of its own. */
  public List<byte[]> of(List<byte[]> totals, Segments segments) {
    if (totals.isEmpty()) {
      return of(totals);
    }
    List<byte[]> offsets = new ArrayList<>();
    while (offsets.size() < totals.size()) {
      int first = offsets.size();
      offsets.addAll(
          segments.isPart(first)
              ? of(totals.subList(first, segments.end(first)), first)
              : of(List.of()));
    }
    return offsets;
  }

  /**
   * @param first the number of the first partition
   */
  private List<byte[]> of(List<byte[]> totals, int first) {
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
          next(state, first + partition, totals.get(partition), grandTotal, following[partition]);
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
