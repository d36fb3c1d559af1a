package io.sparkcumsum.scan.source;

import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.DeterministicLevel;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.Enumeration;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;

/**
 * Rows that may be others when a lost partition is computed again. Spark then computes all
 * partitions behind their shuffle anew, or fails the query: it never mixes old and new rows.
 */
public final class UnrepeatableRows extends RDD<InternalRow> {
  private final RDD<InternalRow> rows;

  public UnrepeatableRows(RDD<InternalRow> rows) {
    super(rows, ClassTag$.MODULE$.apply(InternalRow.class));
    this.rows = rows;
  }

  @Override
  public Partition[] getPartitions() {
    return rows.partitions();
  }

  @Override
  public Iterator<InternalRow> compute(Partition split, TaskContext context) {
    return rows.iterator(split, context);
  }

  @Override
  public Enumeration.Value getOutputDeterministicLevel() {
    return DeterministicLevel.INDETERMINATE();
  }
}
