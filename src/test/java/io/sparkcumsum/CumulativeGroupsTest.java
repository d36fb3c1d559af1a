package io.sparkcumsum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkcumsum.accumulator.ScanOptions;
import io.sparkcumsum.array.CumulativeFunction;
import io.sparkcumsum.scan.PrefixScanExec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cumulative functions of groups: each is a scan of its own, however large it is. */
class CumulativeGroupsTest {
  private final SparkSession spark = Sessions.shared().newSession();

  /** A group of most rows, small ones, one of a single row, and one of null. */
  @BeforeEach
  void createTable() {
    spark.conf().set("spark.sql.shuffle.partitions", 6);
    spark
        .range(0, 400, 1, 5)
        .selectExpr(
            "id",
            "(id * 37) % 400 AS day",
            "CASE WHEN id = 77 THEN 'one' WHEN id % 10 = 3 THEN null WHEN id % 5 = 0"
                + " THEN 'few' ELSE 'most' END AS g",
            "if(id % 7 = 2, null, id / 4D) AS x",
            "if(id % 11 = 2, null, array(id / 4D, null, -id)) AS a")
        .createOrReplaceTempView("t");
  }

  @ParameterizedTest
  @EnumSource(CumulativeFunction.class)
  void eachGroupIsAScanOfItsOwn(CumulativeFunction function) {
    for (Integer axis : Arrays.asList(null, 0, 1)) {
      // Each of the four options with each axis, for some of the functions.
      int options = function.sqlName().length() + (axis == null ? 2 : axis);
      boolean exclusive = options % 2 == 1;
      boolean reverse = options % 4 > 1;
      List<String> columns =
          axis == null && function.isOfArrayApi()
              ? List.of("x")
              : axis == null || axis == 0 ? List.of("x", "a") : List.of("a");
      CumulativeRequest request =
          new CumulativeRequest(function, columns)
              .withAxis(axis)
              .withOptions(exclusive, reverse)
              .ordered(List.of(functions.col("day")));
      assertThat(rows(request.partitioned(List.of(functions.col("g"))).apply(spark.table("t"))))
          .as("%s %s %s", function, axis, new ScanOptions(exclusive, reverse, false))
          .containsExactlyInAnyOrderElementsOf(ofEachGroup(request));
    }
  }

  private List<String> ofEachGroup(CumulativeRequest request) {
    List<String> expected = new ArrayList<>();
    for (Row group : spark.sql("SELECT DISTINCT g FROM t").collectAsList()) {
      Column isOfGroup = functions.col("g").eqNullSafe(group.getString(0));
      expected.addAll(rows(request.apply(spark.table("t").filter(isOfGroup))));
    }
    return expected;
  }

  private static List<String> rows(Dataset<Row> df) {
    return df.collectAsList().stream().map(Row::toString).toList();
  }

  @Test
  void rowsComeInOrderOfGroupsAndWithinThem() {
    Dataset<Row> sums =
        Cumsum.of("x").axis(0).partitionBy("g").orderBy("day").apply(spark.table("t"));
    List<String> keys = new ArrayList<>();
    sums.collectAsList().forEach(row -> keys.add("[" + row.get(2) + "," + row.get(1) + "]"));
    assertThat(keys).isEqualTo(rows(spark.table("t").select("g", "day").orderBy("g", "day")));
    // The largest group is in several partitions.
    PrefixScanExec scan =
        (PrefixScanExec) Plans.executed(sums).find(node -> node instanceof PrefixScanExec).get();
    assertThat(scan.metrics().apply("numPartitions").value()).isGreaterThan(6);
    Dataset<Row> ofMost = sums.filter("g = 'most'").groupBy(functions.spark_partition_id()).count();
    assertThat(ofMost.count()).isGreaterThan(2);
  }

