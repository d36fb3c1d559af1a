package io.sparkcumsum.scan.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.Cumsum;
import io.sparkcumsum.Plans;
import io.sparkcumsum.Seeds;
import io.sparkcumsum.Sessions;
import io.sparkcumsum.scan.PrefixScanExec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How rows come in order: left where they are if they are in order already, else shuffled. */
class OrderedInputTest {
  private static final StructType SCHEMA =
      new StructType().add("k", DataTypes.LongType).add("x", DataTypes.LongType);
  private static final Column ASCENDING = functions.col("k");
  private static final Column DESCENDING = functions.col("k").desc();

  /** How often a part of a source was read. */
  private static final AtomicInteger READS = new AtomicInteger();

  private final SparkSession spark = Sessions.shared().newSession();

  @TempDir private Path directory;

  @BeforeEach
  void packFiles() {
    // Into one partition, for all that they are small.
    spark.conf().set("spark.sql.files.openCostInBytes", 0);
    spark.conf().set("spark.sql.files.minPartitionNum", 1);
  }

  @Tag("spark-alone")
  @Test
  void sortedFilesStayWhereTheyAreWhateverTheirOrder() {
    Dataset<Row> files =
        files(List.of(keys(20, 25), keys(0, 9), keys(), keys(40, 49), keys(10, 19)));
    assertShuffled(false, files, ASCENDING);
    assertShuffled(true, files, DESCENDING);
  }

  @Test
  void filesThatAreSortedDownwardsAreInThatOrder() {
    Dataset<Row> files = files(List.of(reversed(keys(0, 9)), reversed(keys(20, 29))));
    assertShuffled(false, files, DESCENDING);
    assertShuffled(true, files, ASCENDING);
  }

  @Tag("spark-alone")
  @Test
  void equalKeysAreInOneFile() {
    assertShuffled(false, files(List.of(List.of(1L, 1L, 2L), List.of(3L, 3L, 3L))), ASCENDING);
    assertShuffled(true, files(List.of(List.of(1L, 2L, 2L), List.of(2L, 3L))), ASCENDING);
  }

  @Test
  void oneFileOutOfOrderIsEnoughToShuffle() {
    assertShuffled(true, files(List.of(keys(0, 9), List.of(12L, 11L), keys(20, 29))), ASCENDING);
    assertShuffled(true, files(List.of(keys(0, 20), keys(10, 12))), ASCENDING);
  }

  @Tag("spark-alone")
  @Test
  void nullsAreFirstOrLast() {
    List<Long> nullsFirst = new ArrayList<>(Collections.singletonList(null));
    nullsFirst.addAll(keys(0, 3));
    List<Long> nullsLast = new ArrayList<>(keys(4, 9));
    nullsLast.add(null);
    assertShuffled(false, files(List.of(keys(4, 9), nullsFirst)), ASCENDING);
    assertShuffled(
        true, files(List.of(keys(4, 9), nullsFirst)), functions.col("k").asc_nulls_last());
    assertShuffled(
        false, files(List.of(nullsLast, keys(0, 3))), functions.col("k").asc_nulls_last());
  }

  @Test
  void oneFileAndNoneAreInOrder() {
    assertShuffled(false, files(List.of(keys(0, 9))), ASCENDING);
    assertShuffled(false, files(List.of(keys(), keys())), ASCENDING);
    assertShuffled(true, files(List.of(List.of(3L, 1L, 2L))), ASCENDING);
  }

  /** Ids of rows are those of the partitions in which Spark plans to read the files. */
  @Test
  void filesWithIdsOfRowsAreReadAsPlanned() {
    // The larger file is read first.
    Dataset<Row> files = files(List.of(keys(0, 9), keys(20, 2000)));
    Dataset<Row> numbered = files.withColumn("id", functions.monotonically_increasing_id());
    Dataset<Row> sums = Cumsum.of("x").orderBy("k").apply(numbered);
    assertThat(sums.drop("x_cumsum").exceptAll(numbered).count()).isZero();
    sums.collectAsList();
    assertThat(isShuffled(sums)).isTrue();
  }

