package io.sparkcumsum.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.Plans;
import io.sparkcumsum.Seeds;
import io.sparkcumsum.Sessions;
import io.sparkcumsum.scan.ReverseWindowExec;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.SparkPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames to the last row of each group take time linear in its rows. */
class ReverseWindowTest {
  private static final List<String> FRAMES =
      List.of(
          "ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
          "RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
          "ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING");
  private static final List<String> KEYS =
      List.of("`boolean`", "`int` % 5", "`string`", "`double`", "id", "`struct`, `tinyint`");
  private static final List<String> ORDERS =
      List.of("id", "`int`, id", "`double` DESC NULLS LAST, id");
  private static final List<String> FUNCTIONS =
      List.of(
          "sum(`bigint`)",
          "count(`int`)",
          "max(`string`)",
          "min(`double`)",
          "first(`int`)",
          "last(`int`, true)",
          "last(`string`)",
          "bit_xor(`bigint`)",
          "sum(`decimal`)");

  private final SparkSession spark = Sessions.shared().newSession();
  private final BothPlanners planners = new BothPlanners(spark, true);

  @ParameterizedTest
  @CsvSource({"1, 0, 3", "2, 1, 1", "3, 40, 3", "4, 200, 7", "5, 5000, 3"})
  void randomWindowsAreThoseOfSpark(int seed, int rows, int partitions, @TempDir Path directory) {
    Random random = Seeds.random(rows + " rows in " + partitions + " partitions", seed);
    List<String> tables = RandomTable.create(spark, rows, partitions, false, random, directory);
    for (int i = 0; i < 4; i++) {
      spark.conf().set("spark.sql.ansi.enabled", random.nextBoolean());
      spark.conf().set("spark.sql.adaptive.enabled", random.nextBoolean());
      String window =
          " OVER (PARTITION BY " + any(KEYS, random) + " ORDER BY " + any(ORDERS, random) + " ";
      String query =
          "SELECT id, "
              + any(FUNCTIONS, random)
              + window
              + any(FRAMES, random)
              + ") a, "
              + any(FUNCTIONS, random)
              + window
              + any(FRAMES, random)
              + ") b, "
              + "row_number()"
              + window
              + ") c FROM "
              + tables.get(i % tables.size());
      planners.assertSameIfDivided(query);
      assertThat(isReversed(spark.sql(query))).as(query).isTrue();
    }
    spark.table("cached").unpersist();
  }

  private static String any(List<String> of, Random random) {
    return of.get(random.nextInt(of.size()));
  }

  private static boolean isReversed(Dataset<Row> rows) {
    return Plans.executed(rows).exists(node -> node instanceof ReverseWindowExec);
  }

  /** Spark would take minutes. */
  @Test
  void aLargeGroup() {
    spark
        .range(0, 200_000, 1, 4)
        .selectExpr("id % 2 AS g", "id DIV 2 AS x")
        .createOrReplaceTempView("large");
    Dataset<Row> rows =
        spark.sql(
            "SELECT g, x, sum(x) OVER (PARTITION BY g ORDER BY x ROWS BETWEEN CURRENT ROW AND"
                + " UNBOUNDED FOLLOWING) AS s FROM large");
    assertThat(rows.collectAsList()).hasSize(200_000);
    SparkPlan plan = Plans.executed(rows).find(node -> node instanceof ReverseWindowExec).get();
    assertThat(plan.metrics().apply("numOutputRows").value()).isEqualTo(200_000);
    long total = 100_000L * 99_999 / 2;
    assertThat(rows.filter("s != " + total + " - x * (x - 1) DIV 2").count()).isZero();
  }

  /** A group is scanned in blocks of rows, and peers may be in several of them. */
  @Test
  void peersInSeveralBlocks() {
    spark
        .range(0, 8000, 1, 3)
        .selectExpr("id % 2 AS g", "id AS x", "id DIV 3001 AS k")
        .createOrReplaceTempView("peers");
    planners.assertSameIfDivided(
        "SELECT *, sum(x) OVER (PARTITION BY g ORDER BY k "
            + FRAMES.get(1)
            + ") AS s, count(*) OVER (PARTITION BY g ORDER BY k "
            + FRAMES.get(1)
            + ") AS n FROM peers");
  }

