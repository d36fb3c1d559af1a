package io.sparkcumsum.window;

import io.sparkcumsum.Partitions;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.Period;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Tables with a column of every type that a window may order by or aggregate, named after the type,
 * and a unique {@code id}: few different values, so that there are peers, many nulls, rows in no
 * order, partitions of any size.
 */
final class RandomTable {
  static final List<String> INTEGERS = List.of("tinyint", "smallint", "int", "bigint");
  static final List<String> SUMMABLE =
      List.of(
          "tinyint",
          "smallint",
          "int",
          "bigint",
          "float",
          "double",
          "small_decimal",
          "decimal",
          "big_decimal",
          "months",
          "seconds");
  static final List<String> ORDERABLE =
      List.of(
          "boolean",
          "tinyint",
          "smallint",
          "int",
          "bigint",
          "float",
          "double",
          "small_decimal",
          "decimal",
          "big_decimal",
          "months",
          "seconds",
          "string",
          "binary",
          "date",
          "timestamp",
          "timestamp_ntz",
          "array",
          "struct");

  private static final DataType STRUCT =
      new StructType().add("p", DataTypes.IntegerType).add("q", DataTypes.StringType);

  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.LongType, false)
          .add("boolean", DataTypes.BooleanType)
          .add("tinyint", DataTypes.ByteType)
          .add("smallint", DataTypes.ShortType)
          .add("int", DataTypes.IntegerType)
          .add("bigint", DataTypes.LongType)
          .add("float", DataTypes.FloatType)
          .add("double", DataTypes.DoubleType)
          .add("small_decimal", DataTypes.createDecimalType(7, 2))
          .add("decimal", DataTypes.createDecimalType(20, 5))
          .add("big_decimal", DataTypes.createDecimalType(38, 6))
          .add("months", DataTypes.createYearMonthIntervalType())
          .add("seconds", DataTypes.createDayTimeIntervalType())
          .add("string", DataTypes.StringType)
          .add("binary", DataTypes.BinaryType)
          .add("date", DataTypes.DateType)
          .add("timestamp", DataTypes.TimestampType)
          .add("timestamp_ntz", DataTypes.TimestampNTZType)
          .add("array", DataTypes.createArrayType(DataTypes.IntegerType))
          .add("struct", STRUCT);

  private RandomTable() {}

  /**
   * Makes temporary views of the same rows from each kind of source: rows that are computed, rows
   * in the plan, a cached table and parquet files.
   *
   * @param extreme whether sums of BIGINT, decimals and intervals leave their ranges
   * @param directory for the files
   * @return the names of the views
   */
  static List<String> create(
      SparkSession spark,
      int rows,
      int partitions,
      boolean extreme,
      Random random,
      Path directory) {
    List<Row> table = new ArrayList<>();
    for (int id = 0; id < rows; id++) {
      table.add(row(id, extreme, random));
    }
    Collections.shuffle(table, random);
    Dataset<Row> computed =
        Partitions.dataFrame(spark, Partitions.split(table, partitions, random), SCHEMA);
    computed.createOrReplaceTempView("computed");
    spark.createDataFrame(table, SCHEMA).createOrReplaceTempView("in_plan");
    computed.write().mode("overwrite").parquet(directory.toString());
    spark.read().schema(SCHEMA).parquet(directory.toString()).createOrReplaceTempView("files");
    spark.table("computed").selectExpr("*").createOrReplaceTempView("cached");
    spark.table("cached").cache();
    // Spark needs no window over a row that it sees in the plan.
    return rows > 1
        ? List.of("computed", "in_plan", "cached", "files")
        : List.of("computed", "cached", "files");
  }

  private static Row row(long id, boolean extreme, Random random) {
    Object[] values = new Object[SCHEMA.length()];
    values[0] = id;
    for (int i = 1; i < values.length; i++) {
      boolean isNull = random.nextInt(5) == 0;
      values[i] = isNull ? null : value(SCHEMA.fields()[i].name(), extreme, random);
    }
    return RowFactory.create(values);
  }

  private static Object value(String column, boolean extreme, Random random) {
    int n = random.nextInt(-4, 5);
    return switch (column) {
      case "boolean" -> random.nextBoolean();
      case "tinyint" -> (byte) (30 * n);
      case "smallint" -> (short) (8000 * n);
      case "int" -> 500_000_000 * n;
      case "bigint" -> extreme ? Long.MAX_VALUE / 4 * n : 1000L * n;
      case "float" -> (float) floating(n, random);
      case "double" -> floating(n, random);
      case "small_decimal" -> BigDecimal.valueOf(1234567L * n % 9999999, 2);
      case "decimal" -> new BigDecimal(BigInteger.TEN.pow(18).multiply(BigInteger.valueOf(n)), 5);
      case "big_decimal" ->
          new BigDecimal(
              BigInteger.TEN.pow(extreme ? 37 : 30).multiply(BigInteger.valueOf(2L * n)), 6);
      case "months" -> Period.ofMonths(extreme ? Integer.MAX_VALUE / 4 * n : 7 * n).normalized();
      case "seconds" ->
          extreme ? Duration.ofSeconds(Long.MAX_VALUE / 4_000_000 * n) : Duration.ofMinutes(7L * n);
      case "string" -> "s".repeat(n + 4);
      case "binary" -> new byte[] {(byte) n, 1};
      case "date" -> Date.valueOf(java.time.LocalDate.of(2024, 2, 28).plusDays(n));
      case "timestamp" -> Timestamp.valueOf(LocalDateTime.of(2024, 2, 28, 12, 0).plusHours(n));
      case "timestamp_ntz" -> LocalDateTime.of(2024, 2, 28, 12, 0).plusHours(n);
      case "array" -> new Integer[] {n, 2};
      case "struct" -> RowFactory.create(n / 2, n % 2 == 0 ? "even" : null);
      default -> throw new IllegalArgumentException(column);
    };
  }

  /** Sums of these are exact in DOUBLE in any order. */
  private static double floating(int n, Random random) {
    return switch (random.nextInt(60)) {
      case 0 -> Double.NaN;
      case 1 -> Double.POSITIVE_INFINITY;
      case 2 -> Double.NEGATIVE_INFINITY;
      default -> n / 4.0;
    };
  }
}
