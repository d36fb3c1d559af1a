package io.sparkcumsum;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.accumulator.ScanOptions;
import io.sparkcumsum.array.CumulativeFunction;
import io.sparkcumsum.catalyst.Seqs;
import io.sparkcumsum.error.CumsumErrors;
import io.sparkcumsum.scan.PrefixScanStrategy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.expressions.FunctionTableSubqueryArgumentExpression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.plans.logical.FunctionBuilderBase;
import org.apache.spark.sql.catalyst.plans.logical.FunctionSignature;
import org.apache.spark.sql.catalyst.plans.logical.InputParameter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.classic.ExpressionUtils$;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.StringType;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction1;

/**
 * What a session needs to register the table function of a cumulative function: name, help text,
 * constructor. For example {@code cumsum_table} does in SQL what {@link Cumsum} does with a
 * DataFrame.
 */
final class TableFunctionBuilder extends AbstractFunction1<Seq<Expression>, LogicalPlan>
    implements FunctionBuilderBase<LogicalPlan> {
  /**
   * One builder per function, shared by all registrations, so that Spark does not take a second
   * registration for another function.
   */
  static final List<TableFunctionBuilder> ALL =
      Arrays.stream(CumulativeFunction.values()).map(TableFunctionBuilder::new).toList();

  /** The parameters in the order of their positions. Those without a default come first. */
  private enum Parameter {
    INPUT("TABLE(name) or TABLE(query)"),
    COLUMNS("a constant string, or an array of them"),
    AXIS("a constant INT, or NULL"),
    DTYPE("a constant string, or NULL"),
    OUT("a constant string, an array of them, or NULL"),
    ORDER_BY(
        "a constant string, an array of them, TRUE for a query that ends with ORDER BY, or NULL"),
    NATURAL_ORDER("TRUE or FALSE"),
    EXCLUSIVE("TRUE or FALSE"),
    REVERSE("TRUE or FALSE"),
    INCLUDE_INITIAL("FALSE for whole columns, where it would add a row"),
    PARTITION_BY("a constant string, an array of them, or NULL");

    final String expected;

    Parameter(String expected) {
      this.expected = expected;
    }

    InputParameter toInputParameter() {
      boolean required = this == INPUT || this == COLUMNS;
      Option<Expression> absent =
          required ? Option.empty() : Option.apply(new Literal(null, DataTypes.NullType));
      return new InputParameter(sqlName(), absent);
    }

    String sqlName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final CumulativeFunction function;
  private final String name;
  private final List<Parameter> parameters;

  /** Created only once, because Spark tells functions apart by this object. */
  private final ExpressionInfo info;

  private TableFunctionBuilder(CumulativeFunction function) {
    this.function = function;
    this.name = function.sqlName() + "_table";
    this.parameters = new ArrayList<>(List.of(Parameter.values()));
    if (!function.isOfArrayApi()) {
      parameters.remove(Parameter.INCLUDE_INITIAL);
    }
    this.info = newInfo();
  }

  FunctionIdentifier identifier() {
    return new FunctionIdentifier(name);
  }

  /** The text behind {@code DESCRIBE FUNCTION EXTENDED}. */
  ExpressionInfo info() {
    return info;
  }

  private ExpressionInfo newInfo() {
    return new ExpressionInfo(
        TableFunctionBuilder.class.getName(),
        null,
        name,
        "_FUNC_(TABLE(input), columns[, axis[, dtype[, out[, order_by[, natural_order[, exclusive[,"
            + " reverse]]]]]]][, partition_by]) - Returns the table with the %s of some of its columns beside"
                .formatted(function.title())
            + " them, as %s has it for an array whose axis 0 runs down the rows."
                .formatted(function.model()),
        """

            Arguments:
              * input - TABLE(name) or TABLE(query).
              * columns - the name of the column, or an array of names, constant strings: columns
                of values that %1$s takes, or of arrays of them. Backticks go around a name
                with dots.
              * axis - the axis along which the function runs, a constant integer: 0 down the rows,
                1 along each row's array and so on, negative to count from the last. Without it, or
                with NULL, it runs over all elements of all rows in row-major order.
              * dtype - the type to which elements are cast before; as in %1$s.
              * out - the name of the column for the result, or an array of one for each column;
                by default that of x is x_%1$s. A column that has the name already is replaced.
              * order_by - the order of the rows, needed where results cross them: a string or an
                array of strings such as 'day' or 'day desc nulls last', or TRUE for that of the
                ORDER BY at the end of the input.
              * natural_order - TRUE takes the rows as they come instead, partition after
                partition.
              * exclusive - TRUE gives each place what precedes it; as in %1$s.
              * reverse - TRUE runs from the last element to the first. Rows keep their order.
              * partition_by - the name of the column, or an array of names, whose values divide
                the rows into groups, each of which starts again; or TABLE(name) PARTITION BY.
        """
            .formatted(function.sqlName()),
        examplesText(),
        "",
        "table_funcs",
        "0.1.0",
        "",
        "built-in");
  }

  private String examplesText() {
    return """

            Examples:
              > SELECT * FROM _FUNC_(TABLE(VALUES (1, 10), (2, 5) AS t(day, rain)), 'rain',
                  axis => 0, order_by => 'day');
               1\t10\t10
               2\t5\t%d
        """
        .formatted(function.ofTenAndFive());
  }

  @Override
  public Option<FunctionSignature> functionSignature() {
    return Option.apply(
        new FunctionSignature(seq(parameters.stream().map(Parameter::toInputParameter).toList())));
  }

  @Override
  public LogicalPlan apply(Seq<Expression> arguments) {
    return build(name, FunctionRegistry$.MODULE$.rearrangeExpressions(name, this, arguments));
  }

  /** The plan for arguments in the order of the signature. */
  @Override
  public LogicalPlan build(String calledAs, Seq<Expression> arguments) {
    Map<Parameter, Expression> byParameter = new EnumMap<>(Parameter.class);
    for (Parameter parameter : parameters) {
      byParameter.put(parameter, arguments.apply(byParameter.size()));
    }
    Arguments given = new Arguments(name, byParameter);
    LogicalPlan table = given.table();
    List<String> columns = given.strings(Parameter.COLUMNS);
    if (columns.isEmpty()) {
      throw given.invalid(Parameter.COLUMNS);
    }
    Object dtype = given.constant(Parameter.DTYPE, StringType.class, Object.class);
    if (function.isOfArrayApi() && given.isTrue(Parameter.INCLUDE_INITIAL)) {
      throw given.invalid(Parameter.INCLUDE_INITIAL);
    }
    boolean includeInitial = false;
    ScanOptions options =
        new ScanOptions(
            given.isTrue(Parameter.EXCLUSIVE), given.isTrue(Parameter.REVERSE), includeInitial);
    // A session that was started without the extension may have the function, but lacks the
    // strategy.
    PrefixScanStrategy.ensurePlannedBy(SparkSession.active());
    Optional<Sort> sort = given.sort(table);
    List<Column> order =
        sort.isPresent()
            ? list(sort.get().order()).stream().map(ExpressionUtils$.MODULE$::column).toList()
            : given.order();
    return new CumulativeRequest(
            function,
            columns,
            given.axis(),
            dtype == null ? null : dtype.toString(),
            options,
            given.strings(Parameter.OUT),
            given.partitions(),
            order,
            given.isTrue(Parameter.NATURAL_ORDER))
        .apply(table, sort.map(Sort::child).orElse(table), SQLConf.get());
  }

  /** The arguments of a call. All but the table are constants. */
  private record Arguments(String function, Map<Parameter, Expression> byParameter) {
    LogicalPlan table() {
      return input().plan();
    }

    private FunctionTableSubqueryArgumentExpression input() {
      if (!(argument(Parameter.INPUT) instanceof FunctionTableSubqueryArgumentExpression table)) {
        throw invalid(Parameter.INPUT);
      }
      return table;
    }

    /** The columns of {@code TABLE(name) PARTITION BY}, or those that are named. */
    List<Column> partitions() {
      List<Column> partitions = columns(input().partitionByExpressions());
      List<String> named = strings(Parameter.PARTITION_BY);
      if (!partitions.isEmpty() && !named.isEmpty()) {
        throw invalid(Parameter.PARTITION_BY);
      }
      return partitions.isEmpty() ? named.stream().map(functions::col).toList() : partitions;
    }

    /** The order of {@code TABLE(name) ... ORDER BY}, or the one that is named. */
    List<Column> order() {
      List<Column> order = columns(input().orderByExpressions());
      List<Column> named = RowOrder.parse(strings(Parameter.ORDER_BY));
      if (!order.isEmpty() && !named.isEmpty()) {
        throw CumsumErrors.orderConflict();
      }
      return order.isEmpty() ? named : order;
    }

    private static List<Column> columns(Seq<? extends Expression> expressions) {
      List<Column> columns = new ArrayList<>();
      for (Expression expression : Seqs.<Expression>list(expressions)) {
        columns.add(ExpressionUtils$.MODULE$.column(expression));
      }
      return columns;
    }

    /** The sort that the table ends with, if {@code order_by => TRUE} asks for its order. */
    Optional<Sort> sort(LogicalPlan table) {
      if (!(argument(Parameter.ORDER_BY).dataType() instanceof BooleanType)) {
        return Optional.empty();
      }
      Boolean asked = constant(Parameter.ORDER_BY, BooleanType.class, Boolean.class);
      if (asked == null) {
        return Optional.empty();
      }
      if (!input().orderByExpressions().isEmpty()) {
        throw CumsumErrors.orderConflict();
      }
      Optional<Sort> sort = RowOrder.sortOf(table);
      if (!asked || sort.isEmpty()) {
        throw invalid(Parameter.ORDER_BY);
      }
      return sort;
    }

    Integer axis() {
      Number axis = constant(Parameter.AXIS, IntegralType.class, Number.class);
      if (axis == null) {
        return null;
      }
      if (axis.intValue() != axis.longValue()) {
        throw invalid(Parameter.AXIS);
      }
      return axis.intValue();
    }

    boolean isTrue(Parameter parameter) {
      return Boolean.TRUE.equals(constant(parameter, BooleanType.class, Boolean.class));
    }

    /** The value of an argument; null if it is NULL or was not given. */
    <T> T constant(Parameter parameter, Class<?> type, Class<T> javaType) {
      Expression argument = argument(parameter);
      Object value = argument.foldable() ? argument.eval(null) : null;
      boolean isNull = argument.foldable() && value == null;
      if (!isNull && !(argument.foldable() && type.isInstance(argument.dataType()))) {
        throw invalid(parameter);
      }
      return javaType.cast(value);
    }

    /** One string or the strings of an array; none if the argument is NULL or was not given. */
    List<String> strings(Parameter parameter) {
      boolean isArray = argument(parameter).dataType() instanceof ArrayType;
      Object value =
          constant(parameter, isArray ? ArrayType.class : StringType.class, Object.class);
      List<String> strings = new ArrayList<>();
      if (value instanceof ArrayData array) {
        if (!(((ArrayType) argument(parameter).dataType()).elementType() instanceof StringType)) {
          throw invalid(parameter);
        }
        for (int i = 0; i < array.numElements(); i++) {
          if (array.isNullAt(i)) {
            throw invalid(parameter);
          }
          strings.add(array.getUTF8String(i).toString());
        }
      } else if (value != null) {
        strings.add(value.toString());
      }
      return strings;
    }

    RuntimeException invalid(Parameter parameter) {
      return CumsumErrors.invalidArgument(
          function, parameter.sqlName(), parameter.expected, argument(parameter).sql());
    }

    private Expression argument(Parameter parameter) {
      return byParameter.get(parameter);
    }
  }
}
