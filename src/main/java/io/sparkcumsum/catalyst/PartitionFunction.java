package io.sparkcumsum.catalyst;

import java.io.Serializable;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.Function2;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;

/**
 * What becomes of the rows of a partition. It takes Scala's iterators, as Spark's operators do: the
 * Java API would wrap them twice, and be called for each row.
 */
public interface PartitionFunction extends Serializable {

  Iterator<InternalRow> apply(int partition, Iterator<InternalRow> rows);

  /** What the function makes of each partition. */
  static RDD<InternalRow> mapped(RDD<InternalRow> rows, PartitionFunction function) {
    boolean preservesPartitioning = true;
    Function2<Object, Iterator<InternalRow>, Iterator<InternalRow>> mapping =
        (Function2<Object, Iterator<InternalRow>, Iterator<InternalRow>> & Serializable)
            (partition, input) -> function.apply((int) partition, input);
    return rows.mapPartitionsWithIndex(
        mapping, preservesPartitioning, ClassTag$.MODULE$.apply(InternalRow.class));
  }
}
