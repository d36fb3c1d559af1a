package io.sparkcumsum;

import static org.apache.spark.sql.functions.call_udf;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.rand;
import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The DataFrame API: its arguments, its plans and its errors. */
class CumsumTest {
  private static final AtomicLong CALLS = new AtomicLong();

  private final SparkSession spark = Sessions.shared();

  private final Dataset<Row> matrix =
      spark.sql(
          "SELECT * FROM VALUES (2, array(1, 3, 5), 10), (1, array(2, 4, 6), 20)"
              + " AS m(row, values, n)");

  @Test
  void axisZeroAddsRowsElementwise() {
    assertThat(rows(Cumsum.of("values").axis(0).orderBy("row").out("running").apply(matrix)))
        .containsExactly("[1,[2, 4, 6],20,[2, 4, 6]]", "[2,[1, 3, 5],10,[3, 7, 11]]");
  }

  @Test
  void withoutAnAxisTheRowsAreOneLongArray() {
    assertThat(rows(Cumsum.of("values").orderBy("row").apply(matrix)))
        .containsExactly("[1,[2, 4, 6],20,[2, 6, 12]]", "[2,[1, 3, 5],10,[13, 16, 21]]");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, -1})
  void furtherAxesRunAlongEachRowAndNeedNoOrder(int axis) {
    Dataset<Row> sums = Cumsum.of("values").axis(axis).apply(matrix);
    assertThat(rows(sums))
        .containsExactly("[2,[1, 3, 5],10,[1, 4, 9]]", "[1,[2, 4, 6],20,[2, 6, 12]]");
    assertThat(plan(sums)).doesNotContain("PrefixScan").doesNotContain("Exchange");
  }

  @Test
  void nestedArraysHaveMoreAxes() {
    Dataset<Row> nested =
        spark.sql(
            "SELECT * FROM VALUES (1, array(array(1, 2), array(3, 4))),"
                + " (2, array(array(10, 20), array(30, 40))) AS m(row, a)");
    assertThat(lastColumn(Cumsum.of("a").axis(0).orderBy("row").apply(nested)))
        .containsExactly("[[1, 2], [3, 4]]", "[[11, 22], [33, 44]]");
    assertThat(lastColumn(Cumsum.of("a").axis(1).apply(nested)))
        .containsExactly("[[1, 2], [4, 6]]", "[[10, 20], [40, 60]]");
    assertThat(lastColumn(Cumsum.of("a").axis(-1).apply(nested)))
        .containsExactly("[[1, 3], [3, 7]]", "[[10, 30], [30, 70]]");
    assertThat(lastColumn(Cumsum.of("a").orderBy("row").apply(nested)))
        .containsExactly("[1, 3, 6, 10]", "[20, 40, 70, 110]");
  }

  @Test
  void severalColumnsAreSummedInOneScan() {
    Dataset<Row> sums = Cumsum.of("n", "row").orderBy(col("row").desc()).apply(matrix);
    assertThat(plan(sums)).containsOnlyOnce("PrefixScan");
    assertThat(sums.columns()).containsExactly("row", "values", "n", "n_cumsum", "row_cumsum");
    assertThat(rows(sums)).containsExactly("[2,[1, 3, 5],10,10,2]", "[1,[2, 4, 6],20,30,3]");
  }

  @Test
  void elementsAreCastBeforeTheyAreAdded() {
    Dataset<Row> halves = spark.sql("SELECT id, 1.5D AS x FROM range(3)");
    assertThat(lastColumn(Cumsum.of("x").orderBy("id").dtype("int64").apply(halves)))
        .containsExactly("1", "2", "3");
    assertThat(lastColumn(Cumsum.of("x").orderBy("id").dtype("bool").apply(halves)))
        .containsExactly("true", "true", "true");
  }

  @Test
  void nullsStayAndTheSumCarriesOn() {
    Dataset<Row> df = spark.sql("SELECT * FROM VALUES (1, 5), (2, NULL), (3, 7) AS t(row, x)");
    assertThat(lastColumn(Cumsum.of("x").orderBy("row").apply(df)))
        .containsExactly("5", "null", "12");
  }

  @Test
  void tiesShareNoValueButLoseNone() {
    Dataset<Row> df = spark.range(0, 100, 1, 5).selectExpr("id % 3 AS k", "1 AS one");
    assertThat(lastColumn(Cumsum.of("one").orderBy("k").apply(df)))
        .containsExactlyElementsOf(
            java.util.stream.LongStream.rangeClosed(1, 100).mapToObj(Long::toString).toList());
  }

  @Test
  void namesWithDotsAndFieldsOfStructs() {
    Dataset<Row> df = spark.sql("SELECT 1 AS `a.b`, named_struct('c', 2) AS s");
    assertThat(Cumsum.of("`a.b`", "s.c").naturalOrder().apply(df).columns())
        .containsExactly("a.b", "s", "a.b_cumsum", "c_cumsum");
  }

  @Test
  void anOrderMayUseColumnsThatWereDropped() {
    Dataset<Row> df = matrix.select("n");
    assertThat(rows(Cumsum.of("n").orderBy("row").apply(df))).containsExactly("[20,20]", "[10,30]");
  }

  /** Names that are no columns of the result, but that Spark finds. */
  @Test
  void namesThatOnlySparkKnows(@TempDir Path directory) {
    String files = directory.resolve("files").toString();
    spark.range(0, 4, 1, 2).selectExpr("3 - id AS i", "id AS n").write().parquet(files);
    Dataset<Row> read = spark.read().parquet(files).as("q");
    String index = "_metadata.row_index";
    assertThat(rows(Cumsum.of("q.n").orderBy("q.i").apply(read)))
        .containsExactly("[0,3,3]", "[1,2,5]", "[2,1,6]", "[3,0,6]");
    assertThat(rows(Cumsum.of("n").orderBy("_metadata.file_path", index).apply(read)))
        .containsExactly("[3,0,0]", "[2,1,1]", "[1,2,3]", "[0,3,6]");
    assertThat(rows(Cumsum.of(index).orderBy("i").out("_metadata").apply(read)))
        .containsExactly("[0,3,1]", "[1,2,1]", "[2,1,2]", "[3,0,2]");
    assertThat(Cumsum.of(index).orderBy(col(index), col("i")).apply(read).columns())
        .containsExactly("i", "n", "row_index_cumsum");
  }

  @Test
  void outReplacesAColumnThatCanTakeTheResult() {
    Dataset<Row> replaced = Cumsum.of("n").orderBy("row").out("n").apply(matrix);
    assertThat(rows(replaced)).containsExactly("[1,[2, 4, 6],20]", "[2,[1, 3, 5],30]");
    assertThat(replaced.schema().apply("n").dataType()).isEqualTo(DataTypes.IntegerType);
  }

  @Test
  void outRefusesAColumnOfAnotherShapeOrKind() {
    assertCondition(
        "CUMSUM_OUT_INCOMPATIBLE", () -> Cumsum.of("n").orderBy("row").out("values").apply(matrix));
    Dataset<Row> text = matrix.withColumn("text", expr("'x'"));
    assertCondition(
        "CUMSUM_OUT_INCOMPATIBLE", () -> Cumsum.of("n").orderBy("row").out("text").apply(text));
    assertCondition(
        "CUMSUM_OUT_DUPLICATE",
        () -> Cumsum.of("n", "row").orderBy("row").out("x", "x").apply(matrix));
    assertCondition(
        "CUMSUM_OUT_COUNT_MISMATCH",
        () -> Cumsum.of("n", "row").orderBy("row").out("x").apply(matrix));
    assertCondition(
        "CUMSUM_OUT_AMBIGUOUS",
        () -> Cumsum.of("row").naturalOrder().out("n").apply(matrix.select("row", "n", "n")));
  }

  @Test
  void orderIsAskedForOnceAndOnlyWhereItMatters() {
    assertCondition("CUMSUM_ORDER_REQUIRED", () -> Cumsum.of("n").apply(matrix));
    assertCondition("CUMSUM_ORDER_REQUIRED", () -> Cumsum.of("values").axis(0).apply(matrix));
    assertCondition("CUMSUM_ORDER_CONFLICT", () -> Cumsum.of("n").orderBy("row").naturalOrder());
    assertCondition("CUMSUM_ORDER_CONFLICT", () -> Cumsum.of("n").naturalOrder().orderBy("row"));
  }

  @Test
  void whatCannotBeSummedIsAnAnalysisError() {
    Dataset<Row> df =
        spark.sql("SELECT 'x' AS s, current_date() AS d, map(1, 2) AS m, array('a') AS a");
    for (String column : df.columns()) {
      assertCondition(
          "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
          () -> Cumsum.of(column).naturalOrder().apply(df));
    }
    assertCondition(
        "UNRESOLVED_COLUMN.WITH_SUGGESTION", () -> Cumsum.of("nope").naturalOrder().apply(matrix));
    assertCondition(
        "UNRESOLVED_COLUMN.WITH_SUGGESTION", () -> Cumsum.of("n").orderBy("nope").apply(matrix));
    assertCondition(
        "CUMSUM_UNKNOWN_DTYPE",
        () -> Cumsum.of("n").naturalOrder().dtype("complex128").apply(matrix));
  }

  @Test
  void axesBeyondTheDimensionsAreNamedAsTheyWereWritten() {
    assertThatThrownBy(() -> Cumsum.of("values").axis(2).apply(matrix))
        .hasMessageContaining("axis 2 is out of bounds for array of dimension 2");
    assertCondition(
        "UNRESOLVED_COLUMN.WITH_SUGGESTION",
        () -> Cumsum.of("values").axis(1).orderBy("nope").apply(matrix));
    assertThatThrownBy(() -> Cumsum.of("n").axis(-2).apply(matrix))
        .hasMessageContaining("axis -2 is out of bounds for array of dimension 1");
  }

  @Test
  void rowsOfDifferentLengthCannotBeAddedDownTheRows() {
    Dataset<Row> ragged = spark.range(0, 2, 1, 2).selectExpr("id", "sequence(0L, id) AS a");
    assertCondition(
        "CUMSUM_RAGGED_ARRAY",
        () -> Cumsum.of("a").axis(0).orderBy("id").apply(ragged).collectAsList());
    assertThat(lastColumn(Cumsum.of("a").orderBy("id").apply(ragged)))
        .containsExactly("[0]", "[0, 1]");
  }

  @Test
  void overflowFailsOrWrapsAsAnsiSays() {
    Dataset<Row> large = spark.range(0, 4, 1, 2).selectExpr("id", Long.MAX_VALUE / 2 + " AS x");
    assertCondition(
        "ARITHMETIC_OVERFLOW", () -> Cumsum.of("x").orderBy("id").apply(large).collectAsList());

    SparkSession legacy = spark.newSession();
    legacy.conf().set("spark.sql.ansi.enabled", false);
    Dataset<Row> wrapping = legacy.range(4).selectExpr("id", Long.MAX_VALUE / 2 + " AS x");
    long half = Long.MAX_VALUE / 2;
    assertThat(lastColumn(Cumsum.of("x").orderBy("id").apply(wrapping)))
        .containsExactly("" + half, "" + 2 * half, "" + 3 * half, "" + 4 * half);
  }

  @Test
  void aLocalTotalMayOverflowWhereNoPrefixDoes() {
    List<List<Row>> partitions =
        Arrays.asList(
            List.of(row(-Long.MAX_VALUE)), List.of(row(Long.MAX_VALUE), row(1L)), List.of(row(5L)));
    Dataset<Row> df =
        Partitions.dataFrame(
            spark, partitions, new org.apache.spark.sql.types.StructType().add("x", "bigint"));
    assertThat(lastColumn(Cumsum.of("x").naturalOrder().apply(df)))
        .containsExactly("" + -Long.MAX_VALUE, "0", "1", "6");
  }

  /** Only the last partition is read, and the overflow was in the second one. */
  @Test
  void theLastRowsAloneAreNotShownAfterAnOverflow() {
    Dataset<Row> df =
        spark.range(0, 4, 1, 4).selectExpr("id", "IF(id < 2, " + Long.MAX_VALUE + ", id) AS x");
    for (String column :
        List.of("x", "array(x)", "array(array(x))", "make_ym_interval(0, INT(x))")) {
      Dataset<Row> values =
          df.selectExpr("id", column.replace("INT(x)", "INT(x DIV 4294967296)") + " AS v");
      for (Cumsum cumsum : List.of(Cumsum.of("v"), Cumsum.of("v").axis(0))) {
        assertThatThrownBy(() -> cumsum.naturalOrder().apply(values).tail(1))
            .as(column)
            .hasStackTraceContaining("ARITHMETIC_OVERFLOW");
      }
    }
  }

  private static Row row(long value) {
    return org.apache.spark.sql.RowFactory.create(value);
  }

  @Test
  void theOrderIsDistributedAndNoPartitionHoldsAll() {
    Dataset<Row> df = spark.range(0, 10_000, 1, 8).selectExpr("hash(id) AS k", "id");
    Dataset<Row> sums = Cumsum.of("id").orderBy("k").apply(df);
    assertThat(plan(sums)).contains("PrefixScan").doesNotContain("SinglePartition");
    assertThat(sums.toJavaRDD().glom().map(List::size).collect())
        .hasSizeGreaterThan(1)
        .allMatch(rows -> rows < 10_000);
  }

  @Test
  void naturalOrderMovesNoRow() {
    Dataset<Row> sums = Cumsum.of("id").naturalOrder().apply(spark.range(0, 10, 1, 3).toDF());
    assertThat(plan(sums)).contains("PrefixScan").doesNotContain("Exchange").doesNotContain("Sort");
    assertThat(sums.rdd().getNumPartitions()).isEqualTo(3);
  }

  @Test
  void onlyTheColumnsThatAreUsedAreRead() {
    Dataset<Row> wide = spark.range(10).selectExpr("id", "id AS x", "id AS unused");
    assertThat(plan(Cumsum.of("x").orderBy("id").apply(wide).select("x_cumsum")))
        .doesNotContain("unused");
  }

  @Test
  void fitsTransformAndRunsNothingBeforeAnAction() {
    CALLS.set(0);
    spark.udf().register("counted", (UDF1<Long, Long>) CumsumTest::counted, DataTypes.LongType);
    Dataset<Row> df = spark.range(3).select(call_udf("counted", col("id")).as("x"), col("id"));
    Dataset<Row> sums = df.transform(Cumsum.of("x").orderBy("id")::apply);
    assertThat(CALLS).hasValue(0);
    assertThat(lastColumn(sums)).containsExactly("0", "1", "3");
    assertThat(CALLS.get()).isPositive();
  }

  private static Long counted(Long value) {
    CALLS.incrementAndGet();
    return value;
  }

  @Test
  void resultsCanBeJoinedSortedFilteredAndCached() {
    Dataset<Row> sums = Cumsum.of("id").orderBy("id").apply(spark.range(0, 20, 1, 4).toDF());
    Dataset<Row> joined =
        sums.as("l")
            .join(sums.as("r"), expr("l.id = r.id + 1"))
            .selectExpr("l.id_cumsum - r.id_cumsum - l.id");
    assertThat(joined.distinct().collectAsList()).extracting(Row::toString).containsExactly("[0]");
    assertThat(sums.filter("id_cumsum > 180").count()).isEqualTo(1);
    assertThat(sums.cache().orderBy(col("id").desc()).limit(1).collectAsList())
        .extracting(Row::toString)
        .containsExactly("[19,190]");
    sums.unpersist();
  }

  @Test
  void whatIsObservedIsReadOnce() throws InterruptedException {
    for (Cumsum sum : List.of(Cumsum.of("id").orderBy("k"), Cumsum.of("id").naturalOrder())) {
      Observation observation = new Observation();
      Dataset<Row> observed =
          spark
              .range(0, 100, 1, 4)
              .selectExpr("hash(id) AS k", "id")
              .observe(observation, count(lit(1)).as("rows"));
      assertThat(sum.apply(observed).collectAsList()).hasSize(100);
      assertThat(observation.getAsJava()).containsEntry("rows", 100L);
    }
  }

  @Test
  void anOrderMayBeRandomAndByAColumnThatIsDropped() {
    Dataset<Row> df = spark.range(0, 100, 1, 4).selectExpr("id AS k", "id").select("id");
    Dataset<Row> dropped = spark.range(0, 9).selectExpr("id AS k", "1 AS x").select("x");
    for (Dataset<Row> sums :
        List.of(
            Cumsum.of("x").orderBy(rand()).apply(dropped),
            Cumsum.of("x").orderBy(col("k").plus(rand())).apply(dropped))) {
      assertThat(sums.columns()).containsExactly("x", "x_cumsum");
      assertThat(sums.selectExpr("max(x_cumsum)").first().getLong(0)).isEqualTo(9);
    }
    assertThat(Cumsum.of("id").orderBy(rand()).apply(df).count()).isEqualTo(100);
  }

  @Test
  void aSortByTheSameOrderIsNotDoneAgain() {
    Dataset<Row> df = spark.range(0, 100, 1, 4).selectExpr("hash(id) AS k", "id");
    Dataset<Row> sorted = Cumsum.of("id").orderBy("k").apply(df).orderBy("k");
    assertThat(plan(sorted)).contains("PrefixScan").doesNotContain("Exchange", "Sort ");
  }

  @Test
  void streamsAreRefused() {
    Dataset<Row> stream = spark.readStream().format("rate").load();
    assertCondition(
        "CUMSUM_STREAMING_UNSUPPORTED", () -> Cumsum.of("value").naturalOrder().apply(stream));
  }

  @Test
  void randomInputIsSeenAlikeByBothPasses() {
    Dataset<Row> df =
        spark
            .range(0, 1000, 1, 6)
            .repartition(5)
            .select(rand().as("x"), monotonically_increasing_id().as("id"));
    List<Row> rows = Cumsum.of("x").naturalOrder().apply(df).collectAsList();
    double sum = 0;
    for (Row row : rows) {
      sum += row.getDouble(0);
      assertThat(row.getDouble(2)).isCloseTo(sum, org.assertj.core.data.Offset.offset(1e-9));
    }
    assertThat(rows).hasSize(1000);
  }

  @Test
  void inputThatChangesBetweenThePassesFails() {
    CALLS.set(0);
    spark
        .udf()
        .register("changing", (UDF1<Long, Long>) id -> CALLS.incrementAndGet(), DataTypes.LongType);
    Dataset<Row> values = spark.range(0, 10, 1, 2).select(call_udf("changing", col("id")).as("x"));
    assertCondition(
        "CUMSUM_INPUT_CHANGED", () -> Cumsum.of("x").naturalOrder().apply(values).collectAsList());
    CALLS.set(0);
    Dataset<Row> count =
        spark.range(0, 10, 1, 2).toDF().where(call_udf("changing", col("id")).gt(10));
    assertThatThrownBy(() -> Cumsum.of("id").naturalOrder().apply(count).collectAsList())
        .hasMessageContaining("the first saw 0 rows, the second 5");
  }

  @Tag("spark-alone")
  @Test
  void rowsThatMayComeInAnotherOrderAreKept() {
    spark
        .udf()
        .register(
            "never_the_same",
            udf((UDF1<Long, Long>) id -> CALLS.incrementAndGet(), DataTypes.LongType)
                .asNondeterministic());
    Dataset<Row> ids = spark.range(0, 100, 1, 4).toDF();
    Dataset<Row> shuffled = ids.repartition(3);
    Dataset<Row> numbered = shuffled.withColumn("n", monotonically_increasing_id());
    Cumsum sum = Cumsum.of("id").naturalOrder();

    assertThat(kept(sum.apply(ids))).isZero();
    assertThat(kept(sum.apply(ids.withColumn("n", monotonically_increasing_id())))).isZero();
    assertThat(kept(sum.apply(shuffled.where("id > 3")))).isZero();
    assertThat(kept(Cumsum.of("id").orderBy("id").apply(shuffled))).isZero();

    assertThat(kept(sum.apply(numbered.where("n % 2 = 0")))).isOne();
    assertThat(kept(sum.out("twice").apply(sum.apply(shuffled)))).isOne();
    assertThat(kept(sum.apply(ids.where(rand().lt(0.9))))).isOne();
    Dataset<Row> hidden =
        ids.select(call_udf("never_the_same", monotonically_increasing_id()).as("id"));
    assertThat(kept(sum.apply(hidden))).isOne();
  }

  @Test
  void keptRowsAreKeptOnceForAllActions() {
    Dataset<Row> sums =
        Cumsum.of("x").naturalOrder().apply(spark.range(0, 100, 1, 4).select(rand().as("x")));
    assertThat(kept(sums)).isOne();
    assertThat(kept(sums)).isZero();
  }

  /** How many sets of rows a run keeps. */
  private int kept(Dataset<Row> df) {
    KeptRows kept = KeptRows.since();
    assertThat(df.collectAsList()).isNotEmpty();
    return kept.count();
  }

  static List<ThrowingCallable> nulls() {
    Cumsum sum = Cumsum.of("n");
    return List.of(
        () -> Cumsum.of((String) null),
        () -> Cumsum.of("n", (String) null),
        () -> Cumsum.of("n", (String[]) null),
        () -> sum.out(null),
        () -> sum.out("x", (String) null),
        () -> sum.out("x", (String[]) null),
        () -> sum.orderBy((String) null),
        () -> sum.orderBy("n", (String) null),
        () -> sum.orderBy("n", (String[]) null),
        () -> sum.orderBy((Column) null),
        () -> sum.orderBy(col("n"), (Column) null),
        () -> sum.orderBy(col("n"), (Column[]) null),
        () -> sum.apply(null),
        () -> Cumsum.cumsum(null),
        () -> Cumsum.cumsum(null, 0),
        () -> Cumsum.cumsum(null, 0, "int64"));
  }

  @ParameterizedTest
  @MethodSource("nulls")
  void nullsAreNamed(ThrowingCallable call) {
    assertCondition("CUMSUM_INVALID_ARGUMENT", call);
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "\\[CUMSUM_INVALID_ARGUMENT] The argument (column|name|df|arr) of"
                + " Cumsum\\.(of|out|orderBy|apply|cumsum) has to be (the name of a column|a column|a"
                + " DataFrame), but is null\\.");
  }

  @Test
  void withoutAnAxisOrADtypeIsNullToo() {
    assertThat(rows(Cumsum.of("values").axis(null).dtype(null).orderBy("row").apply(matrix)))
        .containsExactly("[1,[2, 4, 6],20,[2, 6, 12]]", "[2,[1, 3, 5],10,[13, 16, 21]]");
    assertThat(rows(matrix.limit(1).select(Cumsum.cumsum(col("values"), null))))
        .containsExactly("[[1, 4, 9]]");
    assertThat(rows(matrix.limit(1).select(Cumsum.cumsum(col("values"), null, null))))
        .containsExactly("[[1, 4, 9]]");
  }

  @Test
  void emptyNamesAreNamesLikeOthers() {
    assertCondition(
        "UNRESOLVED_COLUMN.WITH_SUGGESTION", () -> Cumsum.of("").naturalOrder().apply(matrix));
    assertCondition(
        "UNRESOLVED_COLUMN.WITH_SUGGESTION", () -> Cumsum.of("n").orderBy("").apply(matrix));
    assertCondition(
        "CUMSUM_UNKNOWN_DTYPE", () -> Cumsum.of("n").naturalOrder().dtype("").apply(matrix));
    assertThat(Cumsum.of("n").naturalOrder().out("").apply(matrix).columns())
        .containsExactly("row", "values", "n", "");
  }

  @Test
  void theSqlFunctionIsAColumnToo() {
    assertThat(
            rows(
                matrix
                    .orderBy("row")
                    .select(Cumsum.cumsum(col("values")), Cumsum.cumsum(col("n")))))
        .containsExactly("[[2, 6, 12],[20]]", "[[1, 4, 9],[10]]");
    assertThat(rows(matrix.limit(1).select(Cumsum.cumsum(col("values"), -1))))
        .containsExactly("[[1, 4, 9]]");
    assertThat(rows(matrix.limit(1).select(Cumsum.cumsum(col("values"), null, "float64"))))
        .containsExactly("[[1.0, 4.0, 9.0]]");
  }

  private static void assertCondition(String condition, ThrowingCallable call) {
    assertThatThrownBy(call)
        .satisfies(
            e -> {
              Throwable cause = e;
              while (!(cause instanceof SparkThrowable named
                  && condition.equals(named.getCondition()))) {
                assertThat(cause).as("no %s in %s", condition, e).isNotNull();
                cause = cause.getCause();
              }
              assertThat(((SparkThrowable) cause).getSqlState()).hasSize(5);
              if (condition.contains("OUT") || condition.contains("ORDER")) {
                assertThat(cause).isInstanceOf(AnalysisException.class);
              }
            });
  }

  private static String plan(Dataset<Row> df) {
    return df.queryExecution().executedPlan().toString();
  }

  /** Each row as text, with arrays as in Java. */
  private static List<String> rows(Dataset<Row> df) {
    return df.collectAsList().stream()
        .map(row -> row.toString().replaceAll("ArraySeq\\(", "[").replace(')', ']'))
        .toList();
  }

  private static List<String> lastColumn(Dataset<Row> df) {
    return rows(df.select(col(df.columns()[df.columns().length - 1]))).stream()
        .map(row -> row.substring(1, row.length() - 1))
        .toList();
  }
}
