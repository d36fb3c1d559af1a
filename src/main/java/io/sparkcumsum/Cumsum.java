package io.sparkcumsum;

import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.array.ArrayCumsumBuilder;
import io.sparkcumsum.catalyst.Substitution;
import io.sparkcumsum.error.CumsumErrors;
import io.sparkcumsum.scan.PrefixScanStrategy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.classic.ColumnNodeToExpressionConverter$;
import org.apache.spark.sql.classic.Dataset$;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.internal.SQLConf;

/**
 * The cumulative sum of whole columns, as {@code numpy.cumsum} has it, computed without gathering
 * rows.
 *
 * <p>A column is an array whose axis 0 runs down the rows; an ARRAY column has axis 1 along each
 * row's array, and each further nesting one more axis. Without an axis the sum runs over all
 * elements in row-major order, and each row gets the part of the result that lies at its place.
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
 * DECIMAL(min(38, p + 10), s), all others as themselves. With one, elements are cast before they
 * are added.
 *
 * <p><b>Nulls.</b> A null stays null in its place, and the sum carries on past it.
 *
 * <p><b>Overflow.</b> Under {@code spark.sql.ansi.enabled} it is the error ARITHMETIC_OVERFLOW;
 * otherwise integers wrap and decimals that do not fit are null. Intervals always fail.
 *
 * <p><b>Floating point.</b> Down the rows and in flattened order every FLOAT and DOUBLE result is
 * the exact sum, rounded once: the bits are the same for any number of partitions. Along each row's
 * array elements are added one after the other, bit for bit as NumPy does.
 *
 * <p><b>Order.</b> A sum that crosses rows needs {@link #orderBy} or {@link #naturalOrder}. Rows
 * that are equal in the order come in any order among themselves.
 *
 * <p>Instances are immutable; every method returns a new one. Nothing runs before an action does. A
 * null where none is described is the {@link IllegalArgumentException} {@code
 * CUMSUM_INVALID_ARGUMENT}.
 */
public final class Cumsum {
  private static final String NAME = "the name of a column";
  private static final String COLUMN = "a column";

  private final List<String> columns;
  private final Integer axis;
  private final List<Column> order;
  private final boolean naturalOrder;
  private final String dtype;
  private final List<String> out;

  private Cumsum(
      List<String> columns,
      Integer axis,
      List<Column> order,
      boolean naturalOrder,
      String dtype,
      List<String> out) {
    this.columns = columns;
    this.axis = axis;
    this.order = order;
    this.naturalOrder = naturalOrder;
    this.dtype = dtype;
    this.out = out;
  }

  /**
   * Sums of one or several columns, each by itself, in one pass over the rows.
   *
   * @param column a name as {@link Dataset#col} takes it: backticks around one with dots
   */
  public static Cumsum of(String column, String... more) {
    List<String> columns = listOf("of", "column", NAME, column, more);
    return new Cumsum(columns, null, List.of(), false, null, List.of());
  }

  /**
   * What a job or a query asks for.
   *
   * @param axis null for the flattened order
   * @param dtype null for that of the columns
   * @param out empty for names after the columns
   */
  static Cumsum of(
      List<String> columns,
      Integer axis,
      String dtype,
      List<String> out,
      List<Column> order,
      boolean naturalOrder) {
    if (naturalOrder && !order.isEmpty()) {
      throw CumsumErrors.orderConflict();
    }
    return new Cumsum(columns, axis, order, naturalOrder, dtype, out);
  }

  /**
   * Sums along one axis, 0 down the rows, 1 along each row's array and so on; negative axes count
   * from the last. Not called, or with null, the sum runs over the flattened column.
   */
  public Cumsum axis(Integer axis) {
    return new Cumsum(columns, axis, order, naturalOrder, dtype, out);
  }

  /**
   * Orders the rows by these columns, ascending, nulls first. A second order is the error {@code
   * CUMSUM_ORDER_CONFLICT}.
   *
   * @param column a name, no expression
   */
  public Cumsum orderBy(String column, String... more) {
    List<Column> order = new ArrayList<>();
    for (String name : listOf("orderBy", "column", NAME, column, more)) {
      order.add(functions.col(name));
    }
    return ordered(order);
  }

  /**
   * Orders the rows by these columns, for example {@code col("day").desc()}. A second order is the
   * error {@code CUMSUM_ORDER_CONFLICT}.
   */
  public Cumsum orderBy(Column column, Column... more) {
    return ordered(listOf("orderBy", "column", COLUMN, column, more));
  }

  private Cumsum ordered(List<Column> order) {
    if (naturalOrder || !this.order.isEmpty()) {
      throw CumsumErrors.orderConflict();
    }
    return new Cumsum(columns, axis, order, false, dtype, out);
  }

  /**
   * Takes the rows as they come: partition after partition, and within each as it is read. For
   * several files that is not the order of their names, since Spark packs files into partitions by
   * size. With {@link #orderBy} it is the error {@code CUMSUM_ORDER_CONFLICT}.
   */
  public Cumsum naturalOrder() {
    if (!order.isEmpty()) {
      throw CumsumErrors.orderConflict();
    }
    return new Cumsum(columns, axis, order, true, dtype, out);
  }

  /**
   * Casts elements to this type before they are added, and adds them in it.
   *
   * @param dtype NumPy's {@code bool int8 int16 int32 int64 float32 float64}, or Spark's name of a
   *     type that can be summed; null for that of the columns
   */
  public Cumsum dtype(String dtype) {
    return new Cumsum(columns, axis, order, naturalOrder, dtype, out);
  }

