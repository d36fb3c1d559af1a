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
import java.util.stream.IntStream;
import org.apache.spark.rdd.RDD;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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

  private final SparkPlan plan = executedPlan(df);
  private final List<Attribute> input = columns(plan);
  private final ScanFunctions sum = sumOf(input);
  private final ExclusiveOffsets forwards = new ExclusiveOffsets(sum, false);
  private final ExclusiveOffsets backwards = new ExclusiveOffsets(sum, true);

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
    assertThat(offsets(forwards.of(totals)))
        .containsExactly("null 0", "null 0", "3 2", "3 2", "6 3", "66 6");
    assertThat(offsets(backwards.of(totals)))
        .containsExactly("66 6", "63 4", "63 4", "60 3", "null 0", "null 0");
  }

  @Test
  void noPartitionsHaveOneOffset() {
    assertThat(offsets(forwards.of(List.of()))).containsExactly("null 0");
  }

  /** Blocks of totals, and blocks of blocks, are scanned on the executors. */
  @ParameterizedTest
  @ValueSource(ints = {1, 31, 32, 33, 1100})
  void offsetsFromBlocksAreThoseFromTheDriver(int partitions) {
    SparkPlan many =
        executedPlan(spark.range(0, 2L * partitions, 1, partitions).selectExpr("id AS x"));
    ScanFunctions sumOfMany = sumOf(columns(many));
    RDD<InternalRow> totals = PartitionTotals.of(many.execute(), sumOfMany, null);
    for (boolean reverse : partitions < 1000 ? List.of(false, true) : List.of(true)) {
      List<byte[]> onExecutors =
          new BlockOffsets(sumOfMany, /* most= */ 1)
              .of(totals, reverse)
              .toJavaRDD()
              .map(row -> row.getBinary(0))
              .collect();
      assertThat(onExecutors)
          .containsExactlyElementsOf(
              new ExclusiveOffsets(sumOfMany, reverse).of(Jobs.collect(totals)));
    }
  }

  @Test
  void totalsAreNotCollectedIfOneIsTooLarge() {
    RDD<InternalRow> totals = PartitionTotals.of(plan.execute(), sum, null);
    int size = Jobs.collect(totals).stream().mapToInt(total -> total.length).max().getAsInt();
    assertThat(Totals.of(totals).collected(6L * size)).hasSize(6);
    assertThat(Totals.of(totals).collected(6L * size - 1)).isNull();
  }

  @Test
  void theOffsetPassStartsEachPartitionAtItsOffset() {
    assertThat(emit(forwards.of(totals(plan, sum))))
        .containsExactly("1,1", "2,3", "3,6", "10,16", "20,36", "30,66");
  }

  @Test
  void theOffsetPassFailsWhereATotalWasOfOtherRows() {
    SparkPlan other = executedPlan(df.selectExpr("x + 1 AS x"));
    List<Attribute> otherInput = columns(other);
    ScanFunctions otherSum = sumOf(otherInput);
    List<byte[]> totals = totals(other, otherSum);
    assertThatThrownBy(() -> emit(new ExclusiveOffsets(otherSum, false).of(totals)))
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
    return Jobs.collect(PartitionTotals.of(plan.execute(), functions, null));
  }

  private static SparkPlan executedPlan(Dataset<Row> rows) {
    return ((org.apache.spark.sql.classic.Dataset<Row>) rows).queryExecution().executedPlan();
  }

  /** The sum and the number of rows of the state that each partition starts from. */
  private List<String> offsets(List<byte[]> serialized) {
    List<byte[]> starts =
        serialized.stream()
            .map(bytes -> new PartitionOffset(sum, bytes).start().serialize())
            .toList();
    List<Long> sums = sums(starts);
    List<Long> counts = counts(starts);
    return IntStream.range(0, starts.size())
        .mapToObj(i -> sums.get(i) + " " + counts.get(i))
        .toList();
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
    PartitionOffsets partitionOffsets = new PartitionOffsets(sum);
    partitionOffsets.broadcast(spark.sparkContext(), offsets);
    OffsetPass pass =
        new OffsetPass(
            sum,
            results,
            /* frames= */ null,
            Seqs.seq(List.<SortOrder>of()),
            /* reverse= */ false,
            /* segments= */ null,
            /* segmentKeys= */ 0,
            /* whole= */ null,
            partitionOffsets,
            new OffsetPass.Metrics(rows, time, spilled));
    List<String> emitted =
        pass.over(plan.execute(), null)
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
