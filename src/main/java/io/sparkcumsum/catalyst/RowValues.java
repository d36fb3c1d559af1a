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
   * Whether values of a type may point into their row, so that they must be copied if rows are
   * reused.
   */
  public static boolean pointIntoRow(DataType type) {
    DataType stored = type instanceof UserDefinedType<?> udt ? udt.sqlType() : type;
    return stored instanceof StringType
        || stored instanceof ArrayType
        || stored instanceof StructType
        || stored instanceof MapType;
  }
}
