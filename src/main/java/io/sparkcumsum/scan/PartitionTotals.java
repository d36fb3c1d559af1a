package io.sparkcumsum.scan;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;

/** The first phase: one job in which every partition is scanned for its total. */
final class PartitionTotals implements FlatMapFunction<Iterator<InternalRow>, byte[]> {
  private final List<ScanFunction> functions;
  private final List<Attribute> input;

  private PartitionTotals(List<ScanFunction> functions, List<Attribute> input) {
    this.functions = functions;
    this.input = input;
  }

  /** The stored total of each partition, in the order of partitions. */
  static List<byte[]> collect(
      RDD<InternalRow> rows, List<ScanFunction> functions, List<Attribute> input) {
    JavaRDD<byte[]> totals = rows.toJavaRDD().mapPartitions(new PartitionTotals(functions, input));
    return totals.collect();
  }

  @Override
  public Iterator<byte[]> call(Iterator<InternalRow> rows) {
    RunningState state = new RunningState(functions, input);
    while (rows.hasNext()) {
      state.accumulate(rows.next());
    }
    return List.of(state.store()).iterator();
  }
}
