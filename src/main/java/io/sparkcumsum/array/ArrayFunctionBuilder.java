package io.sparkcumsum.array;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.accumulator.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.ExpressionBuilder;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.plans.logical.FunctionSignature;
import org.apache.spark.sql.catalyst.plans.logical.InputParameter;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataTypes;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction1;

/** What a session needs to know of a cumulative function of arrays: name, text, constructor. */
public final class ArrayFunctionBuilder extends AbstractFunction1<Seq<Expression>, Expression>
    implements ExpressionBuilder {
  private static final Expression ABSENT = new Literal(null, DataTypes.NullType);

  /** One for each function and all registrations: Spark sees no other function in a second one. */
  public static final List<ArrayFunctionBuilder> ALL =
      Arrays.stream(CumulativeFunction.values()).map(ArrayFunctionBuilder::new).toList();

  private final CumulativeFunction function;

  private ArrayFunctionBuilder(CumulativeFunction function) {
    this.function = function;
  }

  public FunctionIdentifier identifier() {
    return new FunctionIdentifier(function.sqlName());
  }

  /** The text behind {@code DESCRIBE FUNCTION EXTENDED}. */
  public ExpressionInfo info() {
    return new ExpressionInfo(
        ArrayScanFunction.class.getName(),
        null,
        function.sqlName(),
        "_FUNC_(arr[, axis[, dtype[, exclusive[, reverse%s]]]]) - Returns the %s of the elements of"
                .formatted(function.isOfArrayApi() ? "[, include_initial]" : "", function.title())
            + " `arr`, as %s does.".formatted(function.model()),
        argumentsText(),
        examplesText(),
        "",
        "array_funcs",
        "0.1.0",
        "",
        "built-in");
  }

  private String argumentsText() {
    String values =
        switch (function.operation()) {
          case SUM -> "a number, a boolean, an interval, or an array of them";
          case PRODUCT -> "a number, a boolean, or an array of them";
          default -> "a value of any type that has an order, or an array of them";
        };
    String types =
        switch (function.operation()) {
          case SUM ->
              "Without it integers and booleans\n"
                  + "                  are added as BIGINT, DECIMAL(p, s) as"
                  + " DECIMAL(min(38, p + 10), s), and other types as\n"
                  + "                  themselves. With dtype bool the sum is a running OR.";
          case PRODUCT ->
              "Without it integers and booleans\n"
                  + "                  are multiplied as BIGINT, DECIMAL as DOUBLE, FLOAT and"
                  + " DOUBLE as themselves. With\n"
                  + "                  dtype bool the product is a running AND.";
          default -> "Without it the type stays.";
        };
    return """

            Arguments:
              * arr - %s, nested to any depth.
                  A null element stays null in its place, and is passed over.
              * axis - the axis along which the function runs, a constant integer: 0 for the
                  outermost array, negative to count from the innermost. %s
              * dtype - the type to which elements are cast before, a constant string: one of
                  NumPy's bool, int8, int16, int32, int64, float32, float64, or Spark's name of a
                  type. %s
              * exclusive - TRUE gives each place what precedes it, and the first one %s.
              * reverse - TRUE runs from the last element to the first.
        %s"""
        .formatted(
            values,
            function.isOfArrayApi()
                ? "Needed beyond\n                  one dimension."
                : "Without it,\n                  or with NULL, it runs over all elements in"
                    + " row-major order, and the result is one\n                  flat array.",
            types,
            function.operation().hasIdentity()
                ? function.operation() == Operation.SUM ? "0" : "1"
                : "NULL",
            function.isOfArrayApi()
                ? "      * include_initial - TRUE puts the value of no elements first, so that the"
                    + " axis is one longer.\n        "
                : "");
  }

  private String examplesText() {
    String examples =
        switch (function) {
          case CUMSUM ->
              """
                    > SELECT _FUNC_(array(1, 2, 3, 4));
                     [1,3,6,10]
                    > SELECT _FUNC_(10);
                     [10]
                    > SELECT _FUNC_(array(array(2, 4, 6), array(1, 3, 5)));
                     [2,6,12,13,16,21]
                    > SELECT _FUNC_(array(array(2, 4, 6), array(1, 3, 5)), 0);
                     [[2,4,6],[3,7,11]]
                    > SELECT _FUNC_(array(array(2, 4, 6), array(1, 3, 5)), axis => -1);
                     [[2,6,12],[1,4,9]]
                    > SELECT _FUNC_(array(1.5D, 1.5D, 1.5D), dtype => 'int64');
                     [1,2,3]
                    > SELECT _FUNC_(array(1, NULL, 3));
                     [1,null,4]
                    > SELECT _FUNC_(array(1, 2, 3), exclusive => true);
                     [0,1,3]
                    > SELECT _FUNC_(array(1, 2, 3), reverse => true);
                     [6,5,3]
              """;
          case CUMPROD ->
              """
                    > SELECT _FUNC_(array(1, 2, 3, 4));
                     [1,2,6,24]
                    > SELECT _FUNC_(array(array(2, 4), array(3, 5)), 0);
                     [[2,4],[6,20]]
                    > SELECT _FUNC_(array(0.5D, NULL, 0.5D));
                     [0.5,null,0.25]
                    > SELECT _FUNC_(array(2, 3, 4), exclusive => true);
                     [1,2,6]
              """;
          case CUMMAX ->
              """
                    > SELECT _FUNC_(array(3, 1, 4, 1, 5));
                     [3,3,4,4,5]
                    > SELECT _FUNC_(array('b', 'a', NULL, 'c'));
                     ["b","b",null,"c"]
                    > SELECT _FUNC_(array(3, 1, 4), exclusive => true);
                     [null,3,3]
              """;
          case CUMMIN ->
              """
                    > SELECT _FUNC_(array(3, 1, 4, 1, 5));
                     [3,1,1,1,1]
                    > SELECT _FUNC_(array(3, 1, 4), reverse => true);
                     [1,1,4]
              """;
          case NANCUMSUM ->
              """
                    > SELECT _FUNC_(array(1D, double('NaN'), 2D));
                     [1.0,1.0,3.0]
              """;
          case NANCUMPROD ->
              """
                    > SELECT _FUNC_(array(2D, double('NaN'), 3D));
                     [2.0,2.0,6.0]
              """;
          case CUMULATIVE_SUM ->
              """
                    > SELECT _FUNC_(array(1, 2, 3));
                     [1,3,6]
                    > SELECT _FUNC_(array(1, 2, 3), include_initial => true);
                     [0,1,3,6]
              """;
          case CUMULATIVE_PROD ->
              """
                    > SELECT _FUNC_(array(1, 2, 3), include_initial => true);
                     [1,1,2,6]
              """;
        };
    return "\n    Examples:\n" + examples.indent(-2) + "  ";
  }

  @Override
  public Option<FunctionSignature> functionSignature() {
    List<InputParameter> parameters = new ArrayList<>();
    parameters.add(new InputParameter("arr", Option.empty()));
    for (String name : List.of("axis", "dtype", "exclusive", "reverse")) {
      parameters.add(new InputParameter(name, Option.apply(ABSENT)));
    }
    if (function.isOfArrayApi()) {
      parameters.add(new InputParameter("include_initial", Option.apply(ABSENT)));
    }
    return Option.apply(new FunctionSignature(seq(parameters)));
  }

  @Override
  public Expression apply(Seq<Expression> arguments) {
    String name = function.sqlName();
    return build(name, FunctionRegistry$.MODULE$.rearrangeExpressions(name, this, arguments));
  }

  /** The expression for arguments in the order of the signature. */
  @Override
  public Expression build(String name, Seq<Expression> arguments) {
    List<Expression> given = list(arguments);
    // What was not given stays out of the column's name.
    while (given.get(given.size() - 1) == ABSENT) {
      given.remove(given.size() - 1);
    }
    SQLConf conf = SQLConf.get();
    return new ArrayScanFunction(
        function, seq(given), conf.ansiEnabled(), conf.sessionLocalTimeZone());
  }
}
