package io.sparkcumsum.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.Cumsum;
import io.sparkcumsum.Sessions;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.stream.LongStream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scans in natural order, which are a part of the loop that reads the rows where they can be. */
class NaturalOrderScanTest {
  private final SparkSession spark = Sessions.shared().newSession();
  private final Dataset<Row> range = spark.range(0, 100, 1, 7).selectExpr("id", "id % 3 AS x");

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void generatedCodeAndIteratorsGiveTheSame(boolean generated) {
    spark.conf().set("spark.sql.codegen.wholeStage", generated);
    spark.conf().set("spark.sql.codegen.factoryMode", generated ? "CODEGEN_ONLY" : "NO_CODEGEN");
    Dataset<Row> sums = Cumsum.of("id").naturalOrder().apply(range);
    assertThat(isInStage(sums)).isEqualTo(generated);
    assertThat(sums.collectAsList())
        .extracting(row -> row.getLong(2))
        .containsExactlyElementsOf(triangular(100));
  }

  @Test
  void totalsReadTheColumnsThatTheyNeed(@TempDir Path directory) {
    range.write().mode("overwrite").parquet(directory.toString());
    spark.read().parquet(directory.toString()).createOrReplaceTempView("files");
    SparkPlan sum = scan(Cumsum.of("x").naturalOrder().apply(spark.table("files")));
    assertThat(sum.children().apply(1).output().mkString()).startsWith("x#");
    SparkPlan rowNumber =
        scan(
            spark.sql(
                "SELECT *, row_number() OVER (ORDER BY monotonically_increasing_id()) FROM files"));
    assertThat(rowNumber.children().apply(1).output().isEmpty()).isTrue();
  }

  @Test
  void rowsThatMayDifferAreComputedOnce() {
    for (Dataset<Row> rows :
        List.of(
            range.selectExpr("rand() AS r", "x"),
            range.where("rand() < 0.5"),
            range.repartition(3),
            range.where("x < (SELECT max(id) FROM range(3))"),
            range.union(range))) {
      assertThat(scan(Cumsum.of("x").naturalOrder().apply(rows)).children().size()).isEqualTo(1);
    }
  }

  /** A limit stops the loop before the end, where the sums are not those of the whole partition. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 14, 15, 99, 100, 101})
  void aLimitInTheStageEndsTheScanEarly(int limit) {
    Dataset<Row> sums = Cumsum.of("id").naturalOrder().apply(range);
    Dataset<Row> limited = sums.limit(limit).selectExpr("id_cumsum + 0 AS s").repartition(1);
    assertThat(limited.collectAsList())
        .hasSize(Math.min(limit, 100))
        .allMatch(row -> triangular(100).contains(row.getLong(0)));
    assertThat(sums.takeAsList(limit))
        .extracting(row -> row.getLong(2))
        .containsExactlyElementsOf(triangular(Math.min(limit, 100)));
  }

  @Test
  void scansOfScansRun() {
    Dataset<Row> sums = Cumsum.of("x").naturalOrder().out("s").apply(range);
    Dataset<Row> sumsOfSums = Cumsum.of("s").naturalOrder().out("ss").apply(sums);
    long sum = 0;
    long sumOfSums = 0;
    for (Row row : sumsOfSums.collectAsList()) {
      sum += row.getLong(1);
      sumOfSums += sum;
      assertThat(row.getLong(3)).isEqualTo(sumOfSums);
    }
    assertThat(sumsOfSums.where("ss % 2 = 0").count()).isPositive();
  }

  @Test
  void eachPassIsOneJobHoweverManyPartitionsThereAre() throws TimeoutException {
    Dataset<Row> sums =
        Cumsum.of("id").naturalOrder().apply(spark.range(0, 500, 1, 500).toDF("id"));
    Set<Integer> jobs = ConcurrentHashMap.newKeySet();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            jobs.add(start.jobId());
          }
        };
    spark.sparkContext().addSparkListener(listener);
    assertThat(sums.collectAsList()).hasSize(500);
    spark.sparkContext().listenerBus().waitUntilEmpty();
    spark.sparkContext().removeSparkListener(listener);
    assertThat(jobs).hasSize(2);
  }

  private static List<Long> triangular(int count) {
    return LongStream.range(0, count).mapToObj(i -> i * (i + 1) / 2).toList();
  }

  private static SparkPlan scan(Dataset<Row> sums) {
    SparkPlan plan = sums.queryExecution().sparkPlan();
    return plan.find(PrefixScanExec.class::isInstance).get();
  }

  private static boolean isInStage(Dataset<Row> sums) {
    return sums.queryExecution()
        .executedPlan()
        .exists(
            node ->
                node instanceof WholeStageCodegenExec stage
                    && stage.child().exists(PrefixScanExec.class::isInstance));
  }
}
