package io.sparkcumsum;

import io.sparkcumsum.array.CumulativeFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;

/**
 * The cumulative sum of whole columns, as in {@code numpy.cumsum}, computed without moving all rows
 * into one partition. {@link Cumulative} explains rows, axes and orders.
 *
 * <pre>{@code
 * // +---+---------+
 * // |row|values   |
 * // +---+---------+
 * // |1  |[2, 4, 6]|
 * // |2  |[1, 3, 5]|
 * // +---+---------+
 * df.transform(Cumsum.of("values").axis(0).orderBy("row").out("running")::apply).show(false);
 * // +---+---------+----------+
 * // |row|values   |running   |
 * // +---+---------+----------+
 * // |1  |[2, 4, 6]|[2, 4, 6] |
 * // |2  |[1, 3, 5]|[3, 7, 11]|
 * // +---+---------+----------+
 * }</pre>
 *
 * <p><b>Types.</b> Elements are BOOLEAN, TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE, DECIMAL or
 * intervals. Without a dtype, booleans and integers are added as BIGINT, DECIMAL(p, s) as
 * DECIMAL(min(38, p + 10), s), all others as themselves. With a dtype, elements are cast to it
 * before they are added.
 *
 * <p><b>Overflow.</b> Under {@code spark.sql.ansi.enabled} it is the error ARITHMETIC_OVERFLOW;
 * otherwise integers wrap and decimals that do not fit are null. Intervals always fail.
 *
 * <p><b>Floating point.</b> Down the rows and in flattened order every FLOAT and DOUBLE result is
 * the exact sum, rounded once, so the bits are the same for any number of partitions. Along each
 * row's array, elements are added one after the other, bit for bit as in NumPy.
 */
public final class Cumsum extends Cumulative<Cumsum> {
  private Cumsum(CumulativeRequest request) {
    super(request);
  }

  @Override
  Cumsum with(CumulativeRequest request) {
    return new Cumsum(request);
  }

  /**
   * The cumulative sum of one or more columns, each by itself, in one scan of the rows.
   *
   * @param column a name, as for {@link Dataset#col}; a name with dots needs backticks
   * @param more further columns
   * @return the request, which {@link #apply} runs
   */
  public static Cumsum of(String column, String... more) {
    return new Cumsum(request(CumulativeFunction.CUMSUM, column, more));
  }

  /**
   * The SQL function {@code cumsum(arr)} as a column. It runs over all elements of each row's value
   * in row-major order, and returns a flat array.
   *
   * @param arr a number, boolean or interval, or an array of them nested to any depth
   * @return an array of the results
   */
  public static Column cumsum(Column arr) {
    return call(CumulativeFunction.CUMSUM, arr);
  }

  /**
   * The SQL function {@code cumsum(arr, axis)} as a column: along an axis of the value.
   *
   * @param arr as for {@link #cumsum(Column)}
   * @param axis null for the flattened order
   * @return the results, nested as the value is if an axis is given
   */
  public static Column cumsum(Column arr, Integer axis) {
    return call(CumulativeFunction.CUMSUM, arr, axis);
  }

  /**
   * The SQL function {@code cumsum(arr, axis, dtype)} as a column.
   *
   * @param arr as for {@link #cumsum(Column)}
   * @param axis null for the flattened order
   * @param dtype see {@link #dtype}; null for the function's default
   * @return the results, nested as the value is if an axis is given
   */
  public static Column cumsum(Column arr, Integer axis, String dtype) {
    return call(CumulativeFunction.CUMSUM, arr, axis, dtype);
  }

  /**
   * The SQL function {@code cumsum(arr, axis, dtype, exclusive, reverse)} as a column.
   *
   * @param arr as for {@link #cumsum(Column)}
   * @param axis null for the flattened order
   * @param dtype see {@link #dtype}; null for the function's default
   * @param exclusive see {@link #exclusive}
   * @param reverse see {@link #reverse}
   * @return the results, nested as the value is if an axis is given
   */
  public static Column cumsum(
      Column arr, Integer axis, String dtype, boolean exclusive, boolean reverse) {
    return call(CumulativeFunction.CUMSUM, arr, axis, dtype, exclusive, reverse);
  }
}
