package io.sparkcumsum.scan.phase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkcumsum.Partitions;
import io.sparkcumsum.Sessions;
import io.sparkcumsum.accumulator.Operation;
import io.sparkcumsum.accumulator.Overflow;
import io.sparkcumsum.accumulator.ScanOptions;
import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.Jobs;
import io.sparkcumsum.catalyst.Seqs;
import io.sparkcumsum.scan.function.RunningAccumulator;
import io.sparkcumsum.scan.function.RunningState;
import io.sparkcumsum.scan.function.ScanFunctions;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.metric.SQLMetrics;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Each phase of the scan by itself, over partitions of which the first, middle and last are empty.
 */
class ThreePhasesTest {
  private final SparkSession spark = Sessions.shared();

  private final Dataset<Row> df =
      Partitions.dataFrame(
          spark,
          List.of(rows(), rows(1, 2), rows(), rows(3), rows(10, 20, 30), rows()),
          new StructType().add("x", DataTypes.LongType));

  private final SparkPlan plan =
      ((org.apache.spark.sql.classic.Dataset<Row>) df).queryExecution().executedPlan();
  private final List<Attribute> input = columns(plan);
  private final ScanFunctions sum = sumOf(input);

  @Test
  void totalsAreThoseOfEachPartitionInOrder() {
    List<byte[]> totals = totals(plan, sum);
    assertThat(totals).hasSize(6);
    assertThat(sums(totals)).containsExactly(null, 3L, null, 3L, 60L, null);
    assertThat(counts(totals)).containsExactly(0L, 2L, 0L, 1L, 3L, 0L);
  }

  @Test
  void offsetsAreTheExclusiveScanOfTheTotals() {
    List<byte[]> totals = totals(plan, sum);
    List<byte[]> offsets = ExclusiveOffsets.of(totals, sum, false);
    assertThat(sums(offsets)).containsExactly(null, null, 3L, 3L, 6L, 66L, 66L);
    assertThat(counts(offsets)).containsExactly(0L, 0L, 2L, 2L, 3L, 6L, 6L);
  }

  @Test
  void noPartitionsHaveOneOffset() {
    assertThat(counts(ExclusiveOffsets.of(List.of(), sum, false))).containsExactly(0L);
  }

  @Test
  void theOffsetPassStartsEachPartitionAtItsOffset() {
    assertThat(emit(ExclusiveOffsets.of(totals(plan, sum), sum, false)))
        .containsExactly("1,1", "2,3", "3,6", "10,16", "20,36", "30,66");
  }

  @Test
  void theOffsetPassFailsWhereATotalWasOfOtherRows() {
    SparkPlan other =
        ((org.apache.spark.sql.classic.Dataset<Row>) df.selectExpr("x + 1 AS x"))
            .queryExecution()
            .executedPlan();
    List<Attribute> otherInput = columns(other);
    ScanFunctions otherSum = sumOf(otherInput);
    List<byte[]> totals = totals(other, otherSum);
    assertThatThrownBy(() -> emit(ExclusiveOffsets.of(totals, otherSum, false)))
        .hasMessageContaining("CUMSUM_INPUT_CHANGED")
        .hasMessageContaining("rows, but their totals differ");
  }

  @Test
  void aStateStoredTwiceIsTwoStates() {
    RunningState state = sum.start();
    byte[] before = state.serialize();
    state.updateTotal(
        InternalRow.fromSeq(CollectionConverters.asScala(List.<Object>of(5L)).toSeq()));
    byte[] after = state.serialize();
    assertThat(sums(List.of(before, after))).containsExactly(null, 5L);
  }

  private static List<byte[]> totals(SparkPlan plan, ScanFunctions functions) {
    return Jobs.collect(PartitionTotals.of(plan.execute(), functions));
  }

  private static List<Attribute> columns(SparkPlan plan) {
    return new ArrayList<>(CollectionConverters.asJava(plan.output()));
  }

  private static ScanFunctions sumOf(List<Attribute> input) {
    RunningAccumulator sum =
        RunningAccumulator.elementwise(
            (Expression) input.get(0),
            Operation.SUM.mergeable(
                DataTypes.LongType, DataTypes.LongType, new Overflow(true, "cumsum"), false),
            ScanOptions.INCLUSIVE,
            DataTypes.LongType);
    return new ScanFunctions(List.of(sum), input);
  }

  private List<String> emit(List<byte[]> offsets) {
    SQLMetric rows = SQLMetrics.createMetric(spark.sparkContext(), "rows");
    SQLMetric time = SQLMetrics.createNanoTimingMetric(spark.sparkContext(), "time", -1);
    SQLMetric spilled = SQLMetrics.createSizeMetric(spark.sparkContext(), "spilled", -1);
    List<Attribute> results = List.of(Attributes.create("sum", DataTypes.LongType));
    PartitionOffsets partitionOffsets = new PartitionOffsets(sum, false);
    partitionOffsets.publish(spark.sparkContext(), offsets);
    OffsetPass pass =
        new OffsetPass(
            sum,
            results,
            Seqs.seq(List.<SortOrder>of()),
            /* reverse= */ false,
            partitionOffsets,
            new OffsetPass.Metrics(rows, time, spilled));
    List<String> emitted =
        pass.over(plan.execute())
            .toJavaRDD()
            .map(row -> row.getLong(0) + "," + row.getLong(1))
            .collect();
    assertThat(rows.value()).isEqualTo(emitted.size());
    return emitted;
  }

  /** The next value that each stored state would show after a zero, null before any value. */
  private List<Long> sums(List<byte[]> serialized) {
    List<Long> sums = new ArrayList<>();
    for (byte[] bytes : serialized) {
      RunningState state = sum.deserialized(bytes);
      long rows = state.rowCount(bytes);
      InternalRow zero =
          InternalRow.fromSeq(CollectionConverters.asScala(List.<Object>of(0L)).toSeq());
      state.update(zero);
      InternalRow shown =
          state.projection(List.of(sum.functions().get(0).evaluate())).apply(state.joined(zero));
      sums.add(rows == 0 ? null : (Long) shown.getLong(0));
    }
    return sums;
  }

  private List<Long> counts(List<byte[]> serialized) {
    RunningState state = sum.start();
    return serialized.stream().map(state::rowCount).toList();
  }

  private static List<Row> rows(long... values) {
    List<Row> rows = new ArrayList<>();
    for (long value : values) {
      rows.add(RowFactory.create(value));
    }
    return rows;
  }
}
