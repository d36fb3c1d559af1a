package io.sparkcumsum.scan.ordering;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.BaseOrdering;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.RowOrdering$;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection$;
import scala.collection.immutable.Seq;

/**
 * An order of rows, by their keys. A key is a row of the values that a row is ordered by.
 *
 * @param columns the columns of the rows
 */
public record KeyOrder(Seq<SortOrder> order, List<Attribute> columns) implements Serializable {

  /**
   * The order of rows in segments, which the first keys tell. It has one more key behind these, in
   * which only {@link SegmentBounds} differ.
   */
  public static Seq<SortOrder> ofSegments(Seq<SortOrder> order, int segmentKeys) {
    return segmentKeys == 0 ? order : SegmentBounds.order(order, segmentKeys);
  }

  /** A cursor that compares the key of each row with that of the row before. */
  public KeyCursor cursor() {
    return KeyCursor.of(this);
  }

  /** Projects a row to its key. The key is reused; copy to keep. */
  public UnsafeProjection keys() {
    List<Expression> keys = new ArrayList<>();
    for (SortOrder key : list(order)) {
      keys.add(key.child());
    }
    return UnsafeProjection$.MODULE$.create(seq(keys), seq(columns));
  }

  /** The order of keys. */
  public BaseOrdering ofKeys() {
    return RowOrdering$.MODULE$.create(seq(orderOfKeys()), seq(List.<Attribute>of()));
  }

  /** The order of keys by their last column. */
  BaseOrdering ofLastColumn() {
    List<SortOrder> bound = orderOfKeys();
    List<SortOrder> last = List.of(bound.get(bound.size() - 1));
    return RowOrdering$.MODULE$.create(seq(last), seq(List.<Attribute>of()));
  }

  /** The order, bound to the columns of a key. */
  List<SortOrder> orderOfKeys() {
    List<SortOrder> bound = new ArrayList<>();
    for (SortOrder key : list(order)) {
      Expression child = key.child();
      Expression position = new BoundReference(bound.size(), child.dataType(), child.nullable());
      bound.add((SortOrder) key.withNewChildren(seq(List.of(position))));
    }
    return bound;
  }
}