  /**
   * Names the result columns, one for each column that is summed; not called, the result of {@code
   * x} is {@code x_cumsum}.
   *
   * <p>A column that has this name already is replaced, with the result cast to its type, if both
   * are numbers or booleans of the same number of dimensions, or have the same type. Otherwise the
   * analysis fails with {@code CUMSUM_OUT_INCOMPATIBLE}.
   */
  public Cumsum out(String name, String... more) {
    List<String> names = listOf("out", "name", NAME, name, more);
    return new Cumsum(columns, axis, order, naturalOrder, dtype, names);
  }

  /**
   * The DataFrame with the results beside its columns; fits {@link Dataset#transform}.
   *
   * <p>Analysis errors: {@code UNRESOLVED_COLUMN}, {@code DATATYPE_MISMATCH} for a column that
   * cannot be summed or cast, {@code CUMSUM_AXIS_OUT_OF_BOUNDS}, {@code CUMSUM_UNKNOWN_DTYPE},
   * {@code CUMSUM_ORDER_REQUIRED}, {@code CUMSUM_OUT_INCOMPATIBLE}, {@code CUMSUM_OUT_AMBIGUOUS},
   * {@code CUMSUM_OUT_DUPLICATE}, {@code CUMSUM_OUT_COUNT_MISMATCH}, {@code
   * CUMSUM_STREAMING_UNSUPPORTED}, {@code CUMSUM_CONNECT_UNSUPPORTED}.
   *
   * <p>Errors while it runs: {@code ARITHMETIC_OVERFLOW}, {@code INTERVAL_ARITHMETIC_OVERFLOW},
   * {@code CUMSUM_RAGGED_ARRAY} for arrays of different lengths along an axis that crosses them,
   * {@code CUMSUM_ARRAY_TOO_LARGE} for sums that no row can hold, {@code CUMSUM_INPUT_CHANGED} if
   * the two passes over the input saw different rows.
   */
  public Dataset<Row> apply(Dataset<Row> df) {
    given("apply", "df", "a DataFrame", df);
    if (!(df instanceof org.apache.spark.sql.classic.Dataset<Row> classic)) {
      throw CumsumErrors.connectUnsupported();
    }
    SparkSession session = classic.sparkSession();
    PrefixScanStrategy.ensurePlannedBy(session);
    CumsumPlan plan = plan(classic.logicalPlan(), session.sessionState().conf());
    if (order.isEmpty()) {
      return Dataset$.MODULE$.ofRows(session, plan.over(classic.logicalPlan(), seq(List.of())));
    }
    // Spark resolves the order as that of a sort; what would have been sorted is scanned.
    Sort sort = RowOrder.sortOf(classic.sort(seq(order)).logicalPlan()).orElseThrow();
    return Dataset$.MODULE$.ofRows(session, plan.over(sort.child(), sort.order()));
  }

  /**
   * What {@link #apply} does to a DataFrame, to the table of a query that is being analysed.
   *
   * @param rows the table, maybe with more columns that the order needs
   */
  LogicalPlan apply(LogicalPlan table, LogicalPlan rows, SQLConf conf) {
    CumsumPlan plan = plan(table, conf);
    List<SortOrder> sortOrder = new ArrayList<>();
    for (Column column : order) {
      Expression named = ColumnNodeToExpressionConverter$.MODULE$.apply(column.node());
      sortOrder.add(
          (SortOrder)
              Substitution.in(
                  named,
                  node ->
                      node instanceof UnresolvedAttribute name
                          ? plan.resolve(name.nameParts())
                          : null));
    }
    return plan.over(rows, seq(sortOrder));
  }

  private CumsumPlan plan(LogicalPlan table, SQLConf conf) {
    if (!out.isEmpty() && out.size() != columns.size()) {
      throw CumsumErrors.outCountMismatch(out, columns);
    }
    CumsumPlan plan = new CumsumPlan(table, conf, axis, dtype);
    for (int i = 0; i < columns.size(); i++) {
      plan.add(columns.get(i), out.isEmpty() ? null : out.get(i));
    }
    if (plan.crossesRows() && order.isEmpty() && !naturalOrder) {
      throw CumsumErrors.orderRequired(columns);
    }
    return plan;
  }

  /**
   * The SQL function {@code cumsum(arr)} as a column: the sum over all elements of each row's value
   * in row-major order, as a flat array.
   *
   * @param arr a number, boolean or interval, or an array of them nested to any depth
   */
  public static Column cumsum(Column arr) {
    return call(arr);
  }

  /**
   * The SQL function {@code cumsum(arr, axis)} as a column: the sum along an axis of the value.
   *
   * @param axis null for the flattened order
   */
  public static Column cumsum(Column arr, Integer axis) {
    return call(arr, functions.lit(axis));
  }

  /**
   * The SQL function {@code cumsum(arr, axis, dtype)} as a column.
   *
   * @param axis null for the flattened order
   * @param dtype see {@link #dtype}; null for that of the value
   */
  public static Column cumsum(Column arr, Integer axis, String dtype) {
    return call(arr, functions.lit(axis), functions.lit(dtype));
  }

  private static Column call(Column arr, Column... more) {
    List<Column> arguments = listOf("cumsum", "arr", COLUMN, arr, more);
    return functions.call_function(ArrayCumsumBuilder.NAME, seq(arguments));
  }

  /** The arguments of a method as a list, none of which is null. */
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

  /** The argument, or the error that it is null. */
  private static <T> T given(String method, String parameter, String expected, T argument) {
    if (argument == null) {
      throw CumsumErrors.nullArgument("Cumsum." + method, parameter, expected);
    }
    return argument;
  }
}
