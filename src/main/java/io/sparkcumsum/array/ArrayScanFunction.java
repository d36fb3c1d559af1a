package io.sparkcumsum.array;

import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.accumulator.Accumulator;
import io.sparkcumsum.accumulator.Operation;
import io.sparkcumsum.accumulator.Overflow;
import io.sparkcumsum.accumulator.ScanOptions;
import io.sparkcumsum.catalyst.ProductNode;
import io.sparkcumsum.dtype.DTypes;
import io.sparkcumsum.error.CumsumErrors;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.TypeCheckResult;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.Cast$;
import org.apache.spark.sql.catalyst.expressions.CreateArray;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.catalyst.expressions.objects.Invoke;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.catalyst.util.TypeUtils$;
import org.apache.spark.sql.types.AbstractDataType;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.ObjectType;
import org.apache.spark.sql.types.StringType;
import scala.Option;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A cumulative function of the value in one row, for example {@code cumsum(arr[, axis[, dtype[,
 * exclusive[, reverse]]]])}.
 *
 * <p>Evaluation calls {@link ArrayScan#apply} on the value, after a cast if the accumulator does
 * not read the type of its elements.
 */
public final class ArrayScanFunction extends Expression implements Serializable, ProductNode {
  private static final int AXIS = 1;
  private static final int DTYPE = 2;
  private static final int EXCLUSIVE = 3;
  private static final int REVERSE = 4;
  private static final int INCLUDE_INITIAL = 5;

  private final CumulativeFunction function;
  private final Seq<Expression> arguments;
  private final boolean ansi;
  private final String timeZone;
  private transient Invoke invocation;

  /**
   * @param arguments arr, then the others up to the last one that was given
   * @param ansi whether casts, sums and products fail on overflow
   * @param timeZone the time zone of casts between dates, timestamps and strings
   */
  public ArrayScanFunction(
      CumulativeFunction function, Seq<Expression> arguments, boolean ansi, String timeZone) {
    this.function = function;
    this.arguments = arguments;
    this.ansi = ansi;
    this.timeZone = timeZone;
  }

  @Override
  public TypeCheckResult checkInputDataTypes() {
    Expression array = array();
    if (operation().resultType(DTypes.element(array.dataType())).isEmpty()) {
      return unexpectedType(0, "(" + operation().elements() + " or \"ARRAY\" of them)");
    }
    for (int i = 1; i < arguments.length(); i++) {
      TypeCheckResult constant =
          switch (i) {
            case AXIS -> checkConstant(i, "axis", "INT", IntegralType.class);
            case DTYPE -> checkConstant(i, "dtype", "STRING", StringType.class);
            case EXCLUSIVE -> checkConstant(i, "exclusive", "BOOLEAN", BooleanType.class);
            case REVERSE -> checkConstant(i, "reverse", "BOOLEAN", BooleanType.class);
            default -> checkConstant(i, "include_initial", "BOOLEAN", BooleanType.class);
          };
      if (!constant.isSuccess()) {
        return constant;
      }
    }
    checkAxis();
    if (isTrue(INCLUDE_INITIAL) && isTrue(EXCLUSIVE)) {
      throw CumsumErrors.invalidArgument(
          function.sqlName(), "include_initial", "FALSE where exclusive is TRUE", "TRUE");
    }
    return input() instanceof Cast cast
        ? cast.checkInputDataTypes()
        : TypeCheckResult.TypeCheckSuccess$.MODULE$;
  }

  private TypeCheckResult checkConstant(
      int index, String name, String typeName, Class<? extends DataType> type) {
    Expression argument = arguments.apply(index);
    if (!type.isInstance(argument.dataType()) && !(argument.dataType() instanceof NullType)) {
      return unexpectedType(index, "\"" + typeName + "\"");
    }
    if (!argument.foldable()) {
      return mismatch(
          "NON_FOLDABLE_INPUT",
          Map.of(
              "inputName", TypeUtils$.MODULE$.toSQLId(name),
              "inputType", "\"" + typeName + "\"",
              "inputExpr", TypeUtils$.MODULE$.toSQLExpr(argument)));
    }
    return TypeCheckResult.TypeCheckSuccess$.MODULE$;
  }

  private TypeCheckResult unexpectedType(int index, String required) {
    Expression argument = arguments.apply(index);
    return mismatch(
        "UNEXPECTED_INPUT_TYPE",
        Map.of(
            "paramIndex", TypeUtils$.MODULE$.ordinalNumber(index),
            "requiredType", required,
            "inputSql", TypeUtils$.MODULE$.toSQLExpr(argument),
            "inputType", TypeUtils$.MODULE$.toSQLType(argument.dataType())));
  }

  private static TypeCheckResult mismatch(String condition, Map<String, String> parameters) {
    return new TypeCheckResult.DataTypeMismatch(
        condition, scala.collection.immutable.Map.from(CollectionConverters.asScala(parameters)));
  }

  private void checkAxis() {
    Number axis = (Number) constant(AXIS);
    if (axis != null) {
      DTypes.normalizeAxis(axis.longValue(), dimensions());
    } else if (function.isOfArrayApi() && dimensions() > 1) {
      throw CumsumErrors.axisRequired();
    }
  }

  @Override
  public DataType dataType() {
    Expression input = input();
    DataType result = resultType();
    boolean nullable =
        DTypes.hasNullableElements(input.dataType())
            || operation().mayGiveNull(result, ansi, isTrue(EXCLUSIVE));
    return constant(AXIS) == null
        ? new ArrayType(result, nullable)
        : DTypes.withElement(input.dataType(), result, nullable);
  }

  @Override
  public boolean nullable() {
    boolean scalarMayCastToNull =
        !(array().dataType() instanceof ArrayType)
            && DTypes.hasNullableElements(input().dataType());
    return array().nullable() || scalarMayCastToNull;
  }

  @Override
  public boolean foldable() {
    return array().foldable();
  }

  @Override
  public Object eval(InternalRow row) {
    ArrayData results = (ArrayData) invocation().eval(row);
    // Spark folds a constant into a Literal, and stores the default of a column as the SQL of that
    // Literal. For arrays, Literal can write only a GenericArrayData as SQL.
    return foldable() && results != null ? ofObjects(results, (ArrayType) dataType()) : results;
  }

  private static GenericArrayData ofObjects(ArrayData array, ArrayType type) {
    Object[] elements = array.toObjectArray(type.elementType());
    if (type.elementType() instanceof ArrayType nested) {
      for (int i = 0; i < elements.length; i++) {
        elements[i] = elements[i] == null ? null : ofObjects((ArrayData) elements[i], nested);
      }
    }
    return new GenericArrayData(elements);
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    return invocation().doGenCode(context, code);
  }

  private Invoke invocation() {
    if (invocation == null) {
      Expression scan = new Literal(scan(), new ObjectType(ArrayScan.class));
      invocation =
          new Invoke(
              scan,
              "apply",
              dataType(),
              seq(List.of(input())),
              seq(List.<AbstractDataType>of()),
              true,
              true,
              true);
    }
    return invocation;
  }

  private ArrayScan scan() {
    ScanOptions options =
        new ScanOptions(isTrue(EXCLUSIVE), isTrue(REVERSE), isTrue(INCLUDE_INITIAL));
    Accumulator accumulator =
        operation()
            .sequential(
                DTypes.element(input().dataType()),
                resultType(),
                new Overflow(ansi, function.sqlName()),
                options.exclusive());
    int dimensions = DTypes.dimensions(array().dataType());
    Number axis = (Number) constant(AXIS);
    return axis == null
        ? ArrayScan.flattened(accumulator, dimensions, options)
        : ArrayScan.along(
            accumulator, dimensions, DTypes.normalizeAxis(axis.longValue(), dimensions()), options);
  }

  private Operation operation() {
    return function.operation();
  }

  /** The type in which elements are accumulated. */
  private DataType resultType() {
    Object dtype = constant(DTYPE);
    return dtype == null
        ? operation().resultType(DTypes.element(array().dataType())).orElseThrow()
        : DTypes.parse(dtype.toString(), operation()::accumulatesIn);
  }

  /** The value as an array, with elements that the accumulator reads. */
  private Expression input() {
    Expression array = array();
    if (!(array.dataType() instanceof ArrayType)) {
      array = new CreateArray(seq(List.of(array)), false);
    }
    if (function.skipsNan()) {
      array = NanAsNumber.in(array, function.operation().identity());
    }
    DataType result = resultType();
    return operation().reads(DTypes.element(array.dataType()), result)
        ? array
        : Cast$.MODULE$.apply(
            array,
            DTypes.withElement(array.dataType(), result, true),
            Option.apply(timeZone),
            ansi);
  }

  /** The number of dimensions; as in NumPy, a scalar counts as an array of one dimension. */
  private int dimensions() {
    return Math.max(1, DTypes.dimensions(array().dataType()));
  }

  private Expression array() {
    return arguments.apply(0);
  }

  /** The value of a constant argument, null where it is absent or NULL. */
  private Object constant(int index) {
    return index < arguments.length() ? arguments.apply(index).eval(null) : null;
  }

  private boolean isTrue(int index) {
    return Boolean.TRUE.equals(constant(index));
  }

  @Override
  public String prettyName() {
    return function.sqlName();
  }

  @Override
  public Seq<Expression> children() {
    return arguments;
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
    return new ArrayScanFunction(function, newChildren, ansi, timeZone);
  }

  @Override
  public List<Object> parameters() {
    return List.of(function, arguments, ansi, timeZone);
  }

  /**
   * Leaves out the function, the ANSI mode and the time zone, which are not arguments of the call.
   */
  @Override
  public scala.collection.Iterator<Object> stringArgs() {
    return scala.collection.Iterator$.MODULE$.single((Object) arguments);
  }

  @Override
  public boolean equals(Object other) {
    return hasParametersOf(other);
  }
}
