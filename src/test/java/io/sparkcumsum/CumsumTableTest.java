package io.sparkcumsum;

import static java.util.stream.Collectors.joining;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkcumsum.array.CumulativeFunction;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table function: its arguments, where it may stand in a query, and its errors. */
class CumsumTableTest {
  private final SparkSession spark = Sessions.shared().newSession();

  @BeforeEach
  void createMatrix() {
    spark
        .sql(
            "SELECT * FROM VALUES (2, array(1, 3, 5), 10, 's'), (1, array(2, 4, 6), 20, 't')"
                + " AS m(row, values, n, text)")
        .createOrReplaceTempView("m");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'values', axis => 0, order_by => array('row') | [2, 4, 6] [3, 7, 11]",
        "'values', 0, order_by => 'row' | [2, 4, 6] [3, 7, 11]",
        "columns => array('values'), axis => -2, order_by => 'row ASC' | [2, 4, 6] [3, 7, 11]",
        "'values', axis => 0, order_by => 'row desc' | [1, 3, 5] [3, 7, 11]",
        "'values', order_by => 'row' | [2, 6, 12] [13, 16, 21]",
        "'values', NULL, NULL, NULL, 'row', false | [2, 6, 12] [13, 16, 21]",
        "'values', axis => 1 | [1, 4, 9] [2, 6, 12]",
        "'values', axis => -1L | [1, 4, 9] [2, 6, 12]",
        "'n', dtype => 'float64', order_by => 'row' | 20.0 30.0",
        "'n', natural_order => true | 10 30",
        "'n', out => 'n', order_by => array('text desc nulls last', 'row') | 20 30",
      })
  void hasTheResultsOfTheDataFrameApi(String arguments, String results) {
    Dataset<Row> df = spark.sql("SELECT * FROM cumsum_table(TABLE(m), " + arguments + ")");
    int result = arguments.contains("out") ? 2 : 4;
    assertThat(df.collectAsList())
        .extracting(row -> String.valueOf(row.get(result)).replaceAll("ArraySeq\\((.*)\\)", "[$1]"))
        .containsExactly(results.split(" (?=\\[)|(?<=\\d) (?=\\d)"));
  }

  @Test
  void isOneScanForAllColumns() {
    Dataset<Row> df =
        spark.sql(
            "SELECT * FROM cumsum_table(input => TABLE(SELECT row, n, row * 2 AS k FROM m),"
                + " columns => array('n', 'k'), out => array('a', 'b'), order_by => 'row')");
    assertThat(df.collectAsList().toString()).isEqualTo("[[1,20,2,20,2], [2,10,4,30,6]]");
    assertThat(df.queryExecution().executedPlan().toString().split("PrefixScan", -1)).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "WITH t AS (SELECT row, n FROM m) SELECT n_cumsum AS s FROM cumsum_table(TABLE(t), 'n',"
            + " order_by => 'row')",
        "SELECT s FROM cumsum_table(TABLE(SELECT row, n FROM m), 'n', order_by => 'row')"
            + " AS t(row, n, s)",
        "SELECT l.s FROM cumsum_table(TABLE(m), 'n', out => 's', order_by => 'row') l"
            + " JOIN cumsum_table(TABLE(m), 'n', out => 's', order_by => 'row') r USING (row, s)"
            + " ORDER BY row",
        "WITH t AS (SELECT * FROM cumsum_table(TABLE(m), 'n', out => 's', order_by => 'row'))"
            + " SELECT l.s FROM t l JOIN t r USING (row, s) ORDER BY row",
        "SELECT (SELECT max(n_cumsum) FROM cumsum_table(TABLE(m), 'n', order_by => 'row')) - 10 AS"
            + " s UNION ALL SELECT 30",
        "SELECT n_cumsum_cumsum - n_cumsum + 20 - (row - 1) * 10 AS s FROM"
            + " cumsum_table(TABLE(SELECT * FROM cumsum_table(TABLE(m), 'n', order_by => 'row')),"
            + " 'n_cumsum', order_by => 'row')",
      })
  void standsWhereverATableMay(String query) {
    assertThat(spark.sql(query).collectAsList())
        .extracting(row -> ((Number) row.getAs("s")).longValue())
        .containsExactly(20L, 30L);
  }

  @Test
  void viewsAndParametersOfQueries() {
    spark.sql(
        "CREATE TEMPORARY VIEW totals AS"
            + " SELECT * FROM cumsum_table(TABLE(m), 'n', order_by => 'row')");
    assertThat(spark.table("totals").agg(java.util.Map.of("n_cumsum", "sum")).first().getLong(0))
        .isEqualTo(50);
    assertThat(
            spark
                .sql(
                    "SELECT * FROM cumsum_table(TABLE(m), :column, axis => :axis, order_by => :by)",
                    java.util.Map.of("column", "n", "axis", 0, "by", "row"))
                .count())
        .isEqualTo(2);
  }

  /** The order of what ends with ORDER BY, which knows expressions and columns that are dropped. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT row, n FROM m ORDER BY row | 1 20 20, 2 10 30",
        "SELECT row, n FROM m ORDER BY abs(row - 2), text | 2 10 10, 1 20 30",
        "SELECT row + 0 AS k, n FROM m ORDER BY text DESC NULLS LAST | 1 20 20, 2 10 30",
        "SELECT row, n FROM m AS q ORDER BY q.row DESC, q.text | 2 10 10, 1 20 30",
        "SELECT row, sum(n) AS n FROM m GROUP BY row ORDER BY max(text) | 2 10 10, 1 20 30",
        "SELECT DISTINCT row, n FROM m ORDER BY row | 1 20 20, 2 10 30",
        "SELECT * FROM (SELECT n, row FROM m ORDER BY row) | 20 1 20, 10 2 30",
        "sorted | 1 20 20, 2 10 30",
      })
  void theOrderOfAQuery(String table, String rows) {
    spark
        .table("m")
        .select("row", "n")
        .orderBy(col("text").desc())
        .createOrReplaceTempView("sorted");
    Dataset<Row> df =
        spark.sql("SELECT * FROM cumsum_table(TABLE(" + table + "), 'n', order_by => true)");
    assertThat(df.collectAsList())
        .extracting(row -> row.mkString(" "))
        .containsExactly(rows.split(", "));
    String plan = df.queryExecution().executedPlan().toString();
    assertThat(plan).contains("PrefixScan").doesNotContain("rangepartitioning");
  }

  @Test
  void theOrderOfAQueryIsNotMadeWhereItDoesNotMatter() {
    Dataset<Row> df =
        spark.sql(
            "SELECT * FROM cumsum_table(TABLE(SELECT values FROM m ORDER BY row), 'values',"
                + " axis => -1, order_by => true)");
    assertThat(df.count()).isEqualTo(2);
    assertThat(df.queryExecution().executedPlan().toString()).doesNotContain("Exchange", "Sort ");
  }

  @Test
  void aliasesAndMetadataColumns(@TempDir Path directory) {
    String files = "parquet.`" + directory.resolve("files") + "`";
    spark.table("m").coalesce(1).write().parquet(directory.resolve("files").toString());
    assertThat(
            spark
                .sql(
                    "SELECT row, n_cumsum, row_index_cumsum FROM cumsum_table(TABLE(SELECT * FROM "
                        + files
                        + " AS q), array('q.n', '_metadata.row_index'), order_by =>"
                        + " array('_metadata.file_path', '_metadata.row_index DESC', 'q.row'))")
                .collectAsList())
        .extracting(row -> row.mkString(" "))
        .containsExactly("1 20 1", "2 30 1");
  }

  /** Names that SQL has to quote, in the columns and in the order. */
  @ParameterizedTest
  @ValueSource(strings = {"a`b", "a\nb", "`x`", "a.b", "x desc", "", "😀 'q\""})
  void namesOfAllKinds(String name) {
    spark
        .sql("SELECT * FROM VALUES (3, 1), (1, 2), (2, 3) AS t(k, x)")
        .toDF(name, "x")
        .createOrReplaceTempView("names");
    String quoted = "`" + name.replace("`", "``") + "`";
    for (String direction : List.of("", " asc", " desc")) {
      Dataset<Row> df =
          spark.sql(
              "SELECT * FROM cumsum_table(TABLE(names), :name, out => 's', order_by => :order)",
              java.util.Map.of("name", quoted, "order", quoted + direction));
      assertThat(df.collectAsList())
          .extracting(row -> row.getInt(0) + " " + row.getLong(2))
          .containsExactly(
              direction.equals(" desc")
                  ? new String[] {"3 3", "2 5", "1 6"}
                  : new String[] {"1 1", "2 3", "3 6"});
    }
  }

  @ParameterizedTest
  @EnumSource
  void documentedExamplesGiveTheirResults(CumulativeFunction function) {
    List<Row> described =
        spark.sql("DESCRIBE FUNCTION EXTENDED " + function.sqlName() + "_table").collectAsList();
    String text = described.stream().map(row -> row.getString(0)).collect(joining("\n"));
    String[] examples = text.split("\n\\s*> ");
    assertThat(examples).hasSize(2);
    for (String example : List.of(examples).subList(1, examples.length)) {
      String[] parts = example.split(";", 2);
      String shown =
          spark.sql(parts[0]).collectAsList().stream()
              .map(row -> row.mkString("\t").replaceAll("ArraySeq\\((.*)\\)", "[$1]"))
              .collect(joining("\n"));
      String expected =
          parts[1].split("\n\n", 2)[0].strip().lines().map(String::strip).collect(joining("\n"));
      assertThat(shown.replace(", ", ",")).as(example).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TABLE(m), 'n' | CUMSUM_ORDER_REQUIRED",
        "TABLE(m), 'n', order_by => 'row', natural_order => true | CUMSUM_ORDER_CONFLICT",
        "TABLE(m), 'values', axis => 2, order_by => 'row' | CUMSUM_AXIS_OUT_OF_BOUNDS",
        "TABLE(m), 'n', dtype => 'complex128', order_by => 'row' | CUMSUM_UNKNOWN_DTYPE",
        "TABLE(m), 'n', out => 'text', order_by => 'row' | CUMSUM_OUT_INCOMPATIBLE",
        "TABLE(m), 'n', out => array('a', 'b'), order_by => 'row' | CUMSUM_OUT_COUNT_MISMATCH",
        "TABLE(m), 'nope', order_by => 'row' | UNRESOLVED_COLUMN.WITH_SUGGESTION",
        "TABLE(m), 'n', order_by => 'nope' | UNRESOLVED_COLUMN.WITH_SUGGESTION",
        "TABLE(m), 'n', order_by => 'row; DROP TABLE m' | UNRESOLVED_COLUMN.WITH_SUGGESTION",
        "TABLE(m), 'n', order_by => '`row' | INVALID_ATTRIBUTE_NAME_SYNTAX",
        "TABLE(m), 'text', order_by => 'row' | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        "TABLE(m), NULL, order_by => 'row' | CUMSUM_INVALID_ARGUMENT",
        "TABLE(m), array(), order_by => 'row' | CUMSUM_INVALID_ARGUMENT",
        "TABLE(m), array('n', NULL), order_by => 'row' | CUMSUM_INVALID_ARGUMENT",
        "TABLE(m), 7, order_by => 'row' | CUMSUM_INVALID_ARGUMENT",
        "TABLE(m), 'n', axis => '0', order_by => 'row' | CUMSUM_INVALID_ARGUMENT",
        "TABLE(m), 'n', axis => 3000000000, order_by => 'row' | CUMSUM_INVALID_ARGUMENT",
        "TABLE(m), 'n', axis => int(rand()), order_by => 'row' | CUMSUM_INVALID_ARGUMENT",
        "TABLE(m), 'n', natural_order => 1 | CUMSUM_INVALID_ARGUMENT",
        "TABLE(m), 'n', order_by => true | CUMSUM_INVALID_ARGUMENT",
        "TABLE(SELECT * FROM m ORDER BY row), 'n', order_by => false | CUMSUM_INVALID_ARGUMENT",
        "TABLE(SELECT * FROM m ORDER BY row), 'n' | CUMSUM_ORDER_REQUIRED",
        "TABLE(SELECT * FROM m ORDER BY row), 'n', order_by => boolean(NULL) |"
            + " CUMSUM_ORDER_REQUIRED",
        "TABLE(SELECT * FROM m ORDER BY row LIMIT 1), 'n', order_by => true |"
            + " CUMSUM_INVALID_ARGUMENT",
        "TABLE(SELECT * FROM m SORT BY row), 'n', order_by => true | CUMSUM_INVALID_ARGUMENT",
        "TABLE(SELECT n + 1 AS n FROM (SELECT * FROM m ORDER BY row)), 'n', order_by => true |"
            + " CUMSUM_INVALID_ARGUMENT",
        "TABLE(SELECT * FROM m ORDER BY row), 'n', order_by => true, natural_order => true |"
            + " CUMSUM_ORDER_CONFLICT",
        "array(1, 2), 'n' | CUMSUM_INVALID_ARGUMENT",
        "TABLE(m) | REQUIRED_PARAMETER_NOT_FOUND",
        "TABLE(m), 'n', columns => 'n' | DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT",
        "TABLE(m), 'n', axes => 0 | UNRECOGNIZED_PARAMETER_NAME",
        "TABLE(nope), 'n' | TABLE_OR_VIEW_NOT_FOUND",
      })
  void errors(String arguments, String condition) {
    assertThatThrownBy(() -> spark.sql("SELECT * FROM cumsum_table(" + arguments + ")"))
        .isInstanceOfSatisfying(
            SparkThrowable.class, error -> assertThat(error.getCondition()).startsWith(condition));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LATERAL (SELECT * FROM cumsum_table(TABLE(SELECT * FROM range(5) WHERE id < m.row), 'id',"
            + " order_by => 'id'))",
        "LATERAL cumsum_table(TABLE(SELECT * FROM range(5) WHERE id < m.row), 'id',"
            + " order_by => 'id')"
      })
  void theTableMayNotDependOnTheRowOfAnother(String table) {
    assertThatThrownBy(() -> spark.sql("SELECT * FROM m, " + table).collectAsList())
        .isInstanceOfSatisfying(
            SparkThrowable.class,
            error -> assertThat(error.getCondition()).startsWith("UNRESOLVED_COLUMN"));
  }
}
