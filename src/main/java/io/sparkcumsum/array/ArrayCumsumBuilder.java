package io.sparkcumsum.array;

import java.util.ArrayList;
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
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/** What a session needs to know of the SQL function {@code cumsum}: name, text and constructor. */
public final class ArrayCumsumBuilder extends AbstractFunction1<Seq<Expression>, Expression>
    implements ExpressionBuilder {
  public static final String NAME = "cumsum";

  private static final Expression ABSENT = new Literal(null, DataTypes.NullType);

  private static final FunctionSignature SIGNATURE =
      new FunctionSignature(
          CollectionConverters.asScala(
                  List.of(
                      new InputParameter("arr", Option.empty()),
                      new InputParameter("axis", Option.apply(ABSENT)),
                      new InputParameter("dtype", Option.apply(ABSENT))))
              .toSeq());

  /** One for all registrations, so that Spark sees no other function in a second one. */
  public static final ArrayCumsumBuilder INSTANCE = new ArrayCumsumBuilder();

  /** The text behind {@code DESCRIBE FUNCTION EXTENDED cumsum}. */
  public static final ExpressionInfo INFO =
      new ExpressionInfo(
          ArrayCumsum.class.getName(),
          null,
          NAME,
          "_FUNC_(arr[, axis[, dtype]]) - Returns the cumulative sum of the elements of `arr`, as"
              + " numpy.cumsum does.",
          """

            Arguments:
              * arr - a number, a boolean, an interval, or an array of them, nested to any depth.
                  A null element stays null in its place, and the sum carries on past it.
              * axis - the axis along which the sum runs, a constant integer: 0 for the outermost
                  array, negative to count from the innermost. Without it, or with NULL, the sum
                  runs over all elements in row-major order, and the result is one flat array.
              * dtype - the type to which elements are cast before they are added, a constant
                  string: one of NumPy's bool, int8, int16, int32, int64, float32, float64, or
                  Spark's name of a type. Without it integers and booleans are added as BIGINT,
                  DECIMAL(p, s) as DECIMAL(min(38, p + 10), s), and other types as themselves.
                  With dtype bool the sum is a running OR.
        """,
          """

            Examples:
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
        """,
          "",
          "array_funcs",
          "0.1.0",
          "",
          "built-in");

  private ArrayCumsumBuilder() {}

  public static FunctionIdentifier identifier() {
    return new FunctionIdentifier(NAME);
  }

  @Override
  public Option<FunctionSignature> functionSignature() {
    return Option.apply(SIGNATURE);
  }

  @Override
  public Expression apply(Seq<Expression> arguments) {
    return build(NAME, FunctionRegistry$.MODULE$.rearrangeExpressions(NAME, this, arguments));
  }

  /** The expression for arguments in the order of the signature. */
  @Override
  public Expression build(String name, Seq<Expression> arguments) {
    List<Expression> given = new ArrayList<>(CollectionConverters.asJava(arguments));
    // What was not given stays out of the column's name.
    while (given.get(given.size() - 1) == ABSENT) {
      given.remove(given.size() - 1);
    }
    return new ArrayCumsum(
        CollectionConverters.asScala(given).toSeq(), SQLConf.get().ansiEnabled());
  }
}
