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

/**
 * What a session needs to register a cumulative function of arrays: name, help text, constructor.
 */
public final class ArrayFunctionBuilder extends AbstractFunction1<Seq<Expression>, Expression>
    implements ExpressionBuilder {
  private static final int LINE = 100;

  private static final Expression ABSENT = new Literal(null, DataTypes.NullType);

  /**
   * One builder per function, shared by all registrations, so that Spark does not take a second
   * registration for another function.
   */
  public static final List<ArrayFunctionBuilder> ALL =
      Arrays.stream(CumulativeFunction.values()).map(ArrayFunctionBuilder::new).toList();

  private final CumulativeFunction function;

  /** Created only once, because Spark tells functions apart by this object. */
  private final ExpressionInfo info;

  private ArrayFunctionBuilder(CumulativeFunction function) {
    this.function = function;
    this.info = newInfo();
  }

  public FunctionIdentifier identifier() {
    return new FunctionIdentifier(function.sqlName());
  }

  /** The text behind {@code DESCRIBE FUNCTION EXTENDED}. */
  public ExpressionInfo info() {
    return info;
  }

  private ExpressionInfo newInfo() {
    return new ExpressionInfo(
        ArrayScanFunction.class.getName(),
        null,
        function.sqlName(),
        "_FUNC_(arr[, axis[, dtype[, exclusive[, reverse%s]]]]) - Returns the %s of the elements of"
                .formatted(function.isOfArrayApi() ? "[, include_initial]" : "", function.title())
            + " `arr`, as %s does. It is for the array in one row: over rows there is %s_table."
                .formatted(function.model(), function.sqlName()),
        argumentsText(),
        examplesText(),
        "",
        "array_funcs",
        "0.1.0",
        "",
        "built-in");
  }

  private String argumentsText() {
    Operation operation = function.operation();
    String withoutAxis =
        function.isOfArrayApi()
            ? "Beyond one dimension it is needed."
            : "Without it, or with NULL, the function runs over all elements in row-major order, and"
                + " the result is one flat array.";
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "arr - "
                    + operation.elements()
                    + ", or an array of them, nested to any depth. A"
                    + " null element stays null in its place, and is passed over.",
                "axis - the axis along which the function runs, a constant integer: 0 for the"
                    + " outermost array, negative to count from the innermost. "
                    + withoutAxis,
                "dtype - the type to which elements are cast before, a constant string: one of"
                    + " NumPy's bool, int8, int16, int32, int64, float32, float64, or Spark's name"
                    + " of a type. Without it "
                    + operation.promotion()
                    + ".",
                "exclusive - TRUE gives each place what precedes it, and the first one "
                    + (operation.hasIdentity() ? operation.identity() : "NULL")
                    + ".",
                "reverse - TRUE runs from the last element to the first."));
    if (function.isOfArrayApi()) {
      arguments.add(
          "include_initial - TRUE puts the value of no elements first, so that the axis is one"
              + " longer.");
    }
    StringBuilder text = new StringBuilder("\n    Arguments:\n");
    for (String argument : arguments) {
      text.append(wrapped(argument));
    }
    return text.append("  ").toString();
  }

  /** An entry of a list, wrapped to the width of a terminal. */
  private static String wrapped(String entry) {
    StringBuilder text = new StringBuilder("      *");
    int column = text.length();
    for (String word : entry.split(" ", -1)) {
      if (column + word.length() >= LINE) {
        text.append("\n         ");
        column = 9;
      }
      text.append(' ').append(word);
      column += word.length() + 1;
    }
    return text.append('\n').toString();
  }

  private String examplesText() {
    StringBuilder text = new StringBuilder("\n    Examples:\n");
    List<String> examples = function.examples();
    for (int i = 0; i < examples.size(); i += 2) {
      text.append("      > SELECT _FUNC_(").append(examples.get(i)).append(");\n");
      text.append("       ").append(examples.get(i + 1)).append('\n');
    }
    return text.append("  ").toString();
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
    // Arguments that were not given must not appear in the column's name.
    while (given.get(given.size() - 1) == ABSENT) {
      given.remove(given.size() - 1);
    }
    SQLConf conf = SQLConf.get();
    return new ArrayScanFunction(
        function, seq(given), conf.ansiEnabled(), conf.sessionLocalTimeZone());
  }
}