  /** In the order in which they are read, within each group. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void inNaturalOrder(boolean reverse) {
    CumulativeRequest request =
        new CumulativeRequest(CumulativeFunction.CUMSUM, List.of("x", "a"))
            .withOptions(false, reverse)
            .inNaturalOrder();
    assertThat(rows(request.partitioned(List.of(functions.col("g"))).apply(spark.table("t"))))
        .containsExactlyInAnyOrderElementsOf(ofEachGroup(request));
  }

  @Test
  void groupsOfSeveralColumnsAndExpressions() {
    Dataset<Row> sums =
        Cumsum.of("x")
            .axis(0)
            .partitionBy(functions.expr("id % 2"), functions.expr("g IS NULL"))
            .orderBy("day")
            .apply(spark.table("t"));
    assertThat(rows(sums))
        .containsExactlyInAnyOrderElementsOf(
            rows(
                spark.sql(
                    "SELECT *, if(x IS NULL, null, sum(x) OVER (PARTITION BY id % 2, g IS NULL"
                        + " ORDER BY day)) FROM t")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TABLE(t), 'x', 0, order_by => 'day', partition_by => 'g'",
        "TABLE(t), 'x', 0, order_by => 'day', partition_by => array('g')",
        "TABLE(t) PARTITION BY g ORDER BY (day), 'x', 0",
        "TABLE(SELECT * FROM t) PARTITION BY (g) ORDER BY (day), 'x', 0",
        "TABLE(SELECT * FROM t ORDER BY day), 'x', 0, order_by => TRUE, partition_by => 'g'",
      })
  void inSql(String arguments) {
    assertThat(rows(spark.sql("SELECT * FROM cumsum_table(" + arguments + ")")))
        .isEqualTo(
            rows(Cumsum.of("x").axis(0).partitionBy("g").orderBy("day").apply(spark.table("t"))));
  }

  @Test
  void ofASinglePartitionInSql() {
    assertThat(
            rows(
                spark.sql(
                    "SELECT * FROM cumsum_table(TABLE(t) WITH SINGLE PARTITION ORDER BY (day), 'x', 0)")))
        .isEqualTo(rows(Cumsum.of("x").axis(0).orderBy("day").apply(spark.table("t"))));
  }

  /** Each group has arrays of one length, which another group need not share. */
  @Test
  void arraysOfOtherLengthsInOtherGroups() {
    spark.conf().set("spark.cumsum.singlePartitionThreshold", 0);
    spark
        .range(0, 500, 1, 5)
        .selectExpr(
            "id",
            "if(id % 10 = 0, id % 30, 7) AS p",
            "sequence(id, id + if(id % 10 = 0, id % 30, 7)) AS a")
        .createOrReplaceTempView("ragged");
    Dataset<Row> sums =
        Cumsum.of("a").axis(0).partitionBy("p").orderBy("id").apply(spark.table("ragged"));
    List<String> expected = new ArrayList<>();
    for (Row group : spark.sql("SELECT DISTINCT p FROM ragged ORDER BY p").collectAsList()) {
      Dataset<Row> ofGroup = spark.table("ragged").filter("p = " + group.get(0));
      expected.addAll(rows(Cumsum.of("a").axis(0).orderBy("id").apply(ofGroup)));
    }
    assertThat(rows(sums)).isEqualTo(expected);
  }

  /** Groups that are numbered by a running count of what begins them. */
  @Test
  void aTotalThatStartsAgain() {
    String starts = "SELECT *, count_if(x IS NULL) OVER (ORDER BY day) AS spell FROM t";
    Dataset<Row> spells = spark.sql(starts);
    List<String> expected =
        rows(
            spark.sql(
                "SELECT *, if(x IS NULL, null, sum(x) OVER (PARTITION BY spell ORDER BY day)) FROM ("
                    + starts
                    + ") ORDER BY day"));
    assertThat(rows(Cumsum.of("x").axis(0).partitionBy("spell").orderBy("day").apply(spells)))
        .isEqualTo(expected);
    assertThat(
            rows(
                spark.sql(
                    "SELECT * FROM cumsum_table(TABLE("
                        + starts
                        + ") PARTITION BY spell ORDER BY (day), 'x', 0)")))
        .isEqualTo(expected);
  }

  @Test
  void conflictsAreErrors() {
    assertThatThrownBy(
            () ->
                spark.sql(
                    "SELECT * FROM cumsum_table(TABLE(t) PARTITION BY g ORDER BY (day), 'x', 0,"
                        + " partition_by => 'g')"))
        .hasMessageContaining("CUMSUM_INVALID_ARGUMENT");
    assertThatThrownBy(
            () ->
                spark.sql(
                    "SELECT * FROM cumsum_table(TABLE(t) PARTITION BY g ORDER BY (day), 'x', 0,"
                        + " order_by => 'day')"))
        .hasMessageContaining("CUMSUM_ORDER_CONFLICT");
    assertThatThrownBy(
            () ->
                spark.sql(
                    "SELECT * FROM cumsum_table(TABLE(SELECT * FROM t ORDER BY id) PARTITION BY g"
                        + " ORDER BY (day), 'x', 0, order_by => TRUE)"))
        .hasMessageContaining("CUMSUM_ORDER_CONFLICT");
    assertThatThrownBy(
            () -> Cumsum.of("x").partitionBy("nothing").orderBy("day").apply(spark.table("t")))
        .hasMessageContaining("UNRESOLVED_COLUMN");
    assertThatThrownBy(() -> Cumsum.of("x").partitionBy((String) null))
        .hasMessageContaining("CUMSUM_INVALID_ARGUMENT");
    assertThatThrownBy(() -> Cumsum.of("x").partitionBy("g").apply(spark.table("t")))
        .hasMessageContaining("CUMSUM_ORDER_REQUIRED");
  }
}
