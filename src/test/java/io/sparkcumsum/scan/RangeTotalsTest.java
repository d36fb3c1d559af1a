package io.sparkcumsum.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.Sessions;
import io.sparkcumsum.accumulator.Accumulators;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Totals of ranges, which tasks may tell more than once. */
class RangeTotalsTest {
  private final AttributeReference x = Attributes.create("x", DataTypes.LongType);
  private final List<ScanFunction> sum =
      List.of(
          AccumulatorScan.elementwise(
              x,
              Accumulators.exactSum(DataTypes.LongType, DataTypes.LongType, true),
              DataTypes.LongType));

  /** States are moved by generated code, which asks for Spark's configuration. */
  @BeforeAll
  static void startSpark() {
    Sessions.shared();
  }

  @Test
  void aTaskThatRanTwiceCountsOnce() {
    RangeTotals totals = new RangeTotals();
    for (int attempt = 0; attempt < 2; attempt++) {
      RangeTotals ofTask = new RangeTotals();
      ofTask.add(new RangeTotals.OfTask(0, new byte[][] {total(3), null, total(1, 1)}));
      totals.merge(ofTask);
    }
    RangeTotals other = new RangeTotals();
    other.add(new RangeTotals.OfTask(1, new byte[][] {total(4), total(10), null}));
    totals.merge(other);
    assertThat(totals.of(0, 1, sum)).isEqualTo(total(3, 4));
    assertThat(totals.of(1, 3, sum)).isEqualTo(total(1, 1, 10));
    assertThat(totals.of(0, 3, sum)).isEqualTo(total(3, 4, 10, 1, 1));
  }

  @Test
  void aCopyHasTheSameTotals() {
    RangeTotals totals = new RangeTotals();
    totals.add(new RangeTotals.OfTask(7, new byte[][] {total(5)}));
    assertThat(totals.isZero()).isFalse();
    assertThat(totals.copy().of(0, 1, sum)).isEqualTo(total(5));
    totals.reset();
    assertThat(totals.isZero()).isTrue();
  }

  private byte[] total(long... values) {
    RunningState state = new RunningState(sum, List.of(x));
    for (long value : values) {
      state.accumulate(InternalRow.fromSeq(Seqs.<Object>seq(List.of(value))));
    }
    return state.store();
  }
}
