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
 * The order of rows, as that of their keys: rows of the values by which they are ordered.
 *
 * @param columns of the rows
 */
public record KeyOrder(Seq<SortOrder> order, List<Attribute> columns) implements Serializable {

  /** Compares the keys of rows as they come. */
  public KeyCursor cursor() {
    return KeyCursor.of(this);
  }

  /** Takes keys from rows. The key is reused; copy to keep. */
  UnsafeProjection keys() {
    List<Expression> keys = new ArrayList<>();
    for (SortOrder key : list(order)) {
      keys.add(key.child());
    }
    return UnsafeProjection$.MODULE$.create(seq(keys), seq(columns));
  }

  /** The order of keys. */
  BaseOrdering ofKeys() {
    return RowOrdering$.MODULE$.create(seq(orderOfKeys()), seq(List.<Attribute>of()));
  }

  /** The order, of rows that have nothing but the keys. */
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
