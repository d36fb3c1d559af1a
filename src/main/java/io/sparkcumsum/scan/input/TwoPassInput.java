package io.sparkcumsum.scan.input;

import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;

/** The rows of a scan for its two passes: the same rows in both, partition for partition. */
public interface TwoPassInput {

  /** The first pass: the serialized total of each partition, none of a single one. */
  List<byte[]> totals();

  /** The rows of the second pass, in the order of the scan within and across partitions. */
  RDD<InternalRow> rows();
}
