package io.sparkcumsum.scan.ordering;

import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import scala.collection.immutable.Seq;

/** A summary of rows that come in their order. */
public interface OrderedSummary extends Summary {

  /** Whether it is another one if the rows come in another order. */
  boolean dependsOnOrder();

  /** Whether states are merged from the last to the first, as a scan in reverse needs them. */
  boolean mergesInReverse();

  /** The most rows that {@link #inAnyOrder} keeps. */
  long mostRows();

  /** The columns that it reads. */
  AttributeSet references();

  /** Those of the columns whose values it has to see in one order even in rows with equal keys. */
  AttributeSet readInOrderOfPeers();

  /**
   * The same summary of rows that come in any order. Null if there is none.
   *
   * @param order the order of the rows, in which only rows are equal that have the same values in
   *     the columns {@link #readInOrderOfPeers}
   */
  Summary inAnyOrder(Seq<SortOrder> order);
}
