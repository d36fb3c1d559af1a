package io.sparkcumsum.scan.ordering;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Calls;
import io.sparkcumsum.catalyst.SortOrders;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Ascending$;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.types.AnsiIntervalType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DatetimeType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import scala.collection.immutable.Seq;

/**
 * Orders peers, rows that are equal in the order of the scan. The rows of a shuffle come in another
 * order each time they are read. If peers are sorted by the values that a function reads, it sees
 * the same values in the same order each time: peers that are still equal are interchangeable.
 */
final class PeerOrder {
  private PeerOrder() {}

  /**
   * The order, continued by the bits of these columns. Null if there is a column whose values may
   * look different although they are equal.
   */
  static Seq<SortOrder> after(Seq<SortOrder> order, AttributeSet columns) {
    List<SortOrder> continued = list(order);
    for (Attribute column : list(columns.toSeq())) {
      Expression bits = bits(column);
      if (bits == null) {
        return null;
      }
      continued.add(SortOrders.by(bits, Ascending$.MODULE$));
    }
    return seq(continued);
  }

  private static Expression bits(Attribute column) {
    Expression value = (Expression) column;
    DataType type = value.dataType();
    if (type instanceof DoubleType) {
      return Calls.ofClass(Double.class, "doubleToRawLongBits", DataTypes.LongType, value);
    } else if (type instanceof FloatType) {
      return Calls.ofClass(Float.class, "floatToRawIntBits", DataTypes.IntegerType, value);
    }
    boolean looksAsItIs =
        type instanceof NumericType
            || type instanceof BooleanType
            || type instanceof DatetimeType
            || type instanceof AnsiIntervalType
            || type instanceof BinaryType
            || type instanceof NullType
            || (type instanceof StringType string && string.supportsBinaryEquality());
    return looksAsItIs ? value : null;
  }
}
