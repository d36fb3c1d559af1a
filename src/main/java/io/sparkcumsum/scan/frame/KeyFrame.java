package io.sparkcumsum.scan.frame;

import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.scan.ordering.Gap;
import io.sparkcumsum.scan.ordering.KeyBounds;
import io.sparkcumsum.scan.ordering.KeyOrder;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.BaseOrdering;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.MutableProjection;
import org.apache.spark.sql.catalyst.expressions.MutableProjection$;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import scala.collection.immutable.Seq;

/** The RANGE frame of the current row, with the code that compares keys with its bounds. */
final class KeyFrame implements FrameBounds {
  private final KeyBounds bounds;

  /** Null if the partition has all rows of its frames. */
  private final Gap gap;

  /** Compute the bounds from a key; null for those at no distance. */
  private final MutableProjection toLower;

  private final MutableProjection toUpper;
  private final BaseOrdering ordering;
  private final UnsafeProjection currentKey;
  private final UnsafeProjection otherKey;
  private InternalRow key;

  /** Computed when they are asked for: a bound that no row is compared with may overflow. */
  private InternalRow lower;

  private InternalRow upper;

  KeyFrame(KeyBounds bounds, Gap gap, KeyOrder order) {
    this.bounds = bounds;
    this.gap = gap;
    this.toLower = projection(bounds, bounds.lower());
    this.toUpper = projection(bounds, bounds.upper());
    this.ordering = order.ofKeys();
    this.currentKey = order.keys();
    this.otherKey = order.keys();
  }

  /** As Spark's frames have it: an unsafe row would not hold a decimal that is too large. */
  private static MutableProjection projection(KeyBounds bounds, Expression bound) {
    Seq<Attribute> bounded = seq(List.of());
    return bound == null
        ? null
        : MutableProjection$.MODULE$.create(seq(bounds.columns(bound)), bounded);
  }

  @Override
  public void moveTo(int place, InternalRow current) {
    key = currentKey.apply(current);
    lower = null;
    upper = null;
  }

  @Override
  public boolean isBelow(int place, InternalRow row) {
    if (bounds.fromFirst()) {
      return false;
    }
    if (lower == null) {
      lower = toLower == null ? key : toLower.apply(key);
    }
    return ordering.compare(otherKey.apply(row), lower) < 0;
  }

  @Override
  public boolean isAbove(int place, InternalRow row) {
    if (bounds.toLast()) {
      return false;
    }
    if (upper == null) {
      upper = toUpper == null ? key : toUpper.apply(key);
    }
    return ordering.compare(otherKey.apply(row), upper) > 0;
  }

  @Override
  public byte[] totalOfGap() {
    return gap == null ? null : gap.total();
  }

  @Override
  public boolean isInGap(InternalRow row) {
    if (gap == null) {
      return false;
    }
    InternalRow other = otherKey.apply(row);
    return (gap.from() == null || ordering.compare(other, gap.from()) > 0)
        && (gap.to() == null || ordering.compare(other, gap.to()) <= 0);
  }
}
