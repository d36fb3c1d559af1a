package io.sparkcumsum;

import io.sparkcumsum.array.CumulativeFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;

/**
 * The cumulative product of whole columns with NaN counted as 1, as in {@code numpy.nancumprod}:
 * the place of a NaN gets the product so far. {@link Cumulative} explains rows, axes and orders.
 *
 * <pre>{@code
 * // day 1, 2, 3 with x = 2.0, NaN, 3.0
 * df.transform(Nancumprod.of("x").axis(0).orderBy("day").out("y")::apply).select("y");
 * // 2.0, 2.0, 6.0
 * }</pre>
 *
 * <p>Types, overflow and floating point are those of {@link Cumprod}.
 */
public final class Nancumprod extends Cumulative<Nancumprod> {
  private Nancumprod(CumulativeRequest request) {
    super(request);
  }

  @Override
  Nancumprod with(CumulativeRequest request) {
    return new Nancumprod(request);
  }

  /**
   * The cumulative product of one or more columns, each by itself, in one scan of the rows.
   *
   * @param column a name, as for {@link Dataset#col}; a name with dots needs backticks
   * @param more further columns
   * @return the request, which {@link #apply} runs
   */
  public static Nancumprod of(String column, String... more) {
    return new Nancumprod(request(CumulativeFunction.NANCUMPROD, column, more));
  }

  /**
   * The SQL function {@code nancumprod(arr)} as a column. It runs over all elements of each row's
   * value in row-major order, and returns a flat array.
   *
   * @param arr a number or boolean, or an array of them nested to any depth
   * @return an array of the results
   */
  public static Column nancumprod(Column arr) {
    return call(CumulativeFunction.NANCUMPROD, arr);
  }

  /**
   * The SQL function {@code nancumprod(arr, axis)} as a column: along an axis of the value.
   *
   * @param arr as for {@link #nancumprod(Column)}
   * @param axis null for the flattened order
   * @return the results, nested as the value is if an axis is given
   */
  public static Column nancumprod(Column arr, Integer axis) {
    return call(CumulativeFunction.NANCUMPROD, arr, axis);
  }

  /**
   * The SQL function {@code nancumprod(arr, axis, dtype)} as a column.
   *
   * @param arr as for {@link #nancumprod(Column)}
   * @param axis null for the flattened order
   * @param dtype see {@link #dtype}; null for the function's default
   * @return the results, nested as the value is if an axis is given
   */
  public static Column nancumprod(Column arr, Integer axis, String dtype) {
    return call(CumulativeFunction.NANCUMPROD, arr, axis, dtype);
  }

  /**
   * The SQL function {@code nancumprod(arr, axis, dtype, exclusive, reverse)} as a column.
   *
   * @param arr as for {@link #nancumprod(Column)}
   * @param axis null for the flattened order
   * @param dtype see {@link #dtype}; null for the function's default
   * @param exclusive see {@link #exclusive}
   * @param reverse see {@link #reverse}
   * @return the results, nested as the value is if an axis is given
   */
  public static Column nancumprod(
      Column arr, Integer axis, String dtype, boolean exclusive, boolean reverse) {
    return call(CumulativeFunction.NANCUMPROD, arr, axis, dtype, exclusive, reverse);
  }
}
