package io.sparkcumsum.scan.input;

import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;

/** The input of a scan. Both passes read the same rows, partition for partition. */
public interface TwoPassInput {

  /**
   * Runs the first pass. Returns the serialized total of each partition, or none for a single
   * partition, which needs none.
   */
  List<byte[]> totals();

  /** The rows of the second pass, in the order of the scan within and across partitions. */
  RDD<InternalRow> rows();
}
