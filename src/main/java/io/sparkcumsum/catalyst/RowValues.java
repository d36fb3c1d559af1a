package io.sparkcumsum.catalyst;

import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;

/** Values that generated code takes from rows. */
public final class RowValues {
  private RowValues() {}

  /**
   * Whether a value may be a part of its row, so that it has to be copied where rows are reused.
   */
  public static boolean pointIntoRow(DataType type) {
    DataType stored = type instanceof UserDefinedType<?> udt ? udt.sqlType() : type;
    return stored instanceof StringType
        || stored instanceof ArrayType
        || stored instanceof StructType
        || stored instanceof MapType;
  }
}
