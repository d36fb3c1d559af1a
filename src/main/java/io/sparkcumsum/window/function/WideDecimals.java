package io.sparkcumsum.window.function;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.Calls;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;

/**
 * Serializes decimals of any number of digits. The buffer of a decimal sum may have more digits
 * than its type allows, and come back into range with values of the other sign.
 */
public final class WideDecimals {
  private WideDecimals() {}

  static AttributeReference serialized(AttributeReference decimal) {
    return Attributes.create(decimal.name(), DataTypes.BinaryType, true);
  }

  static Expression toBytes(AttributeReference decimal) {
    int scale = ((DecimalType) decimal.dataType()).scale();
    return Calls.ofClass(
        WideDecimals.class,
        "toBytes",
        DataTypes.BinaryType,
        decimal,
        new Literal(scale, DataTypes.IntegerType));
  }

  static Expression fromBytes(AttributeReference bytes, DecimalType type) {
    return Calls.ofClass(
        WideDecimals.class,
        "fromBytes",
        type,
        bytes,
        new Literal(type.scale(), DataTypes.IntegerType));
  }

  /** The unscaled value; called by generated code. */
  public static byte[] toBytes(Decimal decimal, int scale) {
    return decimal.toJavaBigDecimal().setScale(scale).unscaledValue().toByteArray();
  }

  /** The inverse; called by generated code. */
  public static Decimal fromBytes(byte[] unscaled, int scale) {
    return Decimal.apply(new BigDecimal(new BigInteger(unscaled), scale));
  }
}
