package io.sparkcumsum.scan.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which ranges are read together. */
class CoalescedRangesTest {
  @Test
  void neighboursAreReadTogetherUpToTheLargestSize() {
    CoalescedRanges ranges = new CoalescedRanges(true, 1, 10, 1);
    assertThat(starts(ranges, 4, 6, 1, 9, 3, 3, 3, 3)).containsExactly(0, 2, 4, 7);
    assertThat(starts(ranges, 0, 0, 25, 0, 0)).containsExactly(0, 2, 3);
  }

  @Test
  void parallelismIsKeptWherePartitionsAreNotTooSmall() {
    assertThat(starts(new CoalescedRanges(true, 1, 100, 4), 5, 5, 5, 5))
        .containsExactly(0, 1, 2, 3);
    assertThat(starts(new CoalescedRanges(true, 10, 100, 4), 5, 5, 5, 5)).containsExactly(0, 2);
  }

  @Test
  void whereItIsNotAllowedEachRangeIsAPartition() {
    assertThat(starts(new CoalescedRanges(false, 100, 100, 1), 0, 0, 2)).containsExactly(0, 1, 2);
    assertThat(starts(new CoalescedRanges(true, 100, 100, 1), 0)).containsExactly(0);
  }

  private static List<Integer> starts(CoalescedRanges ranges, long... sizes) {
    return ranges.coalesce(sizes).stream().map(partition -> partition.startReducerIndex()).toList();
  }
}
