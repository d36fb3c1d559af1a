package io.sparkcumsum.scan.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.junit.jupiter.api.Test;

/** Totals of ranges, which tasks may tell more than once. */
class RangeTotalsTest {
  private final Summary sum = new Sum();

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

  private static byte[] total(long... values) {
    return ByteBuffer.allocate(Long.BYTES).putLong(LongStream.of(values).sum()).array();
  }

  private static final class Sum implements Summary {
    @Override
    public State start(List<Attribute> columns) {
      return new Running();
    }
  }

  private static final class Running implements Summary.State {
    private long sum;

    @Override
    public Summary.State fresh() {
      return new Running();
    }

    @Override
    public void update(InternalRow row) {
      sum += row.getLong(0);
    }

    @Override
    public void merge(byte[] later) {
      sum += ByteBuffer.wrap(later).getLong();
    }

    @Override
    public byte[] serialize() {
      return total(sum);
    }
  }
}
