package io.sparkcumsum.array;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkcumsum.Cumsum;
import io.sparkcumsum.Sessions;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The SQL function: its arguments, types, nulls and errors. NumPy's values have their own test. */
class ArrayFunctionTest {
  private static final Pattern EXAMPLE = Pattern.compile("> (.+);\n\\s+(.+)\n");

  private final SparkSession spark = Sessions.shared().newSession();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cumsum(10) | [10]",
        "cumsum(true) | [1]",
        "cumsum(array(array(2, 4, 6), array(1, 3, 5))) | [2,6,12,13,16,21]",
        "cumsum(array(array(2, 4, 6), array(1, 3, 5)), 1) | [[2,6,12],[1,4,9]]",
        "cumsum(array(array(2, 4, 6), array(1, 3, 5)), 0) | [[2,4,6],[3,7,11]]",
        "cumsum(array(array(2, 4, 6), array(1, 3, 5)), NULL) | [2,6,12,13,16,21]",
        "cumsum(array(1.5D, 1.5D, 1.5D), NULL, 'int64') | [1,2,3]",
        "cumsum(dtype => 'bigint', arr => array(1.5D, 1.5D), axis => 0) | [1,2]",
        "cumsum(array(0.1, 0.2)) | [0.1,0.3]",
        "cumsum(array(true, false, true)) | [1,1,2]",
        "cumsum(array(false, true, false), 0, 'bool') | [false,true,true]",
      })
  void textbookExamples(String call, String expected) {
    assertThat(json(call)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cumsum(array(1, NULL, 3)) | [1,null,4]",
        "cumsum(array(NULL, 1.5D, NULL)) | [null,1.5,null]",
        "cumsum(array(CAST(NULL AS INT))) | [null]",
        "cumsum(array(array(1, 2), NULL, array(3, NULL)), 0) | [[1,2],null,[4,null]]",
        "cumsum(array(array(1, 2), NULL, array(3, NULL)), 1) | [[1,3],null,[3,null]]",
        "cumsum(array(array(1, 2), NULL, array(3, NULL, 5))) | [1,3,6,null,11]",
      })
  void nullsStayInPlaceAndTheSumCarriesOn(String call, String expected) {
    assertThat(json(call)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "cumsum(CAST(NULL AS ARRAY<INT>))",
    "'cumsum(CAST(NULL AS ARRAY<ARRAY<INT>>), 0)'",
    "cumsum(CAST(NULL AS INT))",
    "cumsum(NULL)"
  })
  void nullGivesNull(String call) {
    assertThat(spark.sql("SELECT " + call).first().isNullAt(0)).isTrue();
  }

  @Test
  void aScalarThatIsNullOnceCastGivesNull() {
    spark.conf().set("spark.sql.ansi.enabled", false);
    Dataset<Row> tooLarge =
        spark.range(0, 2, 1, 1).selectExpr("CAST(id + 1 AS DOUBLE) * 1e10 AS x");
    Dataset<Row> sums = tooLarge.selectExpr("cumsum(x, NULL, 'decimal(5,2)') AS s");
    assertThat(sums.where("s IS NULL").count()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cumsum(array()) | [] | array<double>",
        "cumsum(CAST(array() AS ARRAY<SMALLINT>)) | [] | array<bigint>",
        "cumsum(CAST(array() AS ARRAY<ARRAY<FLOAT>>)) | [] | array<float>",
        "cumsum(CAST(array() AS ARRAY<ARRAY<FLOAT>>), 1) | [] | array<array<float>>",
        "cumsum(CAST(array(array(), array()) AS ARRAY<ARRAY<INT>>), 0) | [[],[]] |"
            + " array<array<bigint>>",
      })
  void emptyArraysKeepTheirShape(String call, String expected, String type) {
    assertThat(json(call)).isEqualTo(expected);
    assertThat(type(call)).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BOOLEAN | array<bigint>",
        "TINYINT | array<bigint>",
        "SMALLINT | array<bigint>",
        "INT | array<bigint>",
        "BIGINT | array<bigint>",
        "FLOAT | array<float>",
        "DOUBLE | array<double>",
        "DECIMAL(7,2) | array<decimal(17,2)>",
        "DECIMAL(30,4) | array<decimal(38,4)>",
        "INTERVAL DAY TO SECOND | array<interval day to second>",
        "INTERVAL HOUR | array<interval hour>",
        "INTERVAL YEAR TO MONTH | array<interval year to month>",
      })
  void typesArePromotedAsNumPyAndSparkDo(String element, String sum) {
    assertThat(type("cumsum(CAST(NULL AS ARRAY<" + element + ">))")).isEqualTo(sum);
    assertThat(type("cumsum(CAST(NULL AS " + element + "))")).isEqualTo(sum);
  }

  @ParameterizedTest
  @CsvSource({
    "bool, boolean", "int8, tinyint", "int16, smallint", "int32, int", "int64, bigint",
    "float32, float", "float64, double", "BIGINT, bigint", "Float, float", "int, int",
    "'decimal(20,3)', 'decimal(20,3)'", "' Float64 ', double"
  })
  void dtypesHaveTheNamesOfNumPyAndOfSpark(String dtype, String type) {
    assertThat(type("cumsum(array(1, 2), 0, '" + dtype + "')")).isEqualTo("array<" + type + ">");
  }

  @Test
  void intervalsAreAdded() {
    String days = "cumsum(array(INTERVAL '1' DAY, INTERVAL '2' DAY))";
    assertThat(type(days)).isEqualTo("array<interval day>");
    assertThat(spark.sql("SELECT " + days).first().<Duration>getList(0))
        .containsExactly(Duration.ofDays(1), Duration.ofDays(3));
    assertThatThrownBy(
            () -> json("cumsum(array(INTERVAL '178956970-7' YEAR TO MONTH, INTERVAL '1' MONTH))"))
        .hasMessageContaining("INTERVAL_ARITHMETIC_OVERFLOW");
  }

  @Test
  void overflowFollowsAnsi() {
    String tooLarge = "cumsum(array(9223372036854775807, 1))";
    String tooLargeByte = "cumsum(array(127Y, 1Y), 0, 'int8')";
    String tooLargeDecimal = "cumsum(array(9.9BD, 0.1BD, -5.0BD), 0, 'decimal(2,1)')";
    for (String call : List.of(tooLarge, tooLargeByte, tooLargeDecimal)) {
      assertThatThrownBy(() -> json(call))
          .isInstanceOf(ArithmeticException.class)
          .hasMessageContaining("[ARITHMETIC_OVERFLOW]")
          .hasMessageContaining("overflow in cumsum");
    }
    spark.conf().set("spark.sql.ansi.enabled", false);
    assertThat(json(tooLarge)).isEqualTo("[9223372036854775807,-9223372036854775808]");
    assertThat(json(tooLargeByte)).isEqualTo("[127,-128]");
    assertThat(json(tooLargeDecimal)).isEqualTo("[9.9,null,5.0]");
  }

  @Test
  void raggedArraysFailOnlyWhereTheAxisCrossesThem() {
    String ragged = "array(array(1, 2, 3), array(4, 5))";
    assertThatThrownBy(() -> json("cumsum(" + ragged + ", 0)"))
        .hasMessageContaining("CUMSUM_RAGGED_ARRAY")
        .hasMessageContaining("lengths, 3 and 2");
    assertThat(json("cumsum(" + ragged + ", 1)")).isEqualTo("[[1,3,6],[4,9]]");
    assertThat(json("cumsum(" + ragged + ")")).isEqualTo("[1,3,6,10,15]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cumsum() | REQUIRED_PARAMETER_NOT_FOUND",
        "cumsum(array(1), 0, 'int8', 1) | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        "cumsum(array(1), 0, 'int8', true, true, true) | WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
        "cumsum(array(1), axes => 0) | UNRECOGNIZED_PARAMETER_NAME",
        "cumsum(array(1), arr => array(1)) |"
            + " DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.BOTH_POSITIONAL_AND_NAMED",
        "cumsum('x') | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        "cumsum(array('x'), 0, 'int64') | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        "cumsum(current_date()) | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        "cumsum(current_timestamp()) | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        "cumsum(X'00') | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        "cumsum(map(1, 2)) | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        "cumsum(struct(1)) | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        "cumsum(array(1), '0') | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        "cumsum(array(1), 0.5) | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        "cumsum(array(1), 0, 8) | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        "cumsum(array(1), CAST(rand() AS INT)) | DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
        "cumsum(array(1), 0, 'int99') | CUMSUM_UNKNOWN_DTYPE",
        "cumsum(array(1), 0, 'string') | CUMSUM_UNKNOWN_DTYPE",
        "cumsum(array(1), 0, '') | CUMSUM_UNKNOWN_DTYPE",
        "cumsum(array(INTERVAL '1' DAY), 0, 'float64') |"
            + " DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION",
        "cumsum(array(1), 1) | CUMSUM_AXIS_OUT_OF_BOUNDS",
        "cumsum(array(1), -2) | CUMSUM_AXIS_OUT_OF_BOUNDS",
        "cumsum(10, 1) | CUMSUM_AXIS_OUT_OF_BOUNDS",
        "cumsum(array(1), 99999999999) | CUMSUM_AXIS_OUT_OF_BOUNDS",
      })
  void wrongCallsAreAnalysisErrors(String call, String condition) {
    assertThatThrownBy(() -> spark.sql("SELECT " + call))
        .isInstanceOfSatisfying(
            SparkThrowable.class, e -> assertThat(e.getCondition()).isEqualTo(condition));
  }

  @Test
  void runsInsideGeneratedCode() {
    Dataset<Row> arrays = spark.range(5).selectExpr("array(id, id + 1) AS a");
    Dataset<Row> sums = arrays.select(Cumsum.cumsum(col("a")));
    assertThat(sums.queryExecution().executedPlan().toString())
        .startsWith("*(1) Project [cumsum(array(id#");
  }

  @Test
  void worksWhereverAFunctionMayStand() {
    spark.sql("CREATE OR REPLACE TEMPORARY VIEW sums AS SELECT cumsum(array(1, 2)) AS s");
    assertThat(spark.sql("SELECT s[1] FROM sums").first().getLong(0)).isEqualTo(3);
    assertThat(json("transform(array(array(1, 2), array(3)), x -> cumsum(x))"))
        .isEqualTo("[[1,3],[3]]");
    assertThat(json("cumsum(cumsum(array(array(1, 2), array(3, 4)), 0), 1)"))
        .isEqualTo("[[1,3],[4,10]]");
    assertThat(
            spark
                .sql("SELECT count(*) FROM range(10) WHERE cumsum(array(id, 1L))[1] > 5")
                .first()
                .getLong(0))
        .isEqualTo(5);
    assertThat(
            spark
                .sql("SELECT cumsum(collect_list(id)) FROM range(0, 4, 1, 1) GROUP BY id % 1")
                .first()
                .<Long>getList(0))
        .isEqualTo(List.of(0L, 1L, 3L, 6L));
    assertThat(
            spark
                .sql("SELECT cumsum(array(1, id)) AS s, count(*) FROM range(4) GROUP BY s")
                .count())
        .isEqualTo(4);
  }

  @Test
  void nothingPassesFromRowToRow() {
    Dataset<Row> same = spark.range(0, 100, 1, 1).selectExpr("cumsum(array(1, 2)) AS s");
    assertThat(same.distinct().count()).isEqualTo(1);
  }

  @Test
  void theColumnIsNamedAsTheCall() {
    assertThat(spark.sql("SELECT cumsum(array(1), axis => 0)").columns())
        .containsExactly("cumsum(array(1), 0)");
    assertThat(spark.sql("SELECT cumsum(array(1), dtype => 'int8')").columns())
        .containsExactly("cumsum(array(1), NULL, int8)");
  }

  @ParameterizedTest
  @EnumSource
  void documentedExamplesGiveTheirResults(CumulativeFunction function) {
    String name = function.sqlName();
    String description =
        spark.sql("DESCRIBE FUNCTION EXTENDED " + name).collectAsList().stream()
            .map(row -> row.getString(0))
            .reduce("", (left, right) -> left + right + "\n");
    assertThat(description)
        .contains("Usage: " + name + "(arr[, axis[, dtype[, exclusive[, reverse", "Arguments:");
    Matcher example = EXAMPLE.matcher(description);
    int examples = 0;
    while (example.find()) {
      assertThat(json(example.group(1).replaceFirst("SELECT ", "")))
          .as(example.group(1))
          .isEqualTo(example.group(2));
      examples++;
    }
    assertThat(examples).isGreaterThanOrEqualTo(function == CumulativeFunction.CUMSUM ? 9 : 1);
  }

  private String json(String call) {
    String row = spark.sql("SELECT " + call + " AS s").toJSON().first();
    return row.replaceFirst("^\\{\"s\":(.*)}$", "$1");
  }

  private String type(String call) {
    return spark.sql("SELECT " + call + " AS s").schema().apply("s").dataType().catalogString();
  }
}
