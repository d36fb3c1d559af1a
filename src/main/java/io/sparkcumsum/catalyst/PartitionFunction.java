package io.sparkcumsum.catalyst;

import java.io.Serializable;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.Function2;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;

/**
 * Turns the rows of a partition into other rows. It takes Scala's iterators, as Spark's operators
 * do, because the Java API would add two wrappers that are called for each row.
 */
public interface PartitionFunction extends Serializable {

  Iterator<InternalRow> apply(int partition, Iterator<InternalRow> rows);

  /** Applies the function to each partition. */
  static RDD<InternalRow> mapped(RDD<InternalRow> rows, PartitionFunction function) {
    boolean preservesPartitioning = true;
    Function2<Object, Iterator<InternalRow>, Iterator<InternalRow>> mapping =
        (Function2<Object, Iterator<InternalRow>, Iterator<InternalRow>> & Serializable)
            (partition, input) -> function.apply((int) partition, input);
    return rows.mapPartitionsWithIndex(
        mapping, preservesPartitioning, ClassTag$.MODULE$.apply(InternalRow.class));
  }
}
