package io.sparkcumsum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the catalog stores: views, SQL functions, defaults of columns, and tables. */
class CatalogTest {
  @TempDir private Path warehouse;

  /** The session that stores, and one that reads, with another current database. */
  private final SparkSession spark = Sessions.shared().newSession();

  private final SparkSession reader = Sessions.shared().newSession();

  private static final String TOTALS =
      "SELECT * FROM cumsum_table(TABLE(shop.sales), 'n', order_by => 'day')";

  @BeforeEach
  void createDatabase() {
    spark.sql("CREATE DATABASE shop LOCATION '" + warehouse.resolve("shop").toUri() + "'");
    spark.sql("USE shop");
    spark.sql(
        "CREATE VIEW sales AS SELECT * FROM VALUES (2, 5L, array(1, 3)), (1, 10L, array(2, 4))"
            + " AS t(day, n, items)");
  }

  @AfterEach
  void dropDatabase() {
    spark.sql("DROP DATABASE shop CASCADE");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT cumsum(array(1, 2)) AS c | {'c':[1,3]}",
        "SELECT cumsum(dtype => 'float64', axis => 0, arr => array(array(1, 2), array(3, 4))) AS c"
            + " | {'c':[[1.0,2.0],[4.0,6.0]]}",
        "SELECT cumsum(items) AS c FROM sales WHERE element_at(cumsum(items), -1) = 6"
            + " | {'c':[2,6]}",
        "SELECT transform(items, x -> cumsum(x)[0]) AS c FROM sales WHERE day = 1 | {'c':[2,4]}",
        "SELECT n_cumsum AS c FROM cumsum_table(TABLE(sales), 'n', order_by => 'day')"
            + " | {'c':10} {'c':15}",
        "WITH s AS (SELECT day, n FROM sales) SELECT s.day, c FROM s JOIN"
            + " cumsum_table(TABLE(s), 'n', order_by => 'day', out => 'c') r ON s.day = r.day"
            + " ORDER BY 1 | {'day':1,'c':10} {'day':2,'c':15}",
        "SELECT day, sum(n) OVER (ORDER BY day) AS c FROM sales"
            + " | {'day':1,'c':10} {'day':2,'c':15}",
      })
  void views(String query, String rows) {
    spark.sql("CREATE VIEW inner_view AS " + query);
    spark.sql("CREATE VIEW outer_view AS SELECT cumsum(c) AS c FROM inner_view LIMIT 0");
    assertThat(json("SELECT * FROM shop.inner_view")).isEqualTo(expected(rows));
    assertThat(json("SELECT * FROM shop.outer_view")).isEmpty();

    spark.sql("ALTER VIEW outer_view AS SELECT * FROM (" + query + ")");
    assertThat(json("SELECT * FROM shop.outer_view")).isEqualTo(expected(rows));

    spark.sql("CREATE GLOBAL TEMPORARY VIEW shop_view AS " + query);
    try {
      assertThat(json("SELECT * FROM global_temp.shop_view")).isEqualTo(expected(rows));
    } finally {
      spark.sql("DROP VIEW global_temp.shop_view");
    }
  }

  @Test
  void aStoredRunningWindowIsAScan() {
    spark.sql("CREATE VIEW w AS SELECT sum(n) OVER (ORDER BY day) AS c FROM sales");
    spark.sql("CREATE VIEW s AS SELECT * FROM cumsum_table(TABLE(sales), 'n', order_by => 'day')");
    for (String view : List.of("shop.w", "shop.s")) {
      assertThat(reader.table(view).queryExecution().executedPlan().toString())
          .as(view)
          .contains("PrefixScan");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "f(x ARRAY<INT>) RETURNS ARRAY<BIGINT> RETURN cumsum(x)"
            + " | SELECT shop.f(array(1, 2)) AS c | {'c':[1,3]}",
        "f(x ARRAY<BIGINT> DEFAULT cumsum(array(1, 2))) RETURNS BIGINT RETURN element_at(x, -1)"
            + " | SELECT shop.f() AS c | {'c':3}",
        "f(last INT) RETURNS BIGINT RETURN (SELECT max(n_cumsum) FROM"
            + " cumsum_table(TABLE(sales), 'n', order_by => 'day') WHERE day <= last)"
            + " | SELECT shop.f(1) + shop.f(2) AS c | {'c':25}",
        "f(last INT) RETURNS TABLE (c BIGINT) RETURN SELECT n_cumsum FROM totals WHERE day <= last"
            + " | SELECT * FROM f(1) | {'c':10}",
        "f(x ARRAY<INT>) RETURNS TABLE (c ARRAY<BIGINT>) RETURN SELECT cumsum(x)"
            + " | SELECT t.c FROM sales, LATERAL f(items) t WHERE day = 1 | {'c':[2,6]}",
      })
  void functions(String function, String query, String rows) {
    // Spark finds what is in a function, and table functions, by the reader's current database.
    reader.sql("USE shop");
    spark.sql("CREATE VIEW totals AS " + TOTALS);
    spark.sql("CREATE FUNCTION " + function);
    assertThat(json(query)).isEqualTo(expected(rows));
    spark.sql("CREATE VIEW over_f AS " + query);
    assertThat(json("SELECT * FROM shop.over_f")).isEqualTo(expected(rows));
    spark.sql("CREATE OR REPLACE FUNCTION " + function);
    assertThat(json(query)).isEqualTo(expected(rows));
  }

  /** Spark's limit, around which a view goes. */
  @Test
  void theQueryOfATableFunctionHasNoTableArgumentsYet() {
    spark.sql(
        "CREATE FUNCTION f() RETURNS TABLE (d INT, n BIGINT, a ARRAY<INT>, c BIGINT) RETURN "
            + TOTALS);
    assertThatThrownBy(() -> spark.sql("SELECT * FROM f()"))
        .hasMessageContaining("TABLE_VALUED_ARGUMENTS_NOT_YET_IMPLEMENTED_FOR_SQL_FUNCTIONS");
  }

  /** A default is stored as SQL of its value, which is what rows before it show. */
  @Test
  void defaultsOfAllTypes() {
    List<String> calls =
        List.of(
            "cumsum(array(1, NULL, 2))",
            "cumsum(array(true, false))",
            "cumsum(array(0.5, 1.25))",
            "cumsum(array(1.5D, double('NaN'), 1D))",
            "cumsum(array(1.5F, float('-inf')), 0, 'float')",
            "cumsum(array(INTERVAL '1' DAY, INTERVAL '36' HOUR))",
            "cumsum(array(INTERVAL '1' MONTH, INTERVAL '2' MONTH))",
            "cumsum(array(array(1, 2), NULL, array(3)), 1)",
            "cumsum(array(array(1, 2), array(3, 4)), 0, 'bool')",
            "cumsum(array())",
            "cumsum(CAST(NULL AS ARRAY<INT>))",
            "cumsum(7)");
    Dataset<Row> values = spark.sql("SELECT " + String.join(", ", calls));
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      String type = values.schema().apply(i).dataType().sql();
      columns.add("c" + i + " " + type + " DEFAULT " + calls.get(i));
    }
    spark.sql("CREATE TABLE d (k INT) USING json");
    spark.sql("INSERT INTO d VALUES (1)");
    spark.sql("ALTER TABLE d ADD COLUMNS (" + String.join(", ", columns) + ")");
    spark.sql("INSERT INTO d (k) VALUES (2)");
    String expected = values.first().mkString(" ");
    assertThat(reader.table("shop.d").drop("k").collectAsList())
        .extracting(row -> row.mkString(" "))
        .containsExactly(expected, expected);
  }

  @Test
  void defaultsOfColumns() {
    spark.sql(
        "CREATE TABLE d (k INT, c ARRAY<BIGINT> DEFAULT cumsum(array(1, 2), axis => 0))"
            + " USING parquet");
    spark.sql("INSERT INTO d (k) VALUES (1)");
    spark.sql("ALTER TABLE d ADD COLUMN e ARRAY<DOUBLE> DEFAULT cumsum(array(1, 2), 0, 'double')");
    spark.sql("ALTER TABLE d ALTER COLUMN c SET DEFAULT cumsum(array(5))");
    reader.sql("INSERT INTO shop.d (k) VALUES (2)");
    reader.sql("INSERT INTO shop.d VALUES (3, array(7L), DEFAULT)");
    assertThat(json("SELECT * FROM shop.d ORDER BY k"))
        .isEqualTo(
            expected(
                "{'k':1,'c':[1,3],'e':[1.0,3.0]} {'k':2,'c':[5],'e':[1.0,3.0]}"
                    + " {'k':3,'c':[7],'e':[1.0,3.0]}"));
  }

  @Test
  void scripts() {
    spark.conf().set("spark.sql.scripting.enabled", true);
    Dataset<Row> result =
        spark.sql(
            "BEGIN DECLARE x ARRAY<BIGINT> DEFAULT cumsum(array(1, 2));"
                + " CREATE VIEW c AS SELECT cumsum(array(3)) AS c;"
                + " SELECT concat(x, c) AS c FROM c; END");
    assertThat(result.toJSON().collectAsList()).isEqualTo(expected("{'c':[1,3,3]}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE c USING parquet AS SELECT cumsum(array(1, 2)) AS c",
        "CREATE TABLE c (c ARRAY<BIGINT>) USING parquet; INSERT INTO c SELECT cumsum(array(1, 2))",
        "CACHE TABLE cached AS SELECT cumsum(array(1, 2)) AS c;"
            + " CREATE TABLE c USING parquet AS SELECT * FROM cached; UNCACHE TABLE cached",
        "CREATE TEMPORARY VIEW t AS SELECT cumsum(array(1, 2)) AS c;"
            + " CREATE TABLE c USING parquet AS SELECT * FROM t",
        "DECLARE x = cumsum(array(1, 2)); CREATE TABLE c USING parquet AS SELECT x AS c",
        "DECLARE x ARRAY<BIGINT>; SET VAR x = cumsum(array(1, 2));"
            + " CREATE TABLE c USING parquet AS SELECT x AS c",
        "EXECUTE IMMEDIATE 'CREATE VIEW c AS SELECT cumsum(array(1, 2)) AS c'",
        "CREATE VIEW c AS SELECT `CumSum`(array(1, 2)) AS c",
        "CREATE VIEW c AS SELECT * FROM VALUES (cumsum(array(1, 2))) AS t(c)",
        "CREATE VIEW c AS SELECT cumsum(c) AS c FROM (SELECT array(n, 2) AS c FROM VALUES (1) t(n))",
      })
  void statements(String statements) {
    for (String statement : statements.split(";", -1)) {
      spark.sql(statement);
    }
    assertThat(json("SELECT * FROM shop.c")).isEqualTo(expected("{'c':[1,3]}"));
  }

  /** Spark applies the mode of what stored the query, to its own arithmetic too. */
  @ParameterizedTest
  @CsvSource({"true, VIEW", "false, VIEW", "true, FUNCTION", "false, FUNCTION"})
  void storedQueriesKeepTheModeTheyWereMadeIn(boolean ansi, String kind) {
    List<String> values =
        List.of(
            "9223372036854775807 + 1L",
            "element_at(cumsum(array(9223372036854775807, 1L)), 2)",
            "element_at(cumsum(array(9e37BD, 9e37BD), dtype => 'decimal(38,0)'), 2)",
            "element_at(cumsum(array(300), dtype => 'int8'), 1)",
            "(SELECT max(s) FROM (SELECT sum(9223372036854775806L + day) OVER (ORDER BY day) AS s"
                + " FROM shop.sales))",
            "(SELECT max(c) FROM cumsum_table("
                + "TABLE(SELECT day, 9223372036854775806L AS c FROM shop.sales),"
                + " 'c', order_by => 'day', out => 'c'))");
    spark.conf().set("spark.sql.ansi.enabled", ansi);
    reader.conf().set("spark.sql.ansi.enabled", !ansi);
    for (int i = 0; i < values.size(); i++) {
      String name = "v" + i;
      if (kind.equals("VIEW")) {
        spark.sql("CREATE VIEW " + name + " AS SELECT " + values.get(i) + " AS c");
      } else {
        spark.sql("CREATE FUNCTION " + name + "() RETURNS STRING RETURN " + values.get(i));
      }
      String query = kind.equals("VIEW") ? "SELECT * FROM shop." : "SELECT shop." + name + "() AS ";
      Throwable error = catchThrowable(() -> json(query + name));
      if (ansi) {
        assertThat(error).as(values.get(i)).hasStackTraceContaining("OVERFLOW");
      } else {
        assertThat(error).as(values.get(i)).isNull();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"cumsum, Returns the cumulative sum", "cumsum_table, Returns the table"})
  void theCatalogShowsThem(String name, String usage) throws AnalysisException {
    assertThat(spark.catalog().functionExists(name)).isTrue();
    assertThat(spark.catalog().getFunction(name).description()).contains(usage);
    assertThat(spark.catalog().listFunctions().filter("name = '" + name + "'").count()).isOne();
    assertThat(spark.sql("SHOW FUNCTIONS LIKE '" + name + "'").first().getString(0))
        .isEqualTo(name);
    assertThat(spark.sql("DESCRIBE FUNCTION " + name).collectAsList().toString()).contains(usage);
  }

  @Test
  void namesOfTheSystemCatalog() {
    assumeThat(spark.version()).isGreaterThanOrEqualTo("4.2");
    assertThat(json("SELECT system.builtin.cumsum(array(1, 2)) AS c"))
        .isEqualTo(expected("{'c':[1,3]}"));
    assertThat(
            json(
                "SELECT n_cumsum AS c FROM builtin.cumsum_table(TABLE(shop.sales), 'n',"
                    + " order_by => 'day') WHERE day = 2"))
        .isEqualTo(expected("{'c':15}"));
  }

  @Test
  void cannotBeDropped() {
    assertThatThrownBy(() -> spark.sql("DROP TEMPORARY FUNCTION cumsum"))
        .isInstanceOf(AnalysisException.class);
    assertThat(spark.sql("SELECT cumsum(7)[0]").first().getLong(0)).isEqualTo(7);
  }

  /** Spark 4.2 keeps functions of a session beside those of the system, earlier ones instead. */
  @Test
  void aFunctionOfTheSessionMayHaveTheName() {
    spark.udf().register("cumsum", (Long x) -> x + 1, DataTypes.LongType);
    String own = spark.version().compareTo("4.2") < 0 ? "cumsum" : "session.cumsum";
    spark.sql("CREATE TEMPORARY VIEW v AS SELECT " + own + "(41L) AS x");
    assertThat(spark.sql("SELECT " + own + "(x) FROM v").first().getLong(0)).isEqualTo(43);
    assertThat(json("SELECT cumsum(7) AS c")).isEqualTo(expected("{'c':[7]}"));
  }

  @Test
  void aStoredFunctionMayHaveTheName() {
    spark.sql("CREATE FUNCTION cumsum(x INT) RETURNS INT RETURN x + 1");
    spark.sql("CREATE VIEW v AS SELECT shop.cumsum(41) AS own, cumsum(41) AS built_in");
    assertThat(json("SELECT * FROM shop.v")).isEqualTo(expected("{'own':42,'built_in':[41]}"));
    spark.sql("CREATE OR REPLACE FUNCTION shop.cumsum(x INT) RETURNS INT RETURN x + 2");
    assertThat(spark.sql("SELECT shop.cumsum(41)").first().getInt(0)).isEqualTo(43);
    spark.sql("DROP FUNCTION shop.cumsum");
    assertThatThrownBy(() -> spark.sql("SELECT shop.cumsum(41)"))
        .hasMessageContaining("UNRESOLVED_ROUTINE");
  }

  private List<String> json(String query) {
    return reader.sql(query).toJSON().collectAsList();
  }

  private static List<String> expected(String rows) {
    return List.of(rows.replace('\'', '"').split(" "));
  }
}
