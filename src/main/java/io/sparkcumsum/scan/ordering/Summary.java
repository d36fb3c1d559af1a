package io.sparkcumsum.scan.ordering;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;

/**
 * A summary of rows, computed while they are sorted: for each split of the input, and for each
 * range of a shuffle.
 *
 * <p>The law: merging the state after the rows a with the serialized state after the rows b gives
 * the state after a followed by b. It is also the state after b followed by a, unless it is an
 * {@link OrderedSummary} that {@linkplain OrderedSummary#dependsOnOrder depends on the order} of
 * rows.
 */
public interface Summary extends Serializable {

  /**
   * The state before any row, for one thread.
   *
   * @param columns of the rows that it will see; none if it will only be merged
   */
  State start(List<Attribute> columns);

  /**
   * Serialized states as the {@link OrderedSummary} that this one stands for has them. Others are
   * what they are.
   */
  default List<byte[]> inOrder(List<byte[]> serialized) {
    return serialized;
  }

  /** A summary that is of nothing in the rows. */
  Summary NOTHING =
      columns ->
          new State() {
            @Override
            public State fresh() {
              return this;
            }

            @Override
            public void update(InternalRow row) {}

            @Override
            public void merge(byte[] later) {}

            @Override
            public byte[] serialize() {
              return new byte[0];
            }
          };

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
