package io.sparkcumsum;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the job writes is read as it was, or is refused. */
class JobFormatTest {
  private static final int ROWS = 80;

  private static final String ATOMIC =
      "id INT, n BIGINT, b BOOLEAN, i1 TINYINT, i2 SMALLINT, f4 FLOAT, f8 DOUBLE, d1 DECIMAL(10,2),"
          + " d2 DECIMAL(38,38), d3 DECIMAL(38,0), `a, \"b\" \n.c ` STRING, day DATE, t TIMESTAMP,"
          + " l TIMESTAMP_NTZ, ym INTERVAL YEAR TO MONTH, y INTERVAL YEAR,"
          + " dt INTERVAL DAY TO SECOND, h INTERVAL HOUR";

  private static final String NESTED =
      ", bytes BINARY, a ARRAY<ARRAY<DOUBLE>>, m MAP<STRING, TIMESTAMP>,"
          + " s STRUCT<`x.y`: STRING, z: STRUCT<d: DATE, l: ARRAY<TIMESTAMP_NTZ>>>,"
          + " sa ARRAY<STRUCT<a: INT, s: STRING>>, ia ARRAY<INTERVAL DAY TO SECOND>";

  private static final String KEYED = ", k MAP<STRUCT<a: DATE, b: STRING>, INT>";

  private static final List<String> STRINGS =
      List.of(
          "",
          " ",
          " a",
          "a ",
          "\t",
          ",",
          ";",
          "\"",
          "\"\"",
          "\\",
          "\\\"",
          "\"\\",
          "a\\",
          "\n",
          "\r",
          "\r\n",
          "\"\n\"",
          "\\\n\",",
          "#",
          "null",
          "NULL",
          "NaN",
          "\0",
          "größe 😀",
          "\u2028",
          "\ufeff",
          "'",
          "=1",
          "{}",
          "[",
          "1",
          "true",
          "1970-01-01",
          "\b\f\u000b");

  @TempDir private Path directory;

  private final SparkSession spark = Sessions.shared();
  private Random random;

  @ParameterizedTest
  @EnumSource
  void readsWhatWasWritten(JobFormat format) {
    random = Seeds.random("JobFormatTest " + format, 31);
    StructType schema =
        StructType.fromDDL(
            switch (format) {
              case csv -> ATOMIC;
              case json -> ATOMIC + NESTED;
              case parquet, orc -> ATOMIC + NESTED + KEYED;
            });
    List<Row> rows = new ArrayList<>();
    for (int id = 0; id < ROWS; id++) {
      Object[] values = row(schema);
      values[0] = id;
      values[1] = random.nextLong(-99, 99);
      rows.add(RowFactory.create(values));
    }
    spark.createDataFrame(rows, schema).repartition(3).createOrReplaceGlobalTempView("written");
    Path out = directory.resolve("out");
    List<String> job =
        new ArrayList<>(
            List.of("--table", "global_temp.written", "--column", "n", "--order-by", "id"));
    job.addAll(List.of("--out", out.toString(), "--out-format", format.name()));
    if (format == JobFormat.csv || format == JobFormat.json) {
      // Its offset was 3 hours, 30 minutes and 52 seconds.
      job.addAll(List.of("--out-option", "timeZone=America/St_Johns"));
    }
    CumsumJobTest.Outcome outcome = CumsumJobTest.run(job);
    assertThat(outcome.stderr()).isEmpty();

    Dataset<Row> written = spark.table("global_temp.written");
    DataFrameReader reader = spark.read();
    if (format == JobFormat.csv) {
      reader.option("header", true).option("multiLine", true).option("lineSep", "\n");
      reader.option("nullValue", "(null)");
    }
    if (format == JobFormat.csv || format == JobFormat.json) {
      reader.schema(schema.add("n_cumsum", "BIGINT"));
    }
    Dataset<Row> read = reader.format(format.name()).load(out.toString());
    assertThat(read.columns()).startsWith(schema.fieldNames()).endsWith("n_cumsum");
    assertThat(bits(read.drop("n_cumsum"))).isEqualTo(bits(written));
  }

  private static List<InternalRow> bits(Dataset<Row> rows) {
    return Arrays.asList(rows.sort("id").queryExecution().executedPlan().executeCollect());
  }

  private Object value(DataType type) {
    return random.nextInt(6) == 0 ? null : anyBut(type);
  }

  /** Any value but NULL. */
  private Object anyBut(DataType type) {
    if (type instanceof ArrayType array) {
      return random.ints(random.nextInt(3)).mapToObj(i -> value(array.elementType())).toArray();
    } else if (type instanceof MapType map) {
      // Of more entries the order may change.
      return random.nextInt(4) == 0
          ? Map.of()
          : java.util.Collections.singletonMap(anyBut(map.keyType()), value(map.valueType()));
    } else if (type instanceof StructType struct) {
      return RowFactory.create(row(struct));
    } else if (type instanceof DecimalType decimal) {
      BigInteger limit = BigInteger.TEN.pow(decimal.precision());
      BigInteger digits = new BigInteger(random.nextInt(1, 130), random).mod(limit);
      return new BigDecimal(random.nextBoolean() ? digits : digits.negate(), decimal.scale());
    }
    return switch (type.sql()) {
      case "BOOLEAN" -> random.nextBoolean();
      case "TINYINT" -> (byte) random.nextInt();
      case "SMALLINT" -> (short) random.nextInt();
      case "INT" -> random.nextInt();
      case "BIGINT" -> random.nextLong();
      case "FLOAT" -> pick(Float.NaN, -0.0f, Float.MIN_VALUE, random.nextFloat(), 1 / 0f);
      case "DOUBLE" -> pick(Double.NaN, -0.0, Double.MIN_VALUE, random.nextDouble(), -1 / 0.0);
      case "STRING" -> pick(STRINGS.toArray()) + (String) pick(STRINGS.toArray());
      case "BINARY" -> pick(new byte[0], new byte[] {0, (byte) 255, 10, (byte) random.nextInt()});
      case "DATE" -> LocalDate.ofEpochDay(second() / 86_400);
      case "TIMESTAMP" -> Instant.ofEpochSecond(second(), nanos());
      case "TIMESTAMP_NTZ" -> LocalDateTime.ofEpochSecond(second(), nanos(), ZoneOffset.UTC);
      case "INTERVAL YEAR TO MONTH" -> Period.ofMonths(random.nextInt());
      case "INTERVAL YEAR" -> Period.ofYears(random.nextInt(-99, 99));
      case "INTERVAL DAY TO SECOND" -> Duration.ofSeconds(second(), nanos());
      case "INTERVAL HOUR" -> Duration.ofHours(random.nextInt(-99, 99));
      default -> throw new IllegalArgumentException(type.sql());
    };
  }

