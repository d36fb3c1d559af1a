package io.sparkcumsum.scan.ordering;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;

/**
 * What is learnt of rows, besides their keys, by the passes that bring them in order: of each split
 * of the input, and of each range of a shuffle.
 *
 * <p>The law: for stretches of rows a and b, the state of a merged with what b serialized is the
 * state of a followed by b. Unless the summary {@linkplain #dependsOnOrder depends on the order} of
 * rows, that of b followed by a as well.
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

  /** The summary of some rows, which changes with each. */
  interface State {

    /** Another state before any row, for the same thread, at a fraction of the price. */
    State fresh();

    /** Adds a row. */
    void update(InternalRow row);

    /** Adds the rows that another state was serialized after. */
    void merge(byte[] later);

    /** The state as it travels between tasks and the driver. */
    byte[] serialize();
  }
}
