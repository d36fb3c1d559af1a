package io.sparkcumsum.scan.phase;

import io.sparkcumsum.catalyst.PartitionFunction;
import io.sparkcumsum.catalyst.Seqs;
import io.sparkcumsum.scan.function.RunningState;
import io.sparkcumsum.scan.function.ScanFunctions;
import io.sparkcumsum.scan.ordering.Segments;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.collection.Iterator;

/**
 * The first phase: one job that computes the total of each partition.
 *
 * @param segments how the rows are divided; null if they are one segment
 */
public record PartitionTotals(ScanFunctions functions, Segments segments)
    implements PartitionFunction {

  /** One row for each partition: its serialized total. */
  public static RDD<InternalRow> of(
      RDD<InternalRow> rows, ScanFunctions functions, Segments segments) {
    return PartitionFunction.mapped(rows, new PartitionTotals(functions, segments));
  }

  @Override
  public Iterator<InternalRow> apply(int partition, Iterator<InternalRow> rows) {
    RunningState state = functions.start();
    // Nobody needs the total of rows of several segments, of which functions need not have one.
    if (segments == null || segments.isPart(partition)) {
      while (rows.hasNext()) {
        state.updateTotal(rows.next());
      }
    }
    return Seqs.<InternalRow>seq(List.of(state.serialized())).iterator();
  }
}
