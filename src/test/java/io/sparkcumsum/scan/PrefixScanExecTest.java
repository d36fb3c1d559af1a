package io.sparkcumsum.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.Cumsum;
import io.sparkcumsum.Plans;
import io.sparkcumsum.Sessions;
import io.sparkcumsum.catalyst.Seqs;
import io.sparkcumsum.scan.function.ScanFunctions;
import io.sparkcumsum.scan.input.RecomputedInput;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.execution.ExplainMode;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator sees: the node, its metrics and its jobs. */
class PrefixScanExecTest {
  private final SparkSession spark = Sessions.shared().newSession();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void metricsTellRowsPartitionsAndTheTimeOfEachPhase(boolean adaptive) {
    spark.conf().set("spark.sql.adaptive.enabled", adaptive);
    Dataset<Row> df = spark.range(0, 1000, 1, 3).selectExpr("id");
    Dataset<Row> sums = Cumsum.of("id").orderBy("id").apply(df.repartition(5));
    List<Row> rows = sums.collectAsList();
    assertThat(rows.get(999).getLong(1)).isEqualTo(499_500);

    PrefixScanExec scan = prefixScan(sums);
    assertThat(metric(scan, "numOutputRows").value()).isEqualTo(1000);
    assertThat(metric(scan, "numPartitions").value()).isPositive();
    assertThat(metric(scan, "totalsTime").value()).isNotNegative();
    assertThat(metric(scan, "offsetsTime").value()).isNotNegative();
    assertThat(metric(scan, "scanTime").value()).isPositive();
  }

  @Test
  void theTotalsJobSaysWhatItIs() throws TimeoutException {
    Set<String> descriptions = ConcurrentHashMap.newKeySet();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            String description = start.properties().getProperty("spark.job.description");
            if (description != null) {
              descriptions.add(description);
            }
          }
        };
    spark.sparkContext().addSparkListener(listener);
    Cumsum.of("id").naturalOrder().apply(spark.range(0, 10, 1, 4).toDF()).collectAsList();
    spark.sparkContext().listenerBus().waitUntilEmpty();
    spark.sparkContext().removeSparkListener(listener);
    assertThat(descriptions).contains("PrefixScan: totals of 4 partitions");
    assertThat(spark.sparkContext().getLocalProperty("spark.job.description")).isNull();
  }

  @Test
  void explainShowsTheScanInEveryMode() {
    Dataset<Row> sums = Cumsum.of("id").orderBy("id").apply(spark.range(9).toDF());
    for (String mode : List.of("simple", "extended", "cost", "formatted")) {
      assertThat(sums.queryExecution().explainString(ExplainMode.fromString(mode)))
          .as(mode)
          .contains("PrefixScan");
    }
  }

  @Tag("spark-alone")
  @Test
  void aSortBelowIsNotReadForTotals() {
    spark.conf().set("spark.sql.adaptive.enabled", false);
    Dataset<Row> rows =
        spark.range(50).selectExpr("id", "hash(id) AS k").repartitionByRange(4, functions.col("k"));
    PrefixScanExec scan = prefixScan(Cumsum.of("id").orderBy("k").apply(rows));
    RecomputedInput input = recomputed(scan.children().apply(0));
    assertThat(input.forTotals()).isNotSameAs(input.rows());
    assertThat(input.forTotals().getNumPartitions()).isEqualTo(input.rows().getNumPartitions());
  }

  @Tag("spark-alone")
  @Test
  void rowsWithIdsSinceTheSortAreNeitherSortedForTotalsNorKept() {
    spark.conf().set("spark.sql.adaptive.enabled", false);
    Dataset<Row> rows =
        spark
            .range(50)
            .selectExpr("id", "hash(id) AS k")
            .sort("k")
            .withColumn("row", functions.monotonically_increasing_id());
    PrefixScanExec scan = prefixScan(Cumsum.of("id").naturalOrder().apply(rows));
    RecomputedInput input = recomputed(scan.children().apply(0));
    assertThat(input.forTotals()).isNotSameAs(input.rows());
    assertThat(input.functions().input()).extracting(Attribute::name).containsExactly("id", "k");
    assertThat(input.rows().getStorageLevel()).isEqualTo(StorageLevel.NONE());
  }

  @Test
  void scansOfDifferentKindsAreNeverTakenForOneAnother() {
    Dataset<Row> df = spark.range(0, 4, 1, 2).selectExpr("id", Long.MAX_VALUE / 2 + " AS x");
    Dataset<Row> strict = Cumsum.of("x").orderBy("id").apply(df);
    spark.conf().set("spark.sql.ansi.enabled", false);
    Dataset<Row> wrapping = Cumsum.of("x").orderBy("id").apply(df);
    assertThat(strict.semanticHash()).isNotEqualTo(wrapping.semanticHash());
    assertThat(strict.sameSemantics(wrapping)).isFalse();
    assertThat(wrapping.sameSemantics(Cumsum.of("x").orderBy("id").apply(df))).isTrue();
  }

  private static RecomputedInput recomputed(SparkPlan rows) {
    return RecomputedInput.of(rows, new ScanFunctions(List.of(), Seqs.list(rows.output())), null);
  }

  private static PrefixScanExec prefixScan(Dataset<Row> df) {
    return (PrefixScanExec) Plans.executed(df).find(node -> node instanceof PrefixScanExec).get();
  }

  private static SQLMetric metric(PrefixScanExec scan, String name) {
    return scan.metrics().apply(name);
  }
}
