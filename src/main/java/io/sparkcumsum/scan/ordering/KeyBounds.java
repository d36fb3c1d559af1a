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
 * January 30, 12:00, is later than one month after January 31, 0:00. Spark's frames only move
 * forward. There a row keeps the bound of an earlier row, so its frame depends on the rows before.
 *
 * @param segment the types of the columns before the last, which a bound has in common with the
 *     row: none if rows are not divided into segments
 * @param fromFirst whether frames begin with the first row of all, so that they have no lower bound
 * @param toLast whether frames end with the last row of all, so that they have no upper bound
 * @param disorder if two keys are at least this many microseconds apart, their bounds have the
 *     order of the keys; 0 if all bounds have. It is negative in descending order. All frames of a
 *     query have the same.
 */
public record KeyBounds(
    List<DataType> segment,
    Expression lower,
    Expression upper,
    boolean fromFirst,
    boolean toLast,
    long disorder)
    implements Serializable {

  private InternalRow at(Expression bound, InternalRow key) {
    return withLast(key, bound.eval(key));
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
   * The key moved by a multiple of the {@link #disorder}: later in the order, or earlier if {@code
   * times} is negative. It stops at the least and the greatest LONG.
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

  /**
   * A place before which no frame begins of the rows from {@link #near} on. Their bounds may be as
   * early as that of a key one more disorder before.
   */
  InternalRow leastLower(InternalRow key) {
    return lower == null ? near(key) : at(lower, moved(key, -3));
  }

  /** A place before which no frame ends of the rows from {@link #near} on. */
  InternalRow leastUpper(InternalRow key) {
    return upper == null ? near(key) : at(upper, moved(key, -3));
  }

  /** A place behind which no frame begins of the rows up to the key. */
  InternalRow greatestLower(InternalRow key) {
    return lower == null ? key : at(lower, moved(key, 1));
  }

  /** A place behind which no frame ends of the rows up to the key. */
  InternalRow greatestUpper(InternalRow key) {
    return upper == null ? key : at(upper, moved(key, 1));
  }

  /**
   * The frames of rows behind a key depend on rows up to one disorder before it, as Spark's frames
   * only move forward. The rows behind the returned key, which is two before, are computed with
   * them; null if frames do not depend on others.
   */
  public static InternalRow near(List<KeyBounds> frames, InternalRow key) {
    KeyBounds any = frames.get(0);
    return any.isDisordered() ? any.near(key) : null;
  }

  /** The key itself if frames do not depend on others. */
  private InternalRow near(InternalRow key) {
    return moved(key, -2);
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
   * Whether later keys have later bounds; the {@link #disorder} of days and months is allowed for.
   * They have not if the bounds of some keys overflow: they do so from one key on, so it shows in
   * the first and the last. Nor have they if infinity is added to negative infinity, which makes
   * NaN, the largest value.
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
            (fromFirst || order.compare(leastLower(keys.get(i - 1)), greatestLower(key)) <= 0)
                && (toLast || order.compare(leastUpper(keys.get(i - 1)), greatestUpper(key)) <= 0);
        if (!isOrdered) {
          return false;
        }
      }
      return true;
    } catch (ArithmeticException e) {
      return false;
    }
  }

  /**
   * The key 0.0. Between infinite keys it shows a bound that is NaN for one of them only. Null if
   * keys cannot be infinite.
   */
  private InternalRow zero(InternalRow key) {
    DataType type = lower != null ? lower.dataType() : upper != null ? upper.dataType() : null;
    return type instanceof DoubleType
        ? withLast(key, 0.0)
        : type instanceof FloatType ? withLast(key, 0.0f) : null;
  }

  /**
   * The first key that the rows behind this key need, for their frames and for those that they
   * depend on; null if no frame is at a distance.
   */
  static InternalRow least(List<KeyBounds> frames, InternalRow key, Comparator<InternalRow> order) {
    List<InternalRow> lower = new ArrayList<>();
    for (KeyBounds frame : frames) {
      if (frame.isDisordered()) {
        lower.add(frame.near(key));
      }
      if (frame.lower != null) {
        lower.add(frame.leastLower(key));
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
        upper.add(frame.greatestUpper(key));
      }
    }
    return upper.stream().max(order).orElse(null);
  }
}
