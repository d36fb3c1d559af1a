package io.sparkcumsum.scan.input;

import io.sparkcumsum.scan.phase.Totals;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;

/** The input of a scan. Both passes read the same rows, partition for partition. */
public interface TwoPassInput {

  /** The totals of the first pass; none for a single partition, which needs none. */
  Totals totals();

  /** The rows of the second pass, in the order of the scan within and across partitions. */
  RDD<InternalRow> rows();
}
