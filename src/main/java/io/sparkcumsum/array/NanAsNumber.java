package io.sparkcumsum.array;

import io.sparkcumsum.catalyst.Calls;
import io.sparkcumsum.dtype.DTypes;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;

/** Replaces NaN by a number, in scalars and in arrays; called by generated code. */
public final class NanAsNumber {
  private NanAsNumber() {}

  /** The values with the number in place of each NaN; unchanged if their type has no NaN. */
  public static Expression in(Expression values, double number) {
    DataType type = values.dataType();
    DataType element = DTypes.element(type);
    if (!(element instanceof FloatType || element instanceof DoubleType)) {
      return values;
    }
    List<Expression> arguments =
        new ArrayList<>(List.of(values, new Literal(number, DataTypes.DoubleType)));
    if (type instanceof ArrayType) {
      arguments.add(new Literal(DTypes.dimensions(type), DataTypes.IntegerType));
      arguments.add(new Literal(element instanceof FloatType, DataTypes.BooleanType));
    }
    return Calls.ofClass(NanAsNumber.class, "replace", type, arguments.toArray(new Expression[0]));
  }

  public static float replace(float value, double number) {
    return Float.isNaN(value) ? (float) number : value;
  }

  public static double replace(double value, double number) {
    return Double.isNaN(value) ? number : value;
  }

  /**
   * A copy of the array with the number in place of each NaN.
   *
   * @param dimensions the number of dimensions of the array
   * @param single whether its elements are FLOAT
   */
  public static ArrayData replace(ArrayData values, double number, int dimensions, boolean single) {
    Object[] replaced = new Object[values.numElements()];
    for (int i = 0; i < replaced.length; i++) {
      if (values.isNullAt(i)) {
        replaced[i] = null;
      } else if (dimensions > 1) {
        replaced[i] = replace(values.getArray(i), number, dimensions - 1, single);
      } else if (single) {
        replaced[i] = replace(values.getFloat(i), number);
      } else {
        replaced[i] = replace(values.getDouble(i), number);
      }
    }
    return new GenericArrayData(replaced);
  }
}
