package io.sparkcumsum.scan.frame;

import io.sparkcumsum.scan.ordering.KeyOrder;
import java.io.Serializable;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BaseOrdering;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;

/**
 * The bounds of a RANGE frame. Each gives a key from the key of the current row, which is column 0;
 * null stands for the key itself.
 */
public record KeyBounds(Expression lower, Expression upper) implements Serializable {
  /** The bounds of the frame of a row, and the code that compares keys with them. */
  static final class Frame {
    private final KeyBounds bounds;
    private final BaseOrdering ordering;
    private final UnsafeProjection currentKey;
    private final UnsafeProjection otherKey;
    private InternalRow key;

    /** Computed when they are asked for: a bound that no row is compared with may overflow. */
    private InternalRow lower;

    private InternalRow upper;

    Frame(KeyBounds bounds, KeyOrder order) {
      this.bounds = bounds;
      this.ordering = order.ofKeys();
      this.currentKey = order.keys();
      this.otherKey = order.keys();
    }

    /** Goes to the frame of a row. */
    void moveTo(InternalRow current) {
      key = currentKey.apply(current);
      lower = null;
      upper = null;
    }

    private InternalRow at(Expression bound) {
      return bound == null ? key : new GenericInternalRow(new Object[] {bound.eval(key)});
    }

    boolean isBelow(InternalRow row) {
      if (lower == null) {
        lower = at(bounds.lower);
      }
      return ordering.compare(otherKey.apply(row), lower) < 0;
    }

    boolean isAbove(InternalRow row) {
      if (upper == null) {
        upper = at(bounds.upper);
      }
      return ordering.compare(otherKey.apply(row), upper) > 0;
    }
  }
}
