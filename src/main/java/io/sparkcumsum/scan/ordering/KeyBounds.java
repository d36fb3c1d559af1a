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
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;

/**
 * The bounds of the RANGE frame of each row, as keys. Each gives the last column of a key from the
 * key of the row; null stands for the key itself. Frames of later rows have later bounds, unless
 * {@linkplain #isOrdered they overflow}, or days or months are added to timestamps: one month after
 * January 30, 12:00, is later than one month after January 31, 0:00. Spark's frames never go back
 * there, so that they depend on the rows before.
 *
 * @param segment the types of the columns before the last, which a bound has in common with the
 *     row: none if rows are not divided into segments
 * @param fromFirst whether frames begin with the first row of all, so that they have no lower bound
 * @param toLast whether frames end with the last row of all, so that they have no upper bound
 * @param disorder the same for all frames of a query: how far apart, in microseconds, two keys may
 *     be of which the earlier has the later bound; 0 if none has. It is negative in descending
 *     order.
 */
public record KeyBounds(
    List<DataType> segment,
    Expression lower,
    Expression upper,
    boolean fromFirst,
    boolean toLast,
    long disorder)
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
    return bound == null ? key : withLast(key, bound.eval(key));
  }

  private InternalRow withLast(InternalRow key, Object last) {
    Object[] moved = new Object[segment.size() + 1];
    for (int i = 0; i < segment.size(); i++) {
      moved[i] = key.isNullAt(i) ? null : key.get(i, segment.get(i));
    }
    moved[segment.size()] = last;
    return new GenericInternalRow(moved);
  }

  /**
   * A key before or behind this one, as many times as far as keys may be apart whose bounds are in
   * the other order.
   */
  private InternalRow moved(InternalRow key, int times) {
    int last = segment.size();
    if (disorder == 0 || key.isNullAt(last)) {
      return key;
    }
    long from = key.getLong(last);
    long by = times * disorder;
    long to = from + by;
    boolean overflows = ((from ^ to) & (by ^ to)) < 0;
    return withLast(key, overflows ? (by > 0 ? Long.MAX_VALUE : Long.MIN_VALUE) : to);
  }

  /** The lower bound of the first of the frames that later rows depend on. */
  private InternalRow leastOf(InternalRow key) {
    return lowerOf(moved(key, -2));
  }

  /** The upper bound of the last of the frames up to that of a row. */
  private InternalRow greatestOf(InternalRow key) {
    return upperOf(moved(key, 1));
  }

  /**
   * The key from which on the frames of rows have to be computed for those of rows behind this key;
   * null if they do not depend on them.
   */
  public static InternalRow near(List<KeyBounds> frames, InternalRow key) {
    KeyBounds any = frames.get(0);
    return any.isDisordered() ? any.moved(key, -1) : null;
  }

  /** Whether a later row may have an earlier bound. */
  boolean isDisordered() {
    return disorder != 0;
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
   * Whether bounds of later keys are later ones, but for {@linkplain #isDisordered days and
   * months}. They are not if the bounds of some keys overflow: they do so from one key on, so it
   * shows in the first and the last. Nor are they if infinity is added to negative infinity, which
   * makes NaN, the largest value.
   *
   * @param first the key whose last column is the first that is not null
   * @param last the key whose last column is the last that is not null
   * @param order the order of last columns
   */
  boolean isOrdered(InternalRow first, InternalRow last, Comparator<InternalRow> order) {
    List<InternalRow> keys = new ArrayList<>(List.of(first, last));
    InternalRow zero = zero(first);
    if (zero != null && order.compare(first, zero) < 0 && order.compare(zero, last) < 0) {
      keys.add(1, zero);
    }
    try {
      for (int i = 1; i < keys.size(); i++) {
        InternalRow key = keys.get(i);
        boolean isOrdered =
            (fromFirst || order.compare(leastOf(keys.get(i - 1)), lowerOf(key)) <= 0)
                && (toLast || order.compare(upperOf(keys.get(i - 1)), greatestOf(key)) <= 0);
        if (!isOrdered) {
          return false;
        }
      }
      return true;
    } catch (ArithmeticException e) {
      return false;
    }
  }

  /** A key that is finite; null if all keys are, or none is at a distance. */
  private InternalRow zero(InternalRow key) {
    DataType type = lower != null ? lower.dataType() : upper != null ? upper.dataType() : null;
    return type instanceof DoubleType
        ? withLast(key, 0.0)
        : type instanceof FloatType ? withLast(key, 0.0f) : null;
  }

  /** How far back the frames of the rows behind this key reach; null if none is at a distance. */
  static InternalRow least(List<KeyBounds> frames, InternalRow key, Comparator<InternalRow> order) {
    List<InternalRow> lower = new ArrayList<>();
    for (KeyBounds frame : frames) {
      if (frame.isDisordered()) {
        lower.add(frame.moved(key, -1));
      }
      if (frame.lower != null) {
        lower.add(frame.leastOf(key));
      }
    }
    return lower.stream().min(order).orElse(null);
  }

  /** How far the frames of rows up to this key reach; null if none is at a distance. */
  static InternalRow greatest(
      List<KeyBounds> frames, InternalRow key, Comparator<InternalRow> order) {
    List<InternalRow> upper = new ArrayList<>();
    for (KeyBounds frame : frames) {
      if (frame.upper != null) {
        upper.add(frame.greatestOf(key));
      }
    }
    return upper.stream().max(order).orElse(null);
  }
}
