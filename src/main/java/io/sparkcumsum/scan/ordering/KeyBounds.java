package io.sparkcumsum.scan.ordering;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataType;

/**
 * The bounds of the RANGE frame of each row, as keys. Each gives the last column of a key from the
 * key of the row; null stands for the key itself. Frames of later rows have later bounds, unless
 * {@linkplain #isOrdered they overflow}.
 *
 * @param segment the types of the columns before the last, which a bound has in common with the
 *     row: none if rows are not divided into segments
 * @param fromFirst whether frames begin with the first row of all, so that they have no lower bound
 * @param toLast whether frames end with the last row of all, so that they have no upper bound
 */
public record KeyBounds(
    List<DataType> segment, Expression lower, Expression upper, boolean fromFirst, boolean toLast)
    implements Serializable {

  /** The lower bound of the frame of a row with this key. */
  InternalRow lowerOf(InternalRow key) {
    return of(lower, key);
  }

  /** The upper bound of the frame of a row with this key. */
  InternalRow upperOf(InternalRow key) {
    return of(upper, key);
  }

  private InternalRow of(Expression bound, InternalRow key) {
    if (bound == null) {
      return key;
    }
    Object[] moved = new Object[segment.size() + 1];
    for (int i = 0; i < segment.size(); i++) {
      moved[i] = key.isNullAt(i) ? null : key.get(i, segment.get(i));
    }
    moved[segment.size()] = bound.eval(key);
    return new GenericInternalRow(moved);
  }

  /** The columns of a bound that is computed from a key. */
  public List<Expression> columns(Expression bound) {
    List<Expression> columns = new ArrayList<>();
    for (int i = 0; i < segment.size(); i++) {
      columns.add(new BoundReference(i, segment.get(i), true));
    }
    columns.add(bound);
    return columns;
  }

  /** Whether a bound is at a distance. */
  boolean hasDistance() {
    return lower != null || upper != null;
  }

  /** Whether frames begin with the first row, or end with the last. */
  boolean isUnbounded() {
    return fromFirst || toLast;
  }

  /**
   * Whether bounds of later keys are later ones. They are not if the bounds of some keys overflow:
   * they do so from one key on, so it shows in the first and the last.
   *
   * @param first the key whose last column is the first that is not null
   * @param last the key whose last column is the last that is not null
   * @param order the order of last columns
   */
  boolean isOrdered(InternalRow first, InternalRow last, Comparator<InternalRow> order) {
    try {
      return (fromFirst || order.compare(lowerOf(first), lowerOf(last)) <= 0)
          && (toLast || order.compare(upperOf(first), upperOf(last)) <= 0);
    } catch (ArithmeticException e) {
      return false;
    }
  }

  /** The least lower bound of the frames of a row with this key; null if none is at a distance. */
  static InternalRow least(List<KeyBounds> frames, InternalRow key, Comparator<InternalRow> order) {
    List<InternalRow> lower = new ArrayList<>();
    for (KeyBounds frame : frames) {
      if (frame.lower != null) {
        lower.add(frame.lowerOf(key));
      }
    }
    return lower.stream().min(order).orElse(null);
  }

  /** The greatest upper bound of the frames of a row; null if none is at a distance. */
  static InternalRow greatest(
      List<KeyBounds> frames, InternalRow key, Comparator<InternalRow> order) {
    List<InternalRow> upper = new ArrayList<>();
    for (KeyBounds frame : frames) {
      if (frame.upper != null) {
        upper.add(frame.upperOf(key));
      }
    }
    return upper.stream().max(order).orElse(null);
  }
}
