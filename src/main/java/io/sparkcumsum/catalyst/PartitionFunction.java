package io.sparkcumsum.catalyst;

import java.io.Serializable;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.Function2;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
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

  /** Applies a function to each partition of the rows and the same partition of other rows. */
  static RDD<InternalRow> zipped(RDD<InternalRow> rows, RDD<InternalRow> beside, Zipped function) {
    boolean preservesPartitioning = true;
    ClassTag<InternalRow> tag = ClassTag$.MODULE$.apply(InternalRow.class);
    Function2<Iterator<InternalRow>, Iterator<InternalRow>, Iterator<InternalRow>> zipping =
        (Function2<Iterator<InternalRow>, Iterator<InternalRow>, Iterator<InternalRow>>
                & Serializable)
            function::apply;
    return rows.zipPartitions(beside, preservesPartitioning, zipping, tag, tag);
  }

  /** Turns the rows of a partition into other rows, by the rows of another partition. */
  interface Zipped extends Serializable {
    Iterator<InternalRow> apply(Iterator<InternalRow> rows, Iterator<InternalRow> beside);
  }
}
