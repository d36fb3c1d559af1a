package io.sparkcumsum.scan;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;

/** The first phase: one job in which every partition is scanned for its total. */
final class PartitionTotals implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {
  private final List<ScanFunction> functions;
  private final List<Attribute> input;

  private PartitionTotals(List<ScanFunction> functions, List<Attribute> input) {
    this.functions = functions;
    this.input = input;
  }

  /** One row for each partition: what its total stores. */
  static RDD<InternalRow> of(
      RDD<InternalRow> rows, List<ScanFunction> functions, List<Attribute> input) {
    return rows.toJavaRDD().mapPartitions(new PartitionTotals(functions, input)).rdd();
  }

  @Override
  public Iterator<InternalRow> call(Iterator<InternalRow> rows) {
    RunningState state = new RunningState(functions, input);
    while (rows.hasNext()) {
      state.accumulate(rows.next());
    }
    return List.<InternalRow>of(state.stored()).iterator();
  }
}