  private Object[] row(StructType type) {
    return Arrays.stream(type.fields()).map(StructField::dataType).map(this::value).toArray();
  }

  private Object pick(Object... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** Of today, of before there were time zones, and of years with more or less than four digits. */
  private long second() {
    long year = (long) pick(1900L, 1582L, 1L, 9999L, 20_000L, -20L) + random.nextInt(100);
    return (year - 1970) * 31_556_952 + random.nextInt(31_556_952);
  }

  private int nanos() {
    return random.nextInt(1_000_000) * (int) pick(1000, 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "csv | 2 | binary('a') AS c | column `c` of type BINARY; write parquet, or .*--query",
        "csv | 2 | array(1) AS c | .*UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE.*ARRAY<INT>.*",
        "csv | 2 | 1 AS `` | a column named ``; rename it with --query",
        "csv | 2 | 1 AS _corrupt_record | a column named `_corrupt_record`; rename it with --query",
        "csv | 2 | 1 AS c, 2 AS C | .*COLUMN_ALREADY_EXISTS.*`c`.*",
        "csv | 1 | CAST(X'61ff' AS STRING) AS c | .*INVALID_UTF8_STRING.*xFF.*",
        "json | 2 | array(map(1, 2)) AS c | column `c` of type ARRAY<MAP<INT, INT>>; .*",
        "json | 2 | parse_json('1') AS c | column `c` of type VARIANT; .*",
        "json | 2 | 1 AS _corrupt_record | a column named `_corrupt_record`; .*",
        "json | 2 | named_struct('c', 1, 'C', 2) AS c | .*COLUMN_ALREADY_EXISTS.*`c`.*",
        "json | 1 | map('a', named_struct('b', array(CAST(X'ff' AS STRING)))) AS c |"
            + " .*INVALID_UTF8_STRING.*xFF.*",
        "json | 1 | map(CAST(X'ff' AS STRING), 1) AS c | .*INVALID_UTF8_STRING.*xFF.*",
        "orc | 2 | named_struct('`', 1) AS c | column `c` of type STRUCT<````: .*",
        "orc | 2 | 1 AS `` | a column named ``; .*",
        "orc | 2 | NULL AS c | .*UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE.*VOID.*",
        "orc | 1 | DATE'1582-10-05' AS c | .*ORC has no days from 1582-10-05 to 1582-10-14.*",
        "orc | 1 | array(TIMESTAMP'1582-10-10 12:00:00Z') AS c | .*ORC has no days from 1582.*",
        "parquet | 2 | make_interval(1) AS c | .*UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE.*INTERVAL.*",
        "parquet | 2 | array(named_struct('c', 1, 'C', 2)) AS c | .*COLUMN_ALREADY_EXISTS.*`c`.*",
      })
  void refusesWhatTheFormatWouldChange(String format, int status, String column, String message)
      throws Exception {
    CumsumJobTest.Outcome outcome =
        CumsumJobTest.run(
            List.of(
                "--query",
                "SELECT id, " + column + " FROM range(3)",
                "--column=id",
                "--natural-order",
                "--out=" + directory.resolve("out"),
                "--out-format=" + format));
    assertThat(outcome.stderr())
        .matches("error: (--out-format " + format + " cannot hold )?" + message + "\n");
    assertThat(outcome.status()).isEqualTo(status);
    try (var left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void keepsColumnsOfNulls() {
    Path out = directory.resolve("out");
    CumsumJobTest.Outcome outcome =
        CumsumJobTest.run(
            List.of(
                "--query",
                "SELECT id, CAST(NULL AS INT) AS c, named_struct('d', CAST(NULL AS INT)) AS s"
                    + " FROM range(3)",
                "--column=id",
                "--natural-order",
                "--out-format=json",
                "--out=" + out));
    assertThat(outcome.stderr()).isEmpty();
    assertThat(spark.read().json(out.toString()).selectExpr("c", "s.d").distinct().collectAsList())
        .hasToString("[[null,null]]");
  }

  @Test
  void keepsRowsOfOneNull() {
    Path out = directory.resolve("out");
    CumsumJobTest.Outcome outcome =
        CumsumJobTest.run(
            List.of(
                "--query",
                "SELECT * FROM VALUES (1.5D), (NULL), (2D) AS t (x)",
                "--column=x",
                "--result-column=x",
                "--natural-order",
                "--out-format=csv",
                "--out=" + out));
    assertThat(outcome.stderr()).isEmpty();
    assertThat(
            spark
                .read()
                .schema("x DOUBLE")
                .option("header", true)
                .csv(out.toString())
                .sort("x")
                .collectAsList())
        .hasToString("[[null], [1.5], [3.5]]");
  }
}
