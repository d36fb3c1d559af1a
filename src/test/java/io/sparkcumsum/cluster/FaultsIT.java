package io.sparkcumsum.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkcumsum.Plans;
import io.sparkcumsum.cluster.Fault.Kind;
import io.sparkcumsum.cluster.Fault.Phase;
import io.sparkcumsum.scan.PrefixScanExec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Tail;
import org.apache.spark.sql.classic.Dataset$;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On a cluster that loses tasks, files, executors and workers every row has its exact sum. */
class FaultsIT {
  private static final int ROWS = 20_011;
  private static final int PARTITIONS = 6;
  private static final long STEP = 7_919;
  private static final String NATURAL = "monotonically_increasing_id()";
  private static final String SHUFFLED = "k";

  private static final String NEAR = "sum(x) OVER (ORDER BY k RANGE 5 PRECEDING) AS r";
  private static final String WIDE =
      "sum(x) OVER (ORDER BY k RANGE BETWEEN 9000 PRECEDING AND 7 FOLLOWING) AS w";
  private static final String ONE_SIDED =
      "sum(x) OVER (ORDER BY k RANGE BETWEEN UNBOUNDED PRECEDING AND 5 PRECEDING) AS u";

  @TempDir private static Path directory;
  private static StandaloneCluster cluster;

  private final AtomicInteger failedTasks = new AtomicInteger();
  private final AtomicInteger speculativeTasks = new AtomicInteger();
  private final AtomicInteger runningJobs = new AtomicInteger();
  private final AtomicInteger jobsAtOnce = new AtomicInteger();
  private final Map<Integer, String> jobsOfStages = new ConcurrentHashMap<>();
  private volatile Phase slowPhase;
  private final AtomicInteger lostExecutors = new AtomicInteger();
  private final AtomicInteger repeatedStages = new AtomicInteger();
  private final AtomicInteger shuffleTasks = new AtomicInteger();

  /** Kept from test to test, since its executors are warm. */
  private static SparkSession spark;

  private static boolean speculates;

  private final Observer observer = new Observer();

  @BeforeAll
  static void startCluster() throws Exception {
    cluster = new StandaloneCluster(Files.createDirectories(directory.resolve("cluster")));
    cluster.startWorker();
    cluster.startWorker();
  }

  @AfterAll
  static void stopCluster() throws Exception {
    if (spark != null) {
      spark.stop();
    }
    cluster.stop();
  }

  private void start(boolean speculation) {
    if (spark != null && speculates != speculation) {
      spark.stop();
      spark = null;
    }
    speculates = speculation;
    spark =
        SparkSession.builder()
            .master(cluster.url())
            .appName("faults")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.executor.memory", "512m")
            .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .config("spark.executor.extraJavaOptions", StandaloneCluster.SHORT_LIVED)
            .config("spark.scheduler.mode", "FAIR")
            .config("spark.speculation", speculation)
            .config("spark.speculation.interval", "20ms")
            .config("spark.speculation.multiplier", 1.1)
            .config("spark.speculation.quantile", 0.5)
            .config("spark.sql.shuffle.partitions", PARTITIONS)
            .config("spark.sql.adaptive.coalescePartitions.enabled", false)
            .config("spark.cumsum.singlePartitionThreshold", 0)
            .getOrCreate();
    spark.sparkContext().addSparkListener(observer);
  }

  @AfterEach
  void stopObserving() {
    spark.sparkContext().removeSparkListener(observer);
  }

  /** What a test has to see, so that it does not pass without the fault. */
  private final class Observer extends SparkListener {
    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (end.taskInfo().failed()) {
        failedTasks.incrementAndGet();
      }
      if (end.taskType().equals("ShuffleMapTask")) {
        shuffleTasks.incrementAndGet();
      }
      String job = jobsOfStages.get(end.stageId());
      if (end.taskInfo().speculative() && slowPhase != null && slowPhase.isPhaseOf(job)) {
        speculativeTasks.incrementAndGet();
      }
    }

    @Override
    public void onJobStart(SparkListenerJobStart start) {
      jobsAtOnce.accumulateAndGet(runningJobs.incrementAndGet(), Math::max);
    }

