package io.sparkcumsum.scan.ordering;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import scala.collection.immutable.Seq;

/**
 * A summary of rows, computed while they are sorted: for each split of the input, and for each
 * range of a shuffle.
 *
 * <p>The law: merging the state after the rows a with the serialized state after the rows b gives
 * the state after a followed by b. It is also the state after b followed by a, unless the summary
 * {@linkplain #dependsOnOrder depends on the order} of rows.
 */
public interface Summary extends Serializable {

  /**
   * The state before any row, for one thread.
   *
   * @param columns of the rows that it will see; none if it will only be merged
   */
  State start(List<Attribute> columns);

  /** Whether rows have to be summarized in their order. */
  boolean dependsOnOrder();

  /** The columns that it reads. */
  AttributeSet references();

  /**
   * The same summary of rows that come in any order. Null if there is none.
   *
   * @param rows the order, in which only rows are equal that have the same values in the columns
   *     that it {@linkplain #readInOrderOfPeers reads in order}
   */
  Summary inAnyOrder(Seq<SortOrder> rows);

  /** A serialized summary of rows in any order as a serialized summary of them in order. */
  default byte[] inOrder(byte[] serialized) {
    return serialized;
  }

  /** Those of the columns whose values it has to see in one order even in rows with equal keys. */
  AttributeSet readInOrderOfPeers();

  /** The summary of the rows so far. */
  interface State {

    /** Another state before any row. It is cheap, and has to stay in the same thread. */
    State fresh();

    /** Adds a row. */
    void update(InternalRow row);

    /** Adds the rows of a serialized state, which come after those so far. */
    void merge(byte[] later);

    /** The state as bytes that tasks send to the driver. */
    byte[] serialize();
  }
}
