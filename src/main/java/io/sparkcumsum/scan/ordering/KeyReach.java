package io.sparkcumsum.scan.ordering;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;

/**
 * How far the frames of rows reach, in terms of keys of one column. Each expression gives a bound
 * of a frame from the key of its row, which is column 0.
 *
 * @param lower the lower bounds of frames that have one
 * @param upper the upper bounds
 */
public record KeyReach(List<Expression> lower, List<Expression> upper) implements Serializable {
  /** Whether some frame has a bound at a distance. */
  boolean hasDistances() {
    return !lower.isEmpty() || !upper.isEmpty();
  }

  /** The least lower bound of frames of a row with this key; null if they have none. */
  InternalRow least(InternalRow key, Comparator<InternalRow> order) {
    return of(lower, key).stream().min(order).orElse(null);
  }

  /** The greatest upper bound of frames of a row with this key; null if they have none. */
  InternalRow greatest(InternalRow key, Comparator<InternalRow> order) {
    return of(upper, key).stream().max(order).orElse(null);
  }

  private static List<InternalRow> of(List<Expression> bounds, InternalRow key) {
    List<InternalRow> keys = new ArrayList<>();
    for (Expression bound : bounds) {
      keys.add(new GenericInternalRow(new Object[] {bound.eval(key)}));
    }
    return keys;
  }

  /**
   * Whether bounds of later keys are later ones. They are not if the bounds of some keys overflow:
   * they do so from one key on, so it shows in the first and the last.
   *
   * @param first the first key that is not null
   * @param last the last key that is not null
   */
  boolean isOrdered(InternalRow first, InternalRow last, Comparator<InternalRow> order) {
    List<Expression> bounds = new ArrayList<>(lower);
    bounds.addAll(upper);
    try {
      List<InternalRow> ofFirst = of(bounds, first);
      List<InternalRow> ofLast = of(bounds, last);
      for (int i = 0; i < bounds.size(); i++) {
        if (order.compare(ofFirst.get(i), ofLast.get(i)) > 0) {
          return false;
        }
      }
      return true;
    } catch (ArithmeticException e) {
      return false;
    }
  }
}