  @Tag("spark-alone")
  @Test
  void filesInOrderAreReadInAsFewPartitionsAsBefore() {
    spark.conf().set("spark.sql.files.maxPartitionBytes", 4000);
    Dataset<Row> files =
        files(List.of(keys(20, 29), keys(0, 9), keys(50, 59), keys(30, 39), keys(40, 49)));
    int planned = files.rdd().getNumPartitions();
    assertThat(planned).isBetween(2, 4);
    Dataset<Row> sums = Cumsum.of("x").orderBy("k").apply(files);
    assertThat(sums.rdd().getNumPartitions()).isBetween(2, planned + 1);
    assertShuffled(false, files, ASCENDING);
  }

  /** The survey sends no totals that the driver may not hold. They are computed by a pass more. */
  @Test
  void sortedFilesStayWhereTheyAreIfTheirTotalsAreWide() {
    spark.conf().set("spark.sql.files.openCostInBytes", 1 << 30);
    Dataset<Row> arrays =
        files(List.of(keys(2, 2), keys(1, 1), keys(0, 0), keys(4, 4), keys(3, 3)))
            .selectExpr("k", "array_repeat(k / 8D, 600000) AS a");
    Dataset<Row> sums =
        Cumsum.of("a")
            .axis(0)
            .orderBy("k")
            .apply(arrays)
            .selectExpr("array_min(a_cumsum) AS least", "array_max(a_cumsum) AS most");
    assertThat(sums.collectAsList())
        .containsExactlyElementsOf(
            Stream.of(0, 1, 3, 6, 10).map(sum -> RowFactory.create(sum / 8D, sum / 8D)).toList());
    assertThat(isShuffled(sums)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 40})
  void rangesHoldAllRowsInOrder(int partitions) {
    spark.conf().set("spark.sql.shuffle.partitions", partitions);
    Random random = Seeds.random(partitions + " ranges", partitions);
    List<List<Long>> files = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      files.add(random.longs(200, 0, 50).boxed().toList());
    }
    Dataset<Row> rows = files(files);
    assertShuffled(true, rows, ASCENDING);
    assertThat(Cumsum.of("x").orderBy("k").apply(rows).rdd().getNumPartitions())
        .isLessThanOrEqualTo(partitions);
  }

  /** Beyond 2^18 totals of tasks and ranges, ranges are totalled by a job of their own. */
  @Test
  void moreTotalsThanTheDriverKeeps() throws TimeoutException {
    spark.conf().set("spark.sql.shuffle.partitions", 512);
    Dataset<Row> rows = spark.range(0, 2600, 1, 520).selectExpr("id * 389 % 2600 AS k", "id AS x");
    assertThat(jobs(() -> assertShuffled(true, rows, ASCENDING))).anyMatch(this::isOfTotals);
  }

  /** Beyond 32 MiB of them too. */
  @Test
  void largerTotalsThanTheDriverKeeps() throws TimeoutException {
    Dataset<Row> rows =
        spark.range(0, 16, 1, 8).selectExpr("hash(id) AS k", "array_repeat(id, 200000) AS x", "id");
    Dataset<Row> sums = Cumsum.of("x").axis(0).orderBy("k").apply(rows);
    List<Row> ends = new ArrayList<>();
    Dataset<Row> shown = sums.selectExpr("id", "x_cumsum[0]", "element_at(x_cumsum, -1)");
    assertThat(jobs(() -> ends.addAll(shown.collectAsList()))).anyMatch(this::isOfTotals);
    long sum = 0;
    for (Row row : ends) {
      sum += row.getLong(0);
      assertThat(row.getLong(1)).isEqualTo(row.getLong(2)).isEqualTo(sum);
    }
  }

  private boolean isOfTotals(String job) {
    return job.matches("PrefixScan: totals of \\d+ partitions");
  }

  private List<String> jobs(Runnable query) throws TimeoutException {
    List<String> jobs = new ArrayList<>();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            jobs.add(String.valueOf(start.properties().getProperty("spark.job.description")));
          }
        };
    spark.sparkContext().addSparkListener(listener);
    try {
      query.run();
      spark.sparkContext().listenerBus().waitUntilEmpty();
    } finally {
      spark.sparkContext().removeSparkListener(listener);
    }
    return jobs;
  }

  /** As a database may do, whose scan starts where another one is. */
  @Test
  void rowsMayComeInAnotherOrderTheSecondTime() {
    JavaRDD<Row> rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(List.of(0L, 1L), 2)
            .flatMap(
                part -> {
                  List<Long> keys = new ArrayList<>(keys(10 * part, 10 * part + 9));
                  if (READS.incrementAndGet() > 2) {
                    Collections.reverse(keys);
                  }
                  return keys.stream().map(key -> RowFactory.create(key, key)).iterator();
                });
    assertShuffled(true, spark.createDataFrame(rows, SCHEMA), ASCENDING);
    // To sort partitions brings rows in order that may be others the second time.
    assertShuffled(true, spark.createDataFrame(rows, SCHEMA).sortWithinPartitions("k"), ASCENDING);
  }

  @Test
  void aSourceThatReportsItsOrderStaysWhereItIs() {
    Dataset<Row> ordered = source().option("ordered", true).load();
    assertShuffled(false, ordered, ASCENDING);
    assertShuffled(false, ordered.where("x > 50").selectExpr("k", "x + y AS x"), ASCENDING);
    assertShuffled(true, ordered, DESCENDING);
    assertShuffled(true, source().load(), ASCENDING);
  }

  /** Such as {@code lag}, since equal keys may come in another order each time. */
  @Test
  void aSourceThatReportsItsOrderIsShuffledForWhatDependsOnTheOrderOfPeers() {
    source().option("ordered", true).load().createOrReplaceTempView("ordered");
    Dataset<Row> lags = spark.sql("SELECT k, lag(x, 2) OVER (ORDER BY k) AS l FROM ordered");
    assertThat(lags.collectAsList())
        .extracting(row -> row.isNullAt(1) ? null : row.getLong(1))
        .hasSize(30)
        .startsWith(null, null, 0L, 1L)
        .endsWith(27L * 27);
    assertThat(isShuffled(lags)).isTrue();
  }

  private DataFrameReader source() {
    return spark.read().format(SortedSource.class.getName());
  }

  @Test
  void smallRangesAreReadTogetherUnderAdaptiveExecution() {
    spark.conf().set("spark.sql.adaptive.coalescePartitions.enabled", true);
    Dataset<Row> rows = files(List.of(reversed(keys(0, 99)), reversed(keys(50, 149))));
    assertThat(Cumsum.of("x").orderBy("k").apply(rows).rdd().getNumPartitions()).isEqualTo(1);
    assertShuffled(true, rows, ASCENDING);
    spark.conf().set("spark.sql.adaptive.enabled", false);
    assertThat(Cumsum.of("x").orderBy("k").apply(rows).rdd().getNumPartitions()).isEqualTo(4);
  }

  /** A cached partition is asked for whole, or it would be cached with one of its files. */
  @Test
  void filesThatAreBeingCachedAreReadAsPartitions() {
    Dataset<Row> cached = files(List.of(keys(20, 29), keys(0, 9), keys(10, 19))).cache();
    assertShuffled(true, cached, ASCENDING);
    assertThat(cached.count()).isEqualTo(30);
    cached.unpersist();
  }

  /** What an operator makes of a partition is not what it makes of each of its files. */
  @Test
  void filesOfABucketAreReadTogether() {
    String path = directory.resolve("buckets").toString();
    for (int value : new int[] {10, 20}) {
      spark
          .sql("SELECT 1L AS k, " + value + "L AS v")
          .write()
          .mode("append")
          .bucketBy(4, "k")
          .option("path", path)
          .saveAsTable("bucketed");
    }
    assertThat(
            spark
                .sql(
                    "SELECT k, s, sum(s) OVER (ORDER BY s)"
                        + " FROM (SELECT k, sum(v) AS s FROM bucketed GROUP BY k)")
                .collectAsList())
        .extracting(Row::toString)
        .containsExactly("[1,30,30]");
    spark.sql("DROP TABLE bucketed");
  }

  @Test
  void partitionsThatStayAreNotTakenForOne() {
    spark.conf().set("spark.sql.shuffle.partitions", 1);
    spark.conf().set("spark.sql.files.openCostInBytes", 1 << 30);
    Dataset<Row> sums = Cumsum.of("x").orderBy("k").apply(files(List.of(keys(10, 19), keys(0, 9))));
    assertThat(sums.rdd().getNumPartitions()).isEqualTo(2);
    assertThat(sums.selectExpr("count(x_cumsum)").collectAsList())
        .extracting(Row::toString)
        .containsExactly("[20]");
    assertThat(sums.selectExpr("x_cumsum").groupBy().count().collectAsList()).hasSize(1);
  }

  @Test
  void rowsThatAreDroppedForOneColumnAreDroppedInBothPasses() throws IOException {
    Path lines = Files.createDirectory(directory.resolve("lines"));
    Files.writeString(lines.resolve("1.csv"), "1,1\n2,bad\n3,3\n");
    Files.writeString(lines.resolve("2.csv"), "4,4\n5,5\n");
    spark.conf().set("spark.sql.files.openCostInBytes", 1 << 30);
    Dataset<Row> rows =
        spark.read().schema("k BIGINT, y BIGINT").option("mode", "DROPMALFORMED").csv("" + lines);
    for (Cumsum cumsum : List.of(Cumsum.of("k").orderBy("k"), Cumsum.of("k").naturalOrder())) {
      assertThat(cumsum.apply(rows).collectAsList())
          .extracting(row -> row.getLong(2))
          .containsExactly(1L, 4L, 8L, 13L);
      Row[] last = (Row[]) cumsum.apply(rows).tail(1);
      assertThat(last[0].getLong(2)).isEqualTo(13);
    }
  }

  @Test
  void noFilesHaveNoRows() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    Dataset<Row> rows = spark.read().schema(SCHEMA).parquet(empty.toString());
    assertThat(Cumsum.of("x").orderBy("k").apply(rows).collectAsList()).isEmpty();
    assertThat(
            Cumsum.of("x")
                .orderBy("r")
                .apply(rows.withColumn("r", functions.rand()))
                .collectAsList())
        .isEmpty();
  }

  private void assertShuffled(boolean expected, Dataset<Row> rows, Column order) {
    Dataset<Row> sums = Cumsum.of("x").orderBy(order).out("sum").apply(rows);
    List<Row> actual = sums.collectAsList();
    assertThat(isShuffled(sums)).isEqualTo(expected);
    List<Row> sorted = rows.sort(order).collectAsList();
    assertThat(actual).hasSameSizeAs(sorted);
    long sum = 0;
    for (int i = 0; i < actual.size(); i++) {
      sum += actual.get(i).getLong(1);
      assertThat(actual.get(i).get(0)).as("key of row %d", i).isEqualTo(sorted.get(i).get(0));
      assertThat(actual.get(i).getLong(actual.get(i).size() - 1))
          .as("sum of row %d", i)
          .isEqualTo(sum);
    }
    assertThat(sum).isEqualTo(sorted.stream().mapToLong(row -> row.getLong(1)).sum());
  }

  /** Of sums that were collected once: another time nothing is shuffled again. */
  private static boolean isShuffled(Dataset<Row> sums) {
    PrefixScanExec scan =
        (PrefixScanExec) Plans.executed(sums).find(PrefixScanExec.class::isInstance).get();
    return scan.metrics().apply("shuffleRecordsWritten").value() > 0;
  }

  /** A file for each list of keys; x differs in all rows. */
  private Dataset<Row> files(List<List<Long>> keysOfFiles) {
    Path table = directory.resolve("table" + System.nanoTime());
    long x = 1;
    for (List<Long> keys : keysOfFiles) {
      List<Row> rows = new ArrayList<>();
      for (Long key : keys) {
        rows.add(RowFactory.create(key, x * x));
        x++;
      }
      spark
          .createDataFrame(rows, SCHEMA)
          .coalesce(1)
          .write()
          .mode("append")
          .parquet(table.toString());
    }
    return spark.read().schema(SCHEMA).parquet(table.toString());
  }

  private static List<Long> keys(long first, long last) {
    List<Long> keys = new ArrayList<>();
    for (long key = first; key <= last; key++) {
      keys.add(key);
    }
    return keys;
  }

  private static List<Long> keys() {
    return List.of();
  }

  private static List<Long> reversed(List<Long> keys) {
    List<Long> reversed = new ArrayList<>(keys);
    Collections.reverse(reversed);
    return reversed;
  }
}
