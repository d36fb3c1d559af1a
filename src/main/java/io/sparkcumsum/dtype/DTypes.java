package io.sparkcumsum.dtype;

import io.sparkcumsum.error.CumsumErrors;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser$;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** NumPy's dtypes as Spark types: names, shapes and axes. */
public final class DTypes {
  private static final Map<String, DataType> NUMPY_NAMES =
      Map.of(
          "bool", DataTypes.BooleanType,
          "int8", DataTypes.ByteType,
          "int16", DataTypes.ShortType,
          "int32", DataTypes.IntegerType,
          "int64", DataTypes.LongType,
          "float32", DataTypes.FloatType,
          "float64", DataTypes.DoubleType);

  private DTypes() {}

  /**
   * The type with a name, in upper or lower case: NumPy's {@code bool int8 int16 int32 int64
   * float32 float64}, or Spark SQL's name of any other type that is accepted. A name that means
   * different types in both means Spark's: {@code float} and {@code int} are 32 bits wide.
   *
   * <p>Any other name fails the analysis with {@code CUMSUM_UNKNOWN_DTYPE}.
   */
  public static DataType parse(String name, Predicate<DataType> accepted) {
    String trimmed = name.trim();
    DataType numpy = NUMPY_NAMES.get(trimmed.toLowerCase(Locale.ROOT));
    if (numpy != null) {
      return numpy;
    }
    DataType spark;
    try {
      spark = CatalystSqlParser$.MODULE$.parseDataType(trimmed);
    } catch (Exception e) { // Scala does not declare its ParseException
      throw CumsumErrors.unknownDtype(name);
    }
    if (!accepted.test(spark)) {
      throw CumsumErrors.unknownDtype(name);
    }
    return spark;
  }

  /** True for the types that NumPy casts into each other: booleans and numbers. */
  public static boolean isNumeric(DataType type) {
    return type instanceof BooleanType || type instanceof org.apache.spark.sql.types.NumericType;
  }

  /** The number of dimensions of one value: 0 for a scalar, 1 for an array, n for nested arrays. */
  public static int dimensions(DataType type) {
    int dimensions = 0;
    for (DataType t = type; t instanceof ArrayType array; t = array.elementType()) {
      dimensions++;
    }
    return dimensions;
  }

  /** The type of the innermost elements. */
  public static DataType element(DataType type) {
    DataType element = type;
    while (element instanceof ArrayType array) {
      element = array.elementType();
    }
    return element;
  }

  /** The same type with other innermost elements. Arrays that may contain nulls still may. */
  public static DataType withElement(DataType type, DataType element, boolean elementNullable) {
    if (!(type instanceof ArrayType array)) {
      return element;
    }
    boolean innermost = !(array.elementType() instanceof ArrayType);
    return new ArrayType(
        withElement(array.elementType(), element, elementNullable),
        array.containsNull() || (innermost && elementNullable));
  }

  /** True if some innermost element may be null. */
  public static boolean hasNullableElements(DataType type) {
    DataType array = type;
    while (array instanceof ArrayType outer && outer.elementType() instanceof ArrayType) {
      array = outer.elementType();
    }
    return array instanceof ArrayType innermost && innermost.containsNull();
  }

  /**
   * The axis counted from the front.
   *
   * <p>An axis that does not exist fails the analysis with {@code CUMSUM_AXIS_OUT_OF_BOUNDS}.
   *
   * @param axis as the user wrote it; negative axes count from the end
   */
  public static int normalizeAxis(long axis, int dimensions) {
    long normalized = axis < 0 ? axis + dimensions : axis;
    if (normalized < 0 || normalized >= dimensions) {
      throw CumsumErrors.axisOutOfBounds(axis, dimensions);
    }
    return (int) normalized;
  }
}
