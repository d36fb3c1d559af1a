package io.sparkcumsum;

import io.sparkcumsum.array.CumulativeFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;

/**
 * The cumulative maximum of whole columns, as that of pandas and {@code numpy.maximum.accumulate},
 * computed without gathering rows. {@link Cumulative} says what rows, axes and orders are.
 *
 * <pre>{@code
 * // day 1, 2, 3 with x = 3, 1, 4
 * df.transform(Cummax.of("x").axis(0).orderBy("day").out("y")::apply).select("y");
 * // 3, 3, 4
 * }</pre>
 *
 * <p><b>Types.</b> Elements are of any type that Spark can order, strings, dates and structs among
 * them, and results have the same type. With a dtype, elements are cast before.
 *
 * <p><b>Strings</b> are compared in their collation. Of values that are equal, such as 0.0 and
 * -0.0, the first one stays.
 *
 * <p><b>Floating point.</b> A NaN stays from there on, as in NumPy.
 */
public final class Cummax extends Cumulative<Cummax> {
  private Cummax(CumulativeRequest request) {
    super(request);
  }

  @Override
  Cummax with(CumulativeRequest request) {
    return new Cummax(request);
  }

  /**
   * The cumulative maximum of one or several columns, each by itself, in one pass over the rows.
   *
   * @param column a name as {@link Dataset#col} takes it: backticks around one with dots
   * @param more further columns
   * @return the request, which {@link #apply} runs
   */
  public static Cummax of(String column, String... more) {
    return new Cummax(request(CumulativeFunction.CUMMAX, column, more));
  }

  /**
   * The SQL function {@code cummax(arr)} as a column: over all elements of each row's value in
   * row-major order, as a flat array.
   *
   * @param arr a value of any type that has an order, or an array of them nested to any depth
   * @return an array of the results
   */
  public static Column cummax(Column arr) {
    return call(CumulativeFunction.CUMMAX, arr);
  }

  /**
   * The SQL function {@code cummax(arr, axis)} as a column: along an axis of the value.
   *
   * @param arr as for {@link #cummax(Column)}
   * @param axis null for the flattened order
   * @return the results, nested as the value is if an axis is given
   */
  public static Column cummax(Column arr, Integer axis) {
    return call(CumulativeFunction.CUMMAX, arr, axis);
  }

  /**
   * The SQL function {@code cummax(arr, axis, dtype)} as a column.
   *
   * @param arr as for {@link #cummax(Column)}
   * @param axis null for the flattened order
   * @param dtype see {@link #dtype}; null for that of the value
   * @return the results, nested as the value is if an axis is given
   */
  public static Column cummax(Column arr, Integer axis, String dtype) {
    return call(CumulativeFunction.CUMMAX, arr, axis, dtype);
  }

  /**
   * The SQL function {@code cummax(arr, axis, dtype, exclusive, reverse)} as a column.
   *
   * @param arr as for {@link #cummax(Column)}
   * @param axis null for the flattened order
   * @param dtype see {@link #dtype}; null for that of the value
   * @param exclusive see {@link #exclusive}
   * @param reverse see {@link #reverse}
   * @return the results, nested as the value is if an axis is given
   */
  public static Column cummax(
      Column arr, Integer axis, String dtype, boolean exclusive, boolean reverse) {
    return call(CumulativeFunction.CUMMAX, arr, axis, dtype, exclusive, reverse);
  }
}