    @Override
    public void onJobEnd(SparkListenerJobEnd end) {
      runningJobs.decrementAndGet();
    }

    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
      lostExecutors.incrementAndGet();
    }

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
      String job = submitted.properties().getProperty("spark.job.description");
      jobsOfStages.put(submitted.stageInfo().stageId(), job == null ? "" : job);
      if (submitted.stageInfo().attemptNumber() > 0) {
        repeatedStages.incrementAndGet();
      }
    }
  }

  /** The events of a query come later than its result. */
  private static void awaitAtLeast(int least, AtomicInteger count) throws InterruptedException {
    for (int i = 0; i < 300 && count.get() < least; i++) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    assertThat(count).hasValueGreaterThanOrEqualTo(least);
  }

  private static void awaitNoJobs() throws InterruptedException {
    for (int i = 0; i < 300 && activeJobs().length > 0; i++) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    assertThat(activeJobs()).isEmpty();
  }

  private static int[] activeJobs() {
    return spark.sparkContext().statusTracker().getActiveJobIds();
  }

  private Dataset<Row> sums(String order, Phase phase, Kind kind, int attempts) {
    spark
        .udf()
        .register("fault", functions.udf(new Fault(phase, kind, attempts), DataTypes.LongType));
    // The pass over ordered rows does not read what is below the shuffle again.
    return order.equals(SHUFFLED) && phase == Phase.OFFSET_PASS
        ? sums(order, "id").selectExpr("k", "x", "fault(s) AS s")
        : sums(order, "fault(id)");
  }

  private Dataset<Row> sums(String order, String x) {
    return spark
        .range(0, ROWS, 1, PARTITIONS)
        .selectExpr("id * " + STEP + " % " + ROWS + " AS k", x + " AS x")
        .selectExpr("k", "x", "sum(x) OVER (ORDER BY " + order + ") AS s");
  }

  private static void assertExact(String order, List<Row> rows) {
    assertThat(rows).hasSize(ROWS);
    LongStream ids = LongStream.range(0, ROWS);
    if (order.equals(SHUFFLED)) {
      ids = ids.boxed().sorted((a, b) -> Long.compare(key(a), key(b))).mapToLong(Long::longValue);
    }
    long[] inOrder = ids.toArray();
    long sum = 0;
    for (int i = 0; i < ROWS; i++) {
      sum += inOrder[i];
      assertThat(rows.get(i).toString())
          .isEqualTo("[" + key(inOrder[i]) + "," + inOrder[i] + "," + sum + "]");
    }
  }

  private static long key(long id) {
    return id * STEP % ROWS;
  }

  /** The phases that rows go through a {@link Fault} in, with the order of the scan. */
  static List<Arguments> phases() {
    return List.of(
        Arguments.of(NATURAL, Phase.TOTALS),
        Arguments.of(NATURAL, Phase.OFFSET_PASS),
        Arguments.of(SHUFFLED, Phase.SURVEY),
        Arguments.of(SHUFFLED, Phase.SHUFFLE),
        Arguments.of(SHUFFLED, Phase.OFFSET_PASS));
  }

  @ParameterizedTest
  @MethodSource("phases")
  void anExecutorDies(String order, Phase phase) throws InterruptedException {
    start(false);
    assertExact(order, sums(order, phase, Kind.EXECUTOR_DIES, 1).collectAsList());
    awaitAtLeast(1, lostExecutors);
  }

  @ParameterizedTest
  @MethodSource("phases")
  void tasksFailBelowTheLimit(String order, Phase phase) throws InterruptedException {
    start(false);
    assertExact(order, sums(order, phase, Kind.TASK_FAILS, 3).collectAsList());
    awaitAtLeast(3, failedTasks);
  }

  @ParameterizedTest
  @MethodSource("phases")
  void tasksFailAboveTheLimit(String order, Phase phase) throws InterruptedException {
    start(false);
    Dataset<Row> sums = sums(order, phase, Kind.TASK_FAILS, 4);
    assertThatThrownBy(sums::collectAsList)
        .hasStackTraceContaining("[FAILED_EXECUTE_UDF]")
        .hasStackTraceContaining("a fault");
    awaitAtLeast(4, failedTasks);
    awaitNoJobs();
  }

  @ParameterizedTest
  @MethodSource("phases")
  void aSlowTaskIsRunTwice(String order, Phase phase) throws InterruptedException {
    start(true);
    slowPhase = phase;
    assertExact(order, sums(order, phase, Kind.TASK_IS_SLOW, 1).collectAsList());
    awaitAtLeast(1, speculativeTasks);
  }

  /** Rows of other partitions, totals of those between, and a scan in reverse. */
  private Dataset<Row> frames(Phase phase, Kind kind, int attempts) {
    spark
        .udf()
        .register("fault", functions.udf(new Fault(phase, kind, attempts), DataTypes.LongType));
    // The survey reads keys only, and the passes do not read what is below the shuffle again.
    boolean isPass = phase == Phase.OFFSET_PASS;
    String key = (isPass ? "id" : "fault(id)") + " * " + STEP + " % " + ROWS + " AS k";
    return spark
        .range(0, ROWS, 1, PARTITIONS)
        .selectExpr(key, "id AS x")
        .selectExpr(
            "k",
            "lag(x, 2) OVER (ORDER BY k) AS l",
            "max(x) OVER (ORDER BY k ROWS BETWEEN 2 PRECEDING AND 3 FOLLOWING) AS m",
            "count(x) OVER (ORDER BY k ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS c",
            NEAR,
            WIDE,
            ONE_SIDED)
        .selectExpr("k", "l", "m", "c", "r", "w", isPass ? "fault(u) AS u" : "u");
  }

  /** The phases of a window with frames, of which each has its own shuffle. */
  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"SURVEY", "SHUFFLE", "OFFSET_PASS"})
  void anExecutorDiesBelowFrames(Phase phase) throws InterruptedException {
    start(false);
    List<Row> expected = frames(phase, Kind.EXECUTOR_DIES, 0).collectAsList();
    assertThat(expected).hasSize(ROWS);
    assertThat(frames(phase, Kind.EXECUTOR_DIES, 1).collectAsList()).isEqualTo(expected);
    awaitAtLeast(1, lostExecutors);
  }

  /** Windows over groups, of which one has nine tenths of the rows. */
  private Dataset<Row> groups(Phase phase, Kind kind, int attempts) {
    spark
        .udf()
        .register("fault", functions.udf(new Fault(phase, kind, attempts), DataTypes.LongType));
    boolean isPass = phase == Phase.OFFSET_PASS;
    String key = (isPass ? "id" : "fault(id)") + " * " + STEP + " % " + ROWS + " AS k";
    String window = " OVER (PARTITION BY p ORDER BY k)";
    return spark
        .range(0, ROWS, 1, PARTITIONS)
        .selectExpr("if(id % 10 = 0, id % 130, 7) AS p", key, "id AS x")
        .selectExpr(
            "p",
            "k",
            "lag(x, 2)" + window + " AS l",
            "sum(x)" + window + " AS s",
            "max(x)" + window.replace(")", " ROWS BETWEEN 2 PRECEDING AND 3 FOLLOWING)") + " AS m",
            "sum(x)" + window.replace(")", " RANGE 5 PRECEDING)") + " AS r")
        .selectExpr("p", "k", "l", isPass ? "fault(s) AS s" : "s", "m", "r");
  }

  @ParameterizedTest
  @CsvSource({"always, SURVEY", "always, SHUFFLE", "always, OFFSET_PASS", "auto, OFFSET_PASS"})
  void anExecutorDiesBelowGroups(String partitioned, Phase phase) throws InterruptedException {
    start(false);
    spark.conf().set("spark.cumsum.window.partitioned", "never");
    List<Row> expected = groups(phase, Kind.EXECUTOR_DIES, 0).collectAsList();
    assertThat(expected).hasSize(ROWS);
    spark.conf().set("spark.cumsum.window.partitioned", partitioned);
    spark.conf().set("spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes", 1);
    Dataset<Row> groups = groups(phase, Kind.EXECUTOR_DIES, 1);
    assertThat(groups.collectAsList()).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(Plans.executed(groups).exists(node -> node instanceof PrefixScanExec)).isTrue();
    awaitAtLeast(1, lostExecutors);
    spark.conf().unset("spark.cumsum.window.partitioned");
    spark.conf().unset("spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes");
  }

  @Test
  void rowsBesideFramesAreDeleted() throws Exception {
    start(false);
    JavaRDD<Row> rows =
        spark
            .range(0, ROWS, 1, PARTITIONS)
            .selectExpr("id * " + STEP + " % " + ROWS + " AS k", "id AS x")
            .selectExpr("k", NEAR, WIDE, ONE_SIDED)
            .toJavaRDD();
    List<Row> expected = rows.collect();
    assertThat(deleteShuffledFiles()).isPositive();
    assertThat(rows.collect()).isEqualTo(expected);
    awaitAtLeast(1, repeatedStages);
  }

  private static void awaitExecutors(int least) throws InterruptedException {
    // The driver counts as one.
    for (int i = 0; i < 300 && executorsAndDriver() <= least; i++) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    assertThat(executorsAndDriver()).isGreaterThan(least);
  }

  private static int executorsAndDriver() {
    return spark.sparkContext().statusTracker().getExecutorInfos().length;
  }

  /** Runs all but the pass over the rows, then the damage, then the pass. */
  private void damageBeforeThePass(Damage damage) throws Exception {
    JavaRDD<Row> rows = sums(SHUFFLED, "id").toJavaRDD();
    assertThat(rows.getNumPartitions()).isEqualTo(PARTITIONS);
    damage.happen();
    assertExact(SHUFFLED, rows.collect());
  }

  /** What happens between two phases. */
  private interface Damage {
    void happen() throws Exception;
  }

  @Test
  void shuffledFilesAreDeleted() throws Exception {
    start(false);
    damageBeforeThePass(() -> assertThat(deleteShuffledFiles()).isPositive());
    awaitAtLeast(1, repeatedStages);
  }

  private static int deleteShuffledFiles() throws IOException {
    try (Stream<Path> files = Files.walk(cluster.localDirectory())) {
      List<Path> shuffled =
          files.filter(file -> file.getFileName().toString().startsWith("shuffle_")).toList();
      for (Path file : shuffled) {
        Files.delete(file);
      }
      return shuffled.size();
    }
  }

  @Test
  void allExecutorsDieAfterTheShuffle() throws Exception {
    start(false);
    damageBeforeThePass(this::killAllExecutors);
    awaitAtLeast(2 * PARTITIONS, shuffleTasks);
  }

  /** Kills them, and waits until the driver has seen it, so that no later test sees it instead. */
  private void killAllExecutors() throws InterruptedException {
    awaitExecutors(2);
    cluster.executors().forEach(ProcessHandle::destroyForcibly);
    awaitAtLeast(2, lostExecutors);
  }

  @ParameterizedTest
  @ValueSource(strings = {NATURAL, SHUFFLED})
  void aWorkerIsLostForGood(String order) throws Exception {
    start(false);
    Process third = cluster.startWorker();
    awaitExecutors(3);
    JavaRDD<Row> rows = sums(order, "id").toJavaRDD();
    assertThat(rows.getNumPartitions()).isEqualTo(PARTITIONS);
    third.descendants().forEach(ProcessHandle::destroyForcibly);
    third.destroyForcibly().waitFor();
    assertExact(order, rows.collect());
    awaitAtLeast(1, lostExecutors);
    if (order.equals(SHUFFLED)) {
      // It had written a part of the shuffle, which was written again.
      awaitAtLeast(PARTITIONS + 1, shuffleTasks);
    }
  }

  @Test
  void severalQueriesAtOnce() throws InterruptedException {
    start(false);
    List<CompletableFuture<Void>> queries =
        Stream.of(NATURAL, SHUFFLED, SHUFFLED, NATURAL)
            .map(
                order ->
                    CompletableFuture.runAsync(
                        () -> assertExact(order, sums(order, "id").collectAsList())))
            .toList();
    queries.forEach(CompletableFuture::join);
    awaitAtLeast(2, jobsAtOnce);
  }

  /** Half of the partitions are on the other executor, from which they arrive later. */
  @Test
  void theFirstAndLastRowsAreTakenInOrderThroughAShuffleToo() throws Exception {
    start(false);
    awaitExecutors(2);
    Dataset<Row> sums = sums(SHUFFLED, "id").select("s");
    List<Long> all = sums.as(Encoders.LONG()).collectAsList();
    LogicalPlan plan = ((org.apache.spark.sql.classic.Dataset<Row>) sums).logicalPlan();
    Dataset<Row> tail =
        Dataset$.MODULE$.ofRows(
            (org.apache.spark.sql.classic.SparkSession) spark,
            new Tail(new Literal(4_000, DataTypes.IntegerType), plan));
    for (int i = 0; i < 3; i++) {
      assertThat(executed(sums.limit(4_000))).isEqualTo(all.subList(0, 4_000));
      assertThat(executed(sums.offset(500).limit(4_000))).isEqualTo(all.subList(500, 4_500));
      assertThat(executed(sums.offset(ROWS - 4_000))).isEqualTo(all.subList(ROWS - 4_000, ROWS));
      assertThat(executed(tail)).isEqualTo(all.subList(ROWS - 4_000, ROWS));
    }
  }

  /** What a client of Spark Connect gets, for which nothing is collected by a driver. */
  private static List<Long> executed(Dataset<Row> rows) {
    return rows.queryExecution().toRdd().toJavaRDD().map(row -> row.getLong(0)).collect();
  }

  /** Each of these may come out differently when it is computed again, as it is here. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT id, CAST(rand() * 1000 AS BIGINT) AS x FROM range(0, 20000, 1, 6)",
        "SELECT id, CAST(hash(uuid()) AS BIGINT) AS x FROM range(0, 20000, 1, 6)",
        "SELECT id, dice(id) AS x FROM range(0, 20000, 1, 6)",
        "SELECT id, id AS x FROM (SELECT * FROM range(0, 20000, 1, 6)) TABLESAMPLE (50 PERCENT)",
        "SELECT /*+ REPARTITION(5) */ id, id AS x FROM range(0, 20000, 1, 6)"
      })
  void inputsThatChangeAreReadOnceOrNoticed(String input) throws Exception {
    start(false);
    for (String order : List.of("id", "row")) {
      JavaRDD<Row> rows = sumsOf(input, order);
      awaitExecutors(2);
      int lost = lostExecutors.get();
      cluster.executors().get(0).destroyForcibly();
      awaitAtLeast(lost + 1, lostExecutors);
      List<Row> collected;
      try {
        collected = rows.collect();
      } catch (Exception e) {
        assertThat(e).hasStackTraceContaining("CUMSUM_INPUT_CHANGED");
        continue;
      }
      assertThat(collected).hasSizeBetween(input.contains("TABLESAMPLE") ? 1 : 20_000, 20_000);
      long sum = 0;
      for (Row row : collected) {
        sum += row.getLong(0);
        assertThat(row.getLong(1)).as(input).isEqualTo(sum);
      }
    }
  }

  /** All that was kept is lost, and nothing comes out of the dice a second time. */
  @ParameterizedTest
  @ValueSource(strings = {"id", "row"})
  void rowsThatAreNotTheSameAgainAreNoticed(String order) throws Exception {
    start(false);
    JavaRDD<Row> rows = sumsOf("SELECT id, dice(id) AS x FROM range(0, 20000, 1, 6)", order);
    killAllExecutors();
    assertThatThrownBy(rows::collect).hasStackTraceContaining("CUMSUM_INPUT_CHANGED");
    awaitNoJobs();
  }

  /** Nor is a total of rows between frames that of the rows a second time. */
  @Test
  void totalsBesideFramesThatAreNotTheSameAgainAreNoticed() throws Exception {
    start(false);
    registerDice();
    JavaRDD<Row> rows =
        spark
            .sql(
                "SELECT sum(x) OVER (ORDER BY id RANGE BETWEEN UNBOUNDED PRECEDING AND 9 PRECEDING)"
                    + " FROM (SELECT id, dice(id) AS x FROM range(0, 20000, 1, 6))")
            .toJavaRDD();
    assertThat(rows.getNumPartitions()).isGreaterThan(1);
    killAllExecutors();
    assertThatThrownBy(rows::collect).hasStackTraceContaining("CUMSUM_INPUT_CHANGED");
    awaitNoJobs();
  }

  /** Groups that are divided are read twice, too. */
  @ParameterizedTest
  @ValueSource(strings = {"always", "auto"})
  void groupsThatAreNotTheSameAgainAreNoticed(String partitioned) throws Exception {
    start(false);
    registerDice();
    spark.conf().set("spark.cumsum.window.partitioned", partitioned);
    spark.conf().set("spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes", 1);
    Dataset<Row> sums =
        spark.sql(
            "SELECT sum(x) OVER (PARTITION BY p ORDER BY id) FROM (SELECT id, if(id % 10 = 0,"
                + " id % 130, 7) AS p, dice(id) AS x FROM range(0, 20000, 1, 6))");
    JavaRDD<InternalRow> rows = sums.queryExecution().toRdd().toJavaRDD();
    assertThat(Plans.executed(sums).exists(node -> node instanceof PrefixScanExec)).isTrue();
    killAllExecutors();
    assertThatThrownBy(rows::collect).hasStackTraceContaining("CUMSUM_INPUT_CHANGED");
    awaitNoJobs();
    spark.conf().unset("spark.cumsum.window.partitioned");
    spark.conf().unset("spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes");
  }

  private static void registerDice() {
    spark
        .udf()
        .register("dice", functions.udf(new Dice(), DataTypes.LongType).asNondeterministic());
  }

  private static JavaRDD<Row> sumsOf(String input, String order) {
    registerDice();
    JavaRDD<Row> rows =
        spark
            .sql(
                "SELECT x, sum(x) OVER (ORDER BY "
                    + order
                    + ") AS s FROM (SELECT id, x, monotonically_increasing_id() AS row FROM ("
                    + input
                    + "))")
            .toJavaRDD();
    assertThat(rows.getNumPartitions()).isGreaterThan(1);
    return rows;
  }

  /** Another number each time. */
  private static final class Dice implements org.apache.spark.sql.api.java.UDF1<Long, Long> {
    @Override
    public Long call(Long id) {
      return java.util.concurrent.ThreadLocalRandom.current().nextLong(1000);
    }
  }
}
