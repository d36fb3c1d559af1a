package io.sparkcumsum.scan.ordering;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.SortOrders;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Ascending$;
import org.apache.spark.sql.catalyst.expressions.BaseOrdering;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.RowOrdering$;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection$;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.immutable.Seq;

/**
 * Bounds of ranges that divide large segments only. They need to lie before all rows of a segment,
 * and behind them, which no key of a row does. So the order has one more key behind those of the
 * segments: 0 in all rows, -1 and 1 in such bounds.
 */
final class SegmentBounds {
  private static final int BEFORE = -1;
  private static final int BEHIND = 1;

  private final KeyOrder keys;
  private final int segmentKeys;
  private final DataType[] types;

  /**
   * @param keys an order {@linkplain #order for segments}
   * @param segmentKeys how many of its keys tell the segment
   */
  SegmentBounds(KeyOrder keys, int segmentKeys) {
    this.keys = keys;
    this.segmentKeys = segmentKeys;
    this.types =
        list(keys.order()).stream().map(key -> key.child().dataType()).toArray(DataType[]::new);
  }

  /** The order with the key that only bounds differ in. */
  static Seq<SortOrder> order(Seq<SortOrder> order, int segmentKeys) {
    List<SortOrder> keys = list(order);
    Literal inSegment = new Literal(0, DataTypes.IntegerType);
    keys.add(segmentKeys, SortOrders.by(inSegment, Ascending$.MODULE$));
    return seq(keys);
  }

  /** The order of segments, of keys. */
  BaseOrdering ofSegments() {
    List<SortOrder> bound = keys.orderOfKeys().subList(0, segmentKeys);
    return RowOrdering$.MODULE$.create(seq(bound), seq(List.of()));
  }

  /**
   * The bounds, with those inside of small segments moved behind them, and each large segment
   * between bounds of its own.
   *
   * @param bounds ascending keys
   * @param isLarge tells by the key of a row whether its segment is to be divided
   */
  List<InternalRow> around(List<InternalRow> bounds, Predicate<InternalRow> isLarge) {
    BaseOrdering ordering = ofSegments();
    UnsafeProjection toUnsafe = UnsafeProjection$.MODULE$.create(types);
    List<InternalRow> around = new ArrayList<>();
    int first = 0;
    while (first < bounds.size()) {
      InternalRow key = bounds.get(first);
      int end = first + 1;
      while (end < bounds.size() && ordering.compare(key, bounds.get(end)) == 0) {
        end++;
      }
      if (isLarge.test(key)) {
        around.add(bound(key, BEFORE, toUnsafe));
        around.addAll(bounds.subList(first, end));
      }
      around.add(bound(key, BEHIND, toUnsafe));
      first = end;
    }
    return around;
  }

  /** The bounds without every second of those inside of segments. */
  List<InternalRow> fewer(List<InternalRow> bounds) {
    List<InternalRow> fewer = new ArrayList<>();
    boolean isKept = true;
    for (InternalRow bound : bounds) {
      boolean isInside = bound.getInt(segmentKeys) == 0;
      isKept = !isInside || !isKept;
      if (isKept) {
        fewer.add(bound);
      }
    }
    return fewer;
  }

  /** The place before or behind all rows of a segment. */
  private InternalRow bound(InternalRow key, int place, UnsafeProjection toUnsafe) {
    Object[] values = new Object[types.length];
    for (int i = 0; i < segmentKeys; i++) {
      values[i] = key.isNullAt(i) ? null : key.get(i, types[i]);
    }
    values[segmentKeys] = place;
    return toUnsafe.apply(new GenericInternalRow(values)).copy();
  }
}