  /** What the rows of one group took in memory is given back before the next one. */
  @Test
  void smallGroupsBehindOneOfWideRows() {
    spark.conf().set("spark.sql.shuffle.partitions", 1);
    spark
        .range(0, 300, 1, 3)
        .selectExpr("id", "if(id < 90, 0, id DIV 3) AS g", "repeat(id, if(id < 90, 50000, 2)) AS s")
        .createOrReplaceTempView("wide");
    String window = " OVER (PARTITION BY g ORDER BY id DIV 2 ";
    planners.assertSameIfDivided(
        "SELECT id, md5(s), n, md5(m) FROM (SELECT *, count(*)"
            + window
            + FRAMES.get(1)
            + ") AS n, max(s)"
            + window
            + FRAMES.get(0)
            + ") AS m FROM wide)");
  }

  /** The rows have the partitions and the order that Spark's window gives them. */
  @Test
  void operatorsAboveNeedNoShuffleMore() {
    spark.range(0, 1000, 1, 3).selectExpr("id % 7 AS g", "id AS x").createOrReplaceTempView("t");
    spark.conf().set("spark.sql.autoBroadcastJoinThreshold", -1);
    String query =
        "SELECT v.g, max(s), max(n) FROM (SELECT g, x, sum(x) OVER (PARTITION BY g ORDER BY x ROWS"
            + " BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) s FROM t) v JOIN (SELECT g, count(*) n"
            + " FROM t GROUP BY g) u ON v.g = u.g GROUP BY v.g";
    planners.assertSameIfDivided(query);
    spark.conf().set("spark.cumsum.window.enabled", false);
    long expected = shuffles(spark.sql(query));
    spark.conf().set("spark.cumsum.window.enabled", true);
    assertThat(shuffles(spark.sql(query))).isEqualTo(expected);
    spark.conf().set("spark.cumsum.window.partitioned", "never");
    assertThat(isReversed(spark.sql(query))).isFalse();
  }

  /** Without an order, and beside a function that is Spark's though groups are to be divided. */
  @Test
  void framesWithoutAnOrderAndBesideOtherFunctions() {
    spark.range(0, 1000, 1, 3).selectExpr("id % 7 AS g", "id AS x").createOrReplaceTempView("t");
    String frame = "ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)";
    assertThat(isReversed(spark.sql("SELECT sum(x) OVER (PARTITION BY g " + frame + " FROM t")))
        .isTrue();
    String query =
        "SELECT x, sum(x) OVER (PARTITION BY g ORDER BY x "
            + frame
            + ", mode(x) OVER (PARTITION BY g ORDER BY x) FROM t";
    for (String partitioned : List.of("auto", "always")) {
      spark.conf().set("spark.cumsum.window.partitioned", partitioned);
      planners.assertSameIfDivided(query);
      assertThat(isReversed(spark.sql(query))).isTrue();
    }
  }

  private static long shuffles(Dataset<Row> rows) {
    return Plans.executed(rows).toString().split("Exchange hashpartitioning", -1).length;
  }

  /** Where an order leaves open which row comes first, all columns see one order. */
  @ParameterizedTest
  @ValueSource(strings = {"ORDER BY 1", "ORDER BY 1, x", "ORDER BY x % 3", "ORDER BY x % 3, 'a'"})
  void allColumnsSeeOneOrder(String order) {
    spark
        .range(0, 3000, 1, 3)
        .selectExpr("id % 7 AS g", "(id * 7919) % 3000 AS x")
        .createOrReplaceTempView("t");
    String window = " OVER (PARTITION BY g " + order;
    Dataset<Row> rows =
        spark.sql(
            "SELECT x, row_number()"
                + window
                + ") AS n, count(*)"
                + window
                + " ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS left,"
                + " count(*) OVER (PARTITION BY g) AS size FROM t");
    assertThat(rows.filter("n + left = size + 1").collectAsList()).hasSize(3000);
    assertThat(isReversed(rows)).isTrue();
    assertThat(Plans.executed(rows).toString()).containsOnlyOnce("Sort [");
  }
}
