package io.sparkcumsum.array;

import io.sparkcumsum.accumulator.Accumulator;
import io.sparkcumsum.accumulator.Accumulators;
import io.sparkcumsum.dtype.DTypes;
import java.io.Serializable;
import java.util.Map;
import java.util.Objects;
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
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.ObjectType;
import org.apache.spark.sql.types.StringType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * {@code cumsum(arr [, axis [, dtype]])} over the value in one row, with NumPy's meaning.
 *
 * <p>Evaluation is one call of {@link ArrayScan#apply} on the value, cast first where its elements
 * have a type that the accumulator does not read.
 */
public final class ArrayCumsum extends Expression implements Serializable {
  private final Seq<Expression> arguments;
  private final boolean ansi;
  private transient Invoke invocation;

  /**
   * @param arguments arr, then axis and dtype as far as they were given
   * @param ansi whether casts and sums fail on overflow
   */
  public ArrayCumsum(Seq<Expression> arguments, boolean ansi) {
    this.arguments = arguments;
    this.ansi = ansi;
  }

  @Override
  public TypeCheckResult checkInputDataTypes() {
    Expression array = array();
    if (DTypes.accumulatorOf(DTypes.element(array.dataType())).isEmpty()) {
      return unexpectedType(0, "(\"NUMERIC\" or \"BOOLEAN\" or \"INTERVAL\" or \"ARRAY\" of them)");
    }
    if (arguments.length() > 1) {
      TypeCheckResult axis = checkConstant(1, "axis", "INT", IntegralType.class);
      if (!axis.isSuccess()) {
        return axis;
      }
    }
    if (arguments.length() > 2) {
      TypeCheckResult dtype = checkConstant(2, "dtype", "STRING", StringType.class);
      if (!dtype.isSuccess()) {
        return dtype;
      }
    }
    checkAxis();
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
    Number axis = (Number) constant(1);
    if (axis != null) {
      DTypes.normalizeAxis(axis.longValue(), dimensions());
    }
  }

  @Override
  public DataType dataType() {
    Expression input = input();
    DataType sum = sumType();
    boolean nullable =
        DTypes.hasNullableElements(input.dataType()) || (sum instanceof DecimalType && !ansi);
    return constant(1) == null
        ? new ArrayType(sum, nullable)
        : DTypes.withElement(input.dataType(), sum, nullable);
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
    ArrayData sums = (ArrayData) invocation().eval(row);
    // A constant is folded into a Literal, whose SQL a column's default is stored as. Of arrays,
    // Literal writes only a GenericArrayData as SQL.
    return foldable() && sums != null ? ofObjects(sums, (ArrayType) dataType()) : sums;
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
              CollectionConverters.asScala(java.util.List.of(input())).toSeq(),
              CollectionConverters.asScala(
                      java.util.List.<org.apache.spark.sql.types.AbstractDataType>of())
                  .toSeq(),
              true,
              true,
              true);
    }
    return invocation;
  }

  private ArrayScan scan() {
    Accumulator sum =
        Accumulators.sequentialSum(DTypes.element(input().dataType()), sumType(), ansi);
    int dimensions = DTypes.dimensions(array().dataType());
    Number axis = (Number) constant(1);
    return axis == null
        ? ArrayScan.flattened(sum, dimensions)
        : ArrayScan.along(sum, dimensions, DTypes.normalizeAxis(axis.longValue(), dimensions()));
  }

  /** The type in which elements are added. */
  private DataType sumType() {
    Object dtype = constant(2);
    return dtype == null
        ? DTypes.accumulatorOf(DTypes.element(array().dataType())).orElseThrow()
        : DTypes.parse(dtype.toString());
  }

  /** The value as an array, with elements that the accumulator reads. */
  private Expression input() {
    Expression array = array();
    if (!(array.dataType() instanceof ArrayType)) {
      array =
          new CreateArray(CollectionConverters.asScala(java.util.List.of(array)).toSeq(), false);
    }
    DataType sum = sumType();
    return Accumulators.reads(DTypes.element(array.dataType()), sum)
        ? array
        : Cast$.MODULE$.apply(array, DTypes.withElement(array.dataType(), sum, true), ansi);
  }

  /** NumPy's dimensions of the value: a scalar counts as one. */
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

  @Override
  public String prettyName() {
    return ArrayCumsumBuilder.NAME;
  }

  @Override
  public Seq<Expression> children() {
    return arguments;
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
    return new ArrayCumsum(newChildren, ansi);
  }

  @Override
  public int productArity() {
    return 2;
  }

  @Override
  public Object productElement(int index) {
    return index == 0 ? arguments : (Object) ansi;
  }

  /** The mode is no argument of the function, so it is not printed as one. */
  @Override
  public scala.collection.Iterator<Object> stringArgs() {
    return scala.collection.Iterator$.MODULE$.single((Object) arguments);
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof ArrayCumsum;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ArrayCumsum that
        && ansi == that.ansi
        && arguments.equals(that.arguments);
  }

  @Override
  public int hashCode() {
    return Objects.hash(arguments, ansi);
  }
}
