package io.sparkcumsum.scan.input;

import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;

/** Rows whose totals were computed while the rows were sorted. */
public record PreaggregatedInput(RDD<InternalRow> rows, List<byte[]> totals)
    implements TwoPassInput {}
