package io.sparkcumsum.scan.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.Plans;
import io.sparkcumsum.Sessions;
import io.sparkcumsum.scan.PrefixScanExec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small input is sorted in one partition, and gives what larger input gives. */
class SmallInputTest {
  private static final String SHUFFLED = "(id * 7919L) % 1000L AS k, id AS x, id / 8D AS y";
  private static final String WINDOW =
      "SELECT *, sum(x) OVER (ORDER BY k) AS s, avg(y) OVER (ORDER BY k) AS a,"
          + " dense_rank() OVER (ORDER BY k DIV 10) AS r, first(y) OVER (ORDER BY k) AS f FROM t";

  private static final String NATURAL =
      "SELECT *, sum(x) OVER (ORDER BY id) AS s, row_number() OVER (ORDER BY id) AS n"
          + " FROM (SELECT *, monotonically_increasing_id() AS id FROM t)";

  private final SparkSession spark = Sessions.shared().newSession();

  @TempDir private Path directory;

  @BeforeEach
  void restoreTheDefault() {
    spark.conf().set("spark.cumsum.singlePartitionThreshold", "16MB");
  }

  @AfterEach
  void uncache() {
    spark.catalog().clearCache();
  }

  @Test
  void ofEachSource() {
    Dataset<Row> range = spark.range(0, 1000, 1, 5).selectExpr(SHUFFLED.split(", "));
    assertOnePartition(range, true);
    assertOnePartition(range.filter("k > 500"), true);
    assertOnePartition(range.union(range), true);
    String path = directory.resolve("files").toString();
    range.write().parquet(path);
    assertOnePartition(spark.read().parquet(path), true);
    Dataset<Row> cached = spark.read().parquet(path).cache();
    assertThat(cached.count()).isEqualTo(1000);
    assertOnePartition(cached, true);
    assertOnePartition(spark.createDataFrame(range.collectAsList(), range.schema()), true);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ofGroups(boolean adaptive) {
    spark.conf().set("spark.sql.adaptive.enabled", adaptive);
    Dataset<Row> range = spark.range(0, 1000, 1, 5).selectExpr(SHUFFLED.split(", "));
    assertOnePartition(
        range.groupBy("k").agg(functions.expr("sum(x) AS x"), functions.expr("max(y) AS y")), true);
  }

  /** The size of an RDD and of joined rows is not known, until the keys are read. */
  @Test
  void ofUnknownSize() {
    Dataset<Row> range = spark.range(0, 1000, 1, 5).selectExpr(SHUFFLED.split(", "));
    assertOnePartition(spark.createDataFrame(range.toJavaRDD(), range.schema()), true);
    assertOnePartition(range.join(range.selectExpr("k"), "k"), true);
    assertOnePartition(range.selectExpr("k", "explode(array(x, x + 1)) AS x", "y"), true);
    // Input without rows is small too.
    assertOnePartition(
        spark.createDataFrame(range.filter("k < 0").toJavaRDD(), range.schema()), true);
  }

  /** The ids of rows, which depend on their partitions, stay. */
  @Test
  void isReadByOneTaskInNaturalOrder() {
    Dataset<Row> range = spark.range(0, 1000, 1, 5).selectExpr(SHUFFLED.split(", "));
    assertOnePartition(NATURAL, range, true);
    assertOnePartition(
        NATURAL, range.filter("k > 500").withColumn("k", functions.expr("-k")), true);
    assertOnePartition(NATURAL, spark.createDataFrame(range.collectAsList(), range.schema()), true);
    String path = directory.resolve("files").toString();
    range.write().parquet(path);
    assertOnePartition(NATURAL, spark.read().parquet(path), true);
    Dataset<Row> cached = spark.read().parquet(path).cache();
    assertThat(cached.count()).isEqualTo(1000);
    assertOnePartition(NATURAL, cached, true);
  }

  @Test
  void isReadByManyTasksInNaturalOrder() {
    Dataset<Row> range = spark.range(0, 1000, 1, 5).selectExpr(SHUFFLED.split(", "));
    spark.udf().register("anything", (Long x) -> x + 1, DataTypes.LongType);
    assertOnePartition(NATURAL, range.selectExpr("anything(x) AS x"), false);
    assertOnePartition(NATURAL, range.filter("anything(x) > 5"), false);
    assertOnePartition(NATURAL, spark.range(0, 200_000, 1, 5).toDF("x"), false);
    // What a cached table takes is not known before it is cached.
    assertOnePartition(NATURAL, range.cache(), false);
    spark.conf().set("spark.cumsum.singlePartitionThreshold", 0);
    assertOnePartition(NATURAL, range, false);
  }

  /** Rows of 240 bytes are more than their source promises, a range of 8 bytes each. */
  @Test
  void isNotWhatGrows() {
    spark.conf().set("spark.cumsum.singlePartitionThreshold", "100KB");
    spark.conf().set("spark.sql.adaptive.coalescePartitions.minPartitionSize", "1KB");
    Dataset<Row> wide =
        spark
            .range(0, 1000, 1, 5)
            .selectExpr(SHUFFLED.split(", "))
            .withColumn("w", functions.expr("transform(sequence(1, 24), i -> xxhash64(x, i))"));
    assertOnePartition(wide, false);
  }

  @Test
  void isNoneIfTheThresholdIsZero() {
    spark.conf().set("spark.cumsum.singlePartitionThreshold", 0);
    Dataset<Row> range = spark.range(0, 1000, 1, 5).selectExpr(SHUFFLED.split(", "));
    assertOnePartition(range, false);
    assertOnePartition(spark.createDataFrame(range.toJavaRDD(), range.schema()), false);
  }

  /** One job writes the rows and one reads them. The rows of one partition need one job. */
  @Test
  void takesFewJobs() throws TimeoutException {
    Dataset<Row> range = spark.range(0, 1000, 1, 5).selectExpr(SHUFFLED.split(", "));
    assertThat(jobs(range)).isEqualTo(2);
    assertThat(jobs(range.coalesce(1))).isLessThanOrEqualTo(2);
    assertThat(jobs(spark.range(0, 1000, 1, 1).selectExpr(SHUFFLED.split(", ")))).isEqualTo(1);
  }

  private int jobs(Dataset<Row> rows) throws TimeoutException {
    rows.createOrReplaceTempView("t");
    Dataset<Row> window = spark.sql(WINDOW);
    AtomicInteger jobs = new AtomicInteger();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            jobs.incrementAndGet();
          }
        };
    spark.sparkContext().listenerBus().waitUntilEmpty(60_000);
    spark.sparkContext().addSparkListener(listener);
    window.collectAsList();
    spark.sparkContext().listenerBus().waitUntilEmpty(60_000);
    spark.sparkContext().removeSparkListener(listener);
    return jobs.get();
  }

  private void assertOnePartition(Dataset<Row> rows, boolean isOne) {
    assertOnePartition(WINDOW, rows, isOne);
  }

  private void assertOnePartition(String window, Dataset<Row> rows, boolean isOne) {
    rows.createOrReplaceTempView("t");
    Dataset<Row> scanned = spark.sql(window);
    List<Row> found = new ArrayList<>(scanned.collectAsList());
    SparkPlan scan = Plans.executed(scanned).find(node -> node instanceof PrefixScanExec).get();
    boolean single = scan.metrics().apply("numPartitions").value() == 1;
    assertThat(single).as(rows.queryExecution().toString()).isEqualTo(isOne);
    spark.conf().set("spark.cumsum.window.enabled", false);
    List<Row> expected = spark.sql(window).collectAsList();
    spark.conf().unset("spark.cumsum.window.enabled");
    assertThat(found).hasSameSizeAs(expected);
    // Comparing lists in any order would take quadratic time.
    assertThat(new HashSet<>(found).equals(new HashSet<>(expected))).isTrue();
  }
}
