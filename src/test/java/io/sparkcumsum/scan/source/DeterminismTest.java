package io.sparkcumsum.scan.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.Sessions;
import io.sparkcumsum.catalyst.Attributes;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.execution.SparkPlan;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes out the same again is told by the plan: a shuffle repeats rows in another order. */
class DeterminismTest {
  private final SparkSession spark = Sessions.shared().newSession();

  @Tag("spark-alone")
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rows and values | SELECT x FROM t
          rows and values | SELECT x + 1 AS x FROM t WHERE x > 3
          rows and values | SELECT x, monotonically_increasing_id() AS row FROM t
          rows and values | SELECT x * spark_partition_id() AS x FROM t
          nothing         | SELECT x, rand() AS r FROM t
          nothing         | SELECT x FROM t WHERE rand() < 0.5
          rows and values | SELECT x FROM t TABLESAMPLE (50 PERCENT)
          nothing         | SELECT x FROM sorted TABLESAMPLE (50 PERCENT)
          values          | SELECT x FROM t DISTRIBUTE BY k
          values          | SELECT x FROM t ORDER BY k
          values          | SELECT x + k AS x FROM (SELECT * FROM t DISTRIBUTE BY k) WHERE k > 1
          values          | SELECT x, monotonically_increasing_id() AS row FROM sorted
          values          | SELECT x, rand() AS r FROM sorted
          values          | SELECT y AS x FROM (SELECT x AS y, rand() AS r FROM sorted) ORDER BY r
          nothing         | SELECT x * monotonically_increasing_id() AS x FROM sorted
          nothing         | SELECT 2 * y AS x FROM (SELECT x * rand() AS y FROM sorted)
          nothing         | SELECT x FROM (SELECT x, rand() AS r FROM sorted) WHERE r < 0.5
          nothing         | SELECT x FROM sorted WHERE rand() < 0.5
          nothing         | SELECT x FROM t ORDER BY k LIMIT 5 OFFSET 3
          nothing         | SELECT sum(x) OVER (ORDER BY k ROWS UNBOUNDED PRECEDING) AS x FROM t
          values          | SELECT /*+ REPARTITION(7) */ x FROM t
          values          | SELECT /*+ REPARTITION(7) */ x FROM (SELECT rand() AS x FROM t)
          """)
  void whatIsTheSameAgain(String same, String query) {
    spark.conf().set("spark.sql.adaptive.enabled", false);
    spark.range(0, 50, 1, 3).selectExpr("id AS x", "id % 5 AS k").createOrReplaceTempView("t");
    spark.sql("SELECT * FROM t ORDER BY k").createOrReplaceTempView("sorted");
    SparkPlan plan = spark.sql(query).queryExecution().executedPlan();
    Determinism again = new Determinism(plan, plan.execute());
    Attribute x = plan.output().head();
    assertThat(again.repeatsRows()).as(plan.toString()).isEqualTo(same.startsWith("rows"));
    assertThat(again.repeatsValues(Attributes.references(List.of(x))))
        .as(plan.toString())
        .isEqualTo(same.endsWith("values"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          true  | SELECT x FROM t
          true  | SELECT x FROM VALUES (1), (2) AS v (x)
          false | SELECT x FROM t DISTRIBUTE BY k
          true  | SELECT /*+ COALESCE(2) */ x FROM t
          true  | SELECT x FROM t UNION ALL SELECT k FROM t
          false | SELECT x FROM t UNION ALL SELECT k FROM shuffled
          true  | SELECT /*+ BROADCAST(s) */ t.x FROM t JOIN shuffled s USING (k)
          true  | SELECT /*+ BROADCAST(s, r) */ t.x FROM t JOIN shuffled s USING (k) JOIN shuffled r USING (k)
          true  | SELECT x FROM checkpoint
          false | SELECT x FROM rdd
          true  | SELECT x FROM cached
          true  | SELECT x FROM cachedAgain
          false | SELECT x FROM cachedShuffled
          false | SELECT x FROM cachedShuffledAgain
          """)
  void whatIsStored(boolean isStored, String query) {
    spark.conf().set("spark.sql.adaptive.enabled", false);
    Dataset<Row> t = spark.range(0, 50, 1, 3).selectExpr("id AS x", "id % 5 AS k");
    t.createOrReplaceTempView("t");
    t.localCheckpoint().createOrReplaceTempView("checkpoint");
    spark.createDataFrame(t.toJavaRDD(), t.schema()).createOrReplaceTempView("rdd");
    spark.sql("SELECT * FROM t DISTRIBUTE BY k").createOrReplaceTempView("shuffled");
    spark.sql("CACHE LAZY TABLE cached AS SELECT x + 1 AS x FROM t");
    spark.sql("CACHE LAZY TABLE cachedAgain AS SELECT x + 1 AS x FROM cached");
    spark.sql("CACHE LAZY TABLE cachedShuffled AS SELECT x + 2 AS x FROM shuffled");
    spark.sql("CACHE LAZY TABLE cachedShuffledAgain AS SELECT x + 1 AS x FROM cachedShuffled");
    try {
      SparkPlan plan = spark.sql(query).queryExecution().executedPlan();
      assertThat(Determinism.isStored(plan)).as(plan.toString()).isEqualTo(isStored);
    } finally {
      spark.catalog().clearCache();
    }
  }
}
