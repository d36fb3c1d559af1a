package io.sparkcumsum;

import io.sparkcumsum.array.CumulativeFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;

/**
 * The cumulative sum of whole columns, as the array API's {@code cumulative_sum} has it: an axis is
 * needed for a column of arrays. {@link Cumulative} says what rows, axes and orders are.
 *
 * <pre>{@code
 * // day 1, 2, 3 with x = 1, 2, 3
 * df.transform(CumulativeSum.of("x").axis(0).orderBy("day").out("y")::apply).select("y");
 * // 1, 3, 6
 * }</pre>
 *
 * <p><b>Types.</b> Elements are BOOLEAN, TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE, DECIMAL or
 * intervals. Without a dtype, booleans and integers are added as BIGINT, DECIMAL(p, s) as
 * DECIMAL(min(38, p + 10), s), all others as themselves. With one, elements are cast before they
 * are added.
 *
 * <p><b>Overflow.</b> Under {@code spark.sql.ansi.enabled} it is the error ARITHMETIC_OVERFLOW;
 * otherwise integers wrap and decimals that do not fit are null. Intervals always fail.
 *
 * <p><b>Floating point.</b> Down the rows and in flattened order every FLOAT and DOUBLE result is
 * the exact sum, rounded once: the bits are the same for any number of partitions. Along each row's
 * array elements are added one after the other, bit for bit as NumPy does.
 */
public final class CumulativeSum extends Cumulative<CumulativeSum> {
  private CumulativeSum(CumulativeRequest request) {
    super(request);
  }

  @Override
  CumulativeSum with(CumulativeRequest request) {
    return new CumulativeSum(request);
  }

  /**
   * The cumulative sum of one or several columns, each by itself, in one pass over the rows.
   *
   * @param column a name as {@link Dataset#col} takes it: backticks around one with dots
   */
  public static CumulativeSum of(String column, String... more) {
    return new CumulativeSum(request(CumulativeFunction.CUMULATIVE_SUM, column, more));
  }

  /**
   * The SQL function {@code cumulative_sum(arr)} as a column.
   *
   * @param arr a number, boolean or interval, or an array of them nested to any depth
   */
  public static Column cumulativeSum(Column arr) {
    return call(CumulativeFunction.CUMULATIVE_SUM, arr);
  }

  /**
   * The SQL function {@code cumulative_sum(arr, axis)} as a column: along an axis of the value.
   *
   * @param axis null only for a value of one dimension
   */
  public static Column cumulativeSum(Column arr, Integer axis) {
    return call(CumulativeFunction.CUMULATIVE_SUM, arr, axis);
  }

  /**
   * The SQL function {@code cumulative_sum(arr, axis, dtype)} as a column.
   *
   * @param axis null only for a value of one dimension
   * @param dtype see {@link #dtype}; null for that of the value
   */
  public static Column cumulativeSum(Column arr, Integer axis, String dtype) {
    return call(CumulativeFunction.CUMULATIVE_SUM, arr, axis, dtype);
  }

  /**
   * The SQL function {@code cumulative_sum(arr, axis, dtype, exclusive, reverse)} as a column.
   *
   * @param axis null only for a value of one dimension
   * @param dtype see {@link #dtype}; null for that of the value
   * @param exclusive see {@link #exclusive}
   * @param reverse see {@link #reverse}
   */
  public static Column cumulativeSum(
      Column arr, Integer axis, String dtype, boolean exclusive, boolean reverse) {
    return call(CumulativeFunction.CUMULATIVE_SUM, arr, axis, dtype, exclusive, reverse);
  }

  /**
   * The SQL function {@code cumulative_sum(arr, axis, dtype, exclusive, reverse, include_initial)}
   * as a column.
   *
   * @param axis null only for a value of one dimension
   * @param dtype see {@link #dtype}; null for that of the value
   * @param exclusive see {@link #exclusive}; not together with includeInitial
   * @param reverse see {@link #reverse}
   * @param includeInitial whether the value of no elements comes first, so that the axis is one
   *     longer
   */
  public static Column cumulativeSum(
      Column arr,
      Integer axis,
      String dtype,
      boolean exclusive,
      boolean reverse,
      boolean includeInitial) {
    return call(
        CumulativeFunction.CUMULATIVE_SUM, arr, axis, dtype, exclusive, reverse, includeInitial);
  }
}
