package io.sparkcumsum;

import io.sparkcumsum.array.CumulativeFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;

/**
 * The cumulative product of whole columns, as in the array API's {@code cumulative_prod}: a column
 * of arrays needs an axis. {@link Cumulative} explains rows, axes and orders.
 *
 * <pre>{@code
 * // day 1, 2, 3 with x = 2, 3, 4
 * df.transform(CumulativeProd.of("x").axis(0).orderBy("day").out("y")::apply).select("y");
 * // 2, 6, 24
 * }</pre>
 *
 * <p>Types, overflow and floating point are those of {@link Cumprod}.
 */
public final class CumulativeProd extends Cumulative<CumulativeProd> {
  private CumulativeProd(CumulativeRequest request) {
    super(request);
  }

  @Override
  CumulativeProd with(CumulativeRequest request) {
    return new CumulativeProd(request);
  }

  /**
   * The cumulative product of one or more columns, each by itself, in one scan of the rows.
   *
   * @param column a name, as for {@link Dataset#col}; a name with dots needs backticks
   * @param more further columns
   * @return the request, which {@link #apply} runs
   */
  public static CumulativeProd of(String column, String... more) {
    return new CumulativeProd(request(CumulativeFunction.CUMULATIVE_PROD, column, more));
  }

  /**
   * The SQL function {@code cumulative_prod(arr)} as a column.
   *
   * @param arr a number or boolean, or an array of them nested to any depth
   * @return an array of the results
   */
  public static Column cumulativeProd(Column arr) {
    return call(CumulativeFunction.CUMULATIVE_PROD, arr);
  }

  /**
   * The SQL function {@code cumulative_prod(arr, axis)} as a column: along an axis of the value.
   *
   * @param arr as for {@link #cumulativeProd(Column)}
   * @param axis null only for a value of one dimension
   * @return the results, nested as the value is
   */
  public static Column cumulativeProd(Column arr, Integer axis) {
    return call(CumulativeFunction.CUMULATIVE_PROD, arr, axis);
  }

  /**
   * The SQL function {@code cumulative_prod(arr, axis, dtype)} as a column.
   *
   * @param arr as for {@link #cumulativeProd(Column)}
   * @param axis null only for a value of one dimension
   * @param dtype see {@link #dtype}; null for the function's default
   * @return the results, nested as the value is
   */
  public static Column cumulativeProd(Column arr, Integer axis, String dtype) {
    return call(CumulativeFunction.CUMULATIVE_PROD, arr, axis, dtype);
  }

  /**
   * The SQL function {@code cumulative_prod(arr, axis, dtype, exclusive, reverse)} as a column.
   *
   * @param arr as for {@link #cumulativeProd(Column)}
   * @param axis null only for a value of one dimension
   * @param dtype see {@link #dtype}; null for the function's default
   * @param exclusive see {@link #exclusive}
   * @param reverse see {@link #reverse}
   * @return the results, nested as the value is
   */
  public static Column cumulativeProd(
      Column arr, Integer axis, String dtype, boolean exclusive, boolean reverse) {
    return call(CumulativeFunction.CUMULATIVE_PROD, arr, axis, dtype, exclusive, reverse);
  }

  /**
   * The SQL function {@code cumulative_prod(arr, axis, dtype, exclusive, reverse, include_initial)}
   * as a column.
   *
   * @param arr as for {@link #cumulativeProd(Column)}
   * @param axis null only for a value of one dimension
   * @param dtype see {@link #dtype}; null for the function's default
   * @param exclusive see {@link #exclusive}; not together with includeInitial
   * @param reverse see {@link #reverse}
   * @param includeInitial whether 1, the product of no elements, is added at the start, or in
   *     reverse at the end; the axis is then one longer
   * @return the results, nested as the value is
   */
  public static Column cumulativeProd(
      Column arr,
      Integer axis,
      String dtype,
      boolean exclusive,
      boolean reverse,
      boolean includeInitial) {
    return call(
        CumulativeFunction.CUMULATIVE_PROD, arr, axis, dtype, exclusive, reverse, includeInitial);
  }
}
