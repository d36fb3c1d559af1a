package io.sparkcumsum.scan.phase;

import io.sparkcumsum.scan.function.RunningState;
import io.sparkcumsum.scan.function.ScanFunctions;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;

/** The first phase: one job that computes the total of each partition. */
public final class PartitionTotals implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {
  private final ScanFunctions functions;

  private PartitionTotals(ScanFunctions functions) {
    this.functions = functions;
  }

  /** One row for each partition: its serialized total. */
  public static RDD<InternalRow> of(RDD<InternalRow> rows, ScanFunctions functions) {
    return rows.toJavaRDD().mapPartitions(new PartitionTotals(functions)).rdd();
  }

  @Override
  public Iterator<InternalRow> call(Iterator<InternalRow> rows) {
    RunningState state = functions.start();
    while (rows.hasNext()) {
      state.updateTotal(rows.next());
    }
    return List.<InternalRow>of(state.serialized()).iterator();
  }
}
