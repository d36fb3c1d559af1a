package io.sparkcumsum.scan.input;

import io.sparkcumsum.scan.phase.Totals;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;

/** Rows whose totals were computed while the rows were sorted. */
public record PreaggregatedInput(RDD<InternalRow> rows, Totals totals) implements TwoPassInput {}
