package io.sparkcumsum.catalyst;

import static io.sparkcumsum.catalyst.Seqs.seq;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SortDirection;
import org.apache.spark.sql.catalyst.expressions.SortOrder;

/** Makes keys of an order. */
public final class SortOrders {
  private SortOrders() {}

  /** The order by a value, with nulls where Spark puts them in this direction. */
  public static SortOrder by(Expression value, SortDirection direction) {
    return new SortOrder(
        value, direction, direction.defaultNullOrdering(), seq(List.<Expression>of()));
  }
}
