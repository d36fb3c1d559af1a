package io.sparkcumsum;

import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.array.CumulativeFunction;
import io.sparkcumsum.error.CumsumErrors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * A cumulative function of whole columns, computed without moving all rows into one partition. This
 * is the common base of {@link Cumsum}, {@link Cumprod}, {@link Cummax}, {@link Cummin}, {@link
 * Nancumsum}, {@link Nancumprod}, {@link CumulativeSum} and {@link CumulativeProd}.
 *
 * <p>A column is treated as an array whose axis 0 runs down the rows. In an ARRAY column, axis 1
 * runs along each row's array, and each further level of nesting adds an axis. Without an axis the
 * function runs over all elements in row-major order, and each row gets its own part of the result.
 *
 * <p><b>Nulls.</b> A null stays null in its place, and the function skips it.
 *
 * <p><b>Order.</b> A result that depends on other rows needs {@link #orderBy} or {@link
 * #naturalOrder}. Rows with equal keys come in no particular order.
 *
 * <p>Instances are immutable; every method returns a new one. Nothing is computed before an action
 * runs. Unless its description allows null, a null argument throws the {@link
 * IllegalArgumentException} {@code CUMSUM_INVALID_ARGUMENT}.
 *
 * @param <T> the class itself
 */
public abstract class Cumulative<T extends Cumulative<T>> {
  private static final String NAME = "the name of a column";
  private static final String COLUMN = "a column";

  private final CumulativeRequest request;

  Cumulative(CumulativeRequest request) {
    this.request = request;
  }

  abstract T with(CumulativeRequest newRequest);

  /** A request for one or several columns. */
  static CumulativeRequest request(CumulativeFunction function, String column, String[] more) {
    String owner = owner(function);
    return new CumulativeRequest(function, listOf(owner + ".of", "column", NAME, column, more));
  }

  private static String owner(CumulativeFunction function) {
    StringBuilder owner = new StringBuilder();
    for (String word : function.sqlName().split("_", -1)) {
      owner.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
    }
    return owner.toString();
  }

  private String method(String name) {
    return owner(request.function()) + "." + name;
  }

  /**
   * Runs along one axis: 0 down the rows, 1 along each row's array, and so on. Negative axes count
   * from the last. Without this call, or with null, the function runs over the flattened column.
   *
   * @param axis the axis, or null
   * @return the request with this axis
   */
  public final T axis(Integer axis) {
    return with(request.withAxis(axis));
  }

  /**
   * Divides the rows into groups with the same values in these columns, as {@code PARTITION BY}
   * does, and starts again in each: pandas' {@code df.groupby("customer")["x"].cumsum()} is {@code
   * Cumsum.of("x").axis(0).partitionBy("customer").orderBy(...)}. Null is a value like any other.
   * The rows come in order of these columns, and within each group in their own order. A group may
   * be of any size. Along an axis that does not cross rows nothing changes. A second call takes the
   * place of the first.
   *
   * @param column a name, not an expression
   * @param more further columns
   * @return the request with these groups
   */
  public final T partitionBy(String column, String... more) {
    List<Column> groups = new ArrayList<>();
    for (String name : listOf(method("partitionBy"), "column", NAME, column, more)) {
      groups.add(functions.col(name));
    }
    return with(request.partitioned(groups));
  }

  /**
   * The same for columns such as {@code year(col("day"))}.
   *
   * @param column a column of the DataFrame, or an expression of them
   * @param more further columns
   * @return the request with these groups
   */
  public final T partitionBy(Column column, Column... more) {
    return with(request.partitioned(listOf(method("partitionBy"), "column", COLUMN, column, more)));
  }

  /**
   * Orders the rows by these columns, ascending, nulls first. A second order fails with {@code
   * CUMSUM_ORDER_CONFLICT}.
   *
   * @param column a name, not an expression
   * @param more further columns, which decide among rows that are equal in those before
   * @return the request with this order
   */
  public final T orderBy(String column, String... more) {
    List<Column> order = new ArrayList<>();
    for (String name : listOf(method("orderBy"), "column", NAME, column, more)) {
      order.add(functions.col(name));
    }
    return with(request.ordered(order));
  }

  /**
   * Orders the rows by these columns, for example {@code col("day").desc()}. A second order fails
   * with {@code CUMSUM_ORDER_CONFLICT}.
   *
   * @param column a column with or without a direction
   * @param more further columns, which decide among rows that are equal in those before
   * @return the request with this order
   */
  public final T orderBy(Column column, Column... more) {
    return with(request.ordered(listOf(method("orderBy"), "column", COLUMN, column, more)));
  }

  /**
   * Takes the rows as they come: partition after partition, and within each as it is read. Several
   * files are not read in the order of their names, because Spark packs files into partitions by
   * size. Together with {@link #orderBy} this fails with {@code CUMSUM_ORDER_CONFLICT}.
   *
   * @return the request in this order
   */
  public final T naturalOrder() {
    return with(request.inNaturalOrder());
  }

  /**
   * Casts elements to this type first, and computes in it.
   *
   * @param dtype NumPy's {@code bool int8 int16 int32 int64 float32 float64}, or Spark's name of a
   *     type that the function takes; null for the function's default
   * @return the request with this type
   */
  public final T dtype(String dtype) {
    return with(request.withDtype(dtype));
  }

  /**
   * Gives each place the result of the elements before it, or after it with {@link #reverse},
   * without its own value. The first place gets the result of no elements: 0 for a sum, 1 for a
   * product, null for a maximum or minimum.
   *
   * @return the request with this option
   */
  public final T exclusive() {
    return with(request.withOptions(true, request.options().reverse()));
  }

  /**
   * Runs from the end of the axis to its beginning: each place gets the result of its own value and
   * the elements after it. Rows keep their order.
   *
   * @return the request with this option
   */
  public final T reverse() {
    return with(request.withOptions(request.options().exclusive(), true));
  }

  /**
   * Names the result columns, one for each column. Without this call, the result of {@code x} is
   * named {@code x_} plus the SQL name of the function, such as {@code x_cumsum}.
   *
   * <p>An existing column of this name is replaced, and the result is cast to its type. Both must
   * have the same number of dimensions, and elements that are numbers or booleans, or of the same
   * type. Otherwise the analysis fails with {@code CUMSUM_OUT_INCOMPATIBLE}.
   *
   * @param name the name for the results of the first column
   * @param more the names for those of further columns
   * @return the request with these names
   */
  public final T out(String name, String... more) {
    return with(request.withOut(listOf(method("out"), "name", NAME, name, more)));
  }

  /**
   * The DataFrame with the results added as columns. Can be passed to {@link Dataset#transform}.
   *
   * <p>Analysis errors: {@code UNRESOLVED_COLUMN}, {@code DATATYPE_MISMATCH} for a column of a type
   * that the function does not take or that cannot be cast, {@code CUMSUM_AXIS_OUT_OF_BOUNDS},
   * {@code CUMSUM_AXIS_REQUIRED}, {@code CUMSUM_UNKNOWN_DTYPE}, {@code CUMSUM_ORDER_REQUIRED},
   * {@code CUMSUM_OUT_INCOMPATIBLE}, {@code CUMSUM_OUT_AMBIGUOUS}, {@code CUMSUM_OUT_DUPLICATE},
   * {@code CUMSUM_OUT_COUNT_MISMATCH}, {@code CUMSUM_STREAMING_UNSUPPORTED}, {@code
   * CUMSUM_CONNECT_UNSUPPORTED}.
   *
   * <p>Errors while it runs: {@code ARITHMETIC_OVERFLOW}, {@code INTERVAL_ARITHMETIC_OVERFLOW},
   * {@code CUMSUM_RAGGED_ARRAY} for arrays of different lengths along an axis that crosses them,
   * {@code CUMSUM_ARRAY_TOO_LARGE} for results that no row can hold, {@code CUMSUM_INPUT_CHANGED}
   * if the two passes over the input saw different rows.
   *
   * @param df a DataFrame of a session with the extension
   * @return its rows and columns, with the results beside them
   */
  public final Dataset<Row> apply(Dataset<Row> df) {
    return request.apply(given(method("apply"), "df", "a DataFrame", df));
  }

  /** The SQL function as a column. A null argument becomes NULL, which counts as not given. */
  static Column call(CumulativeFunction function, Column arr, Object... more) {
    String name = function.sqlName();
    List<Column> arguments = new ArrayList<>();
    arguments.add(given(owner(function) + "." + name, "arr", COLUMN, arr));
    for (Object argument : more) {
      arguments.add(functions.lit(argument));
    }
    return functions.call_function(name, seq(arguments));
  }

  /** The arguments of a method as a list, or an error if one of them is null. */
  private static <T> List<T> listOf(
      String method, String parameter, String expected, T first, T[] more) {
    List<T> list = new ArrayList<>();
    list.add(first);
    list.addAll(Arrays.asList(given(method, parameter, expected, more)));
    for (T argument : list) {
      given(method, parameter, expected, argument);
    }
    return List.copyOf(list);
  }

  /** The argument, or an error if it is null. */
  private static <T> T given(String method, String parameter, String expected, T argument) {
    if (argument == null) {
      throw CumsumErrors.nullArgument(method, parameter, expected);
    }
    return argument;
  }
}
