package io.sparkcumsum;

import io.sparkcumsum.array.CumulativeFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;

/**
 * The cumulative sum of whole columns with NaN counted as 0, as in {@code numpy.nancumsum}: the
 * place of a NaN gets the sum so far. {@link Cumulative} explains rows, axes and orders.
 *
 * <pre>{@code
 * // day 1, 2, 3 with x = 1.0, NaN, 2.0
 * df.transform(Nancumsum.of("x").axis(0).orderBy("day").out("y")::apply).select("y");
 * // 1.0, 1.0, 3.0
 * }</pre>
 *
 * <p>Types, overflow and floating point are those of {@link Cumsum}.
 */
public final class Nancumsum extends Cumulative<Nancumsum> {
  private Nancumsum(CumulativeRequest request) {
    super(request);
  }

  @Override
  Nancumsum with(CumulativeRequest request) {
    return new Nancumsum(request);
  }

  /**
   * The cumulative sum of one or more columns, each by itself, in one scan of the rows.
   *
   * @param column a name, as for {@link Dataset#col}; a name with dots needs backticks
   * @param more further columns
   * @return the request, which {@link #apply} runs
   */
  public static Nancumsum of(String column, String... more) {
    return new Nancumsum(request(CumulativeFunction.NANCUMSUM, column, more));
  }

  /**
   * The SQL function {@code nancumsum(arr)} as a column. It runs over all elements of each row's
   * value in row-major order, and returns a flat array.
   *
   * @param arr a number, boolean or interval, or an array of them nested to any depth
   * @return an array of the results
   */
  public static Column nancumsum(Column arr) {
    return call(CumulativeFunction.NANCUMSUM, arr);
  }

  /**
   * The SQL function {@code nancumsum(arr, axis)} as a column: along an axis of the value.
   *
   * @param arr as for {@link #nancumsum(Column)}
   * @param axis null for the flattened order
   * @return the results, nested as the value is if an axis is given
   */
  public static Column nancumsum(Column arr, Integer axis) {
    return call(CumulativeFunction.NANCUMSUM, arr, axis);
  }

  /**
   * The SQL function {@code nancumsum(arr, axis, dtype)} as a column.
   *
   * @param arr as for {@link #nancumsum(Column)}
   * @param axis null for the flattened order
   * @param dtype see {@link #dtype}; null for the function's default
   * @return the results, nested as the value is if an axis is given
   */
  public static Column nancumsum(Column arr, Integer axis, String dtype) {
    return call(CumulativeFunction.NANCUMSUM, arr, axis, dtype);
  }

  /**
   * The SQL function {@code nancumsum(arr, axis, dtype, exclusive, reverse)} as a column.
   *
   * @param arr as for {@link #nancumsum(Column)}
   * @param axis null for the flattened order
   * @param dtype see {@link #dtype}; null for the function's default
   * @param exclusive see {@link #exclusive}
   * @param reverse see {@link #reverse}
   * @return the results, nested as the value is if an axis is given
   */
  public static Column nancumsum(
      Column arr, Integer axis, String dtype, boolean exclusive, boolean reverse) {
    return call(CumulativeFunction.NANCUMSUM, arr, axis, dtype, exclusive, reverse);
  }
}
