package io.sparkcumsum;

import io.sparkcumsum.array.CumulativeFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;

/**
 * The cumulative sum of whole columns, as in the array API's {@code cumulative_sum}: a column of
 * arrays needs an axis. {@link Cumulative} explains rows, axes and orders.
 *
 * <pre>{@code
 * // day 1, 2, 3 with x = 1, 2, 3
 * df.transform(CumulativeSum.of("x").axis(0).orderBy("day").out("y")::apply).select("y");
 * // 1, 3, 6
 * }</pre>
 *
 * <p>Types, overflow and floating point are those of {@link Cumsum}.
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
   * The cumulative sum of one or more columns, each by itself, in one scan of the rows.
   *
   * @param column a name, as for {@link Dataset#col}; a name with dots needs backticks
   * @param more further columns
   * @return the request, which {@link #apply} runs
   */
  public static CumulativeSum of(String column, String... more) {
    return new CumulativeSum(request(CumulativeFunction.CUMULATIVE_SUM, column, more));
  }

  /**
   * The SQL function {@code cumulative_sum(arr)} as a column.
   *
   * @param arr a number, boolean or interval, or an array of them nested to any depth
   * @return an array of the results
   */
  public static Column cumulativeSum(Column arr) {
    return call(CumulativeFunction.CUMULATIVE_SUM, arr);
  }

  /**
   * The SQL function {@code cumulative_sum(arr, axis)} as a column: along an axis of the value.
   *
   * @param arr as for {@link #cumulativeSum(Column)}
   * @param axis null only for a value of one dimension
   * @return the results, nested as the value is
   */
  public static Column cumulativeSum(Column arr, Integer axis) {
    return call(CumulativeFunction.CUMULATIVE_SUM, arr, axis);
  }

  /**
   * The SQL function {@code cumulative_sum(arr, axis, dtype)} as a column.
   *
   * @param arr as for {@link #cumulativeSum(Column)}
   * @param axis null only for a value of one dimension
   * @param dtype see {@link #dtype}; null for the function's default
   * @return the results, nested as the value is
   */
  public static Column cumulativeSum(Column arr, Integer axis, String dtype) {
    return call(CumulativeFunction.CUMULATIVE_SUM, arr, axis, dtype);
  }

  /**
   * The SQL function {@code cumulative_sum(arr, axis, dtype, exclusive, reverse)} as a column.
   *
   * @param arr as for {@link #cumulativeSum(Column)}
   * @param axis null only for a value of one dimension
   * @param dtype see {@link #dtype}; null for the function's default
   * @param exclusive see {@link #exclusive}
   * @param reverse see {@link #reverse}
   * @return the results, nested as the value is
   */
  public static Column cumulativeSum(
      Column arr, Integer axis, String dtype, boolean exclusive, boolean reverse) {
    return call(CumulativeFunction.CUMULATIVE_SUM, arr, axis, dtype, exclusive, reverse);
  }

  /**
   * The SQL function {@code cumulative_sum(arr, axis, dtype, exclusive, reverse, include_initial)}
   * as a column.
   *
   * @param arr as for {@link #cumulativeSum(Column)}
   * @param axis null only for a value of one dimension
   * @param dtype see {@link #dtype}; null for the function's default
   * @param exclusive see {@link #exclusive}; not together with includeInitial
   * @param reverse see {@link #reverse}
   * @param includeInitial whether 0, the sum of no elements, is added at the start, or in reverse
   *     at the end; the axis is then one longer
   * @return the results, nested as the value is
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
