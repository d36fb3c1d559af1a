package io.sparkcumsum.benchmarks;

import static io.sparkcumsum.benchmarks.Queries.bySpark;
import static io.sparkcumsum.benchmarks.Queries.noop;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkcumsum.Cumsum;
import io.sparkcumsum.scan.PrefixScanExec;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.Seq;

/**
 * How long scans take beside Spark's own windows, and beside the reading and sorting that is the
 * limit of any of them. Every query reads parquet and writes to Spark's noop sink.
 */
public final class SparkBenchmark {
  private static final long ROWS = 20_000_000;
  private static final int GROWTH = 4;
  private static final int ARRAYS = 400_000;
  private static final int WIDTH = 100;
  private static final int PARTITIONS = 10_000;

  private static final String NATURAL =
      "SELECT *, sum(x) OVER (ORDER BY monotonically_increasing_id()) AS total FROM %s";
  private static final String ORDERED = "SELECT *, sum(x) OVER (ORDER BY k) AS total FROM %s";
  private static final String NUMBERED =
      "SELECT *, row_number() OVER (ORDER BY k) AS number FROM %s";
  private static final String LAMBDA =
      "aggregate(a, CAST(array() AS array<double>),"
          + " (sums, x) -> concat(sums, array(coalesce(try_element_at(sums, -1), 0D) + x)))";

  private final SparkSession spark;
  private final int rounds;
  private final List<Map<String, Object>> works = new ArrayList<>();

  private SparkBenchmark(SparkSession spark, int rounds) {
    this.spark = spark;
    this.rounds = rounds;
  }

  /**
   * Arguments: the directory of the data, the file of results, the number of rounds, and the names
   * of parts to run them alone.
   */
  public static void main(String[] args) throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    SparkSession spark =
        SparkSession.builder()
            .master("local[" + cores + "]")
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", 16)
            .getOrCreate();
    Tables tables = new Tables(spark, Path.of(args[0]));
    tables.sorted(ROWS).createOrReplaceTempView("sorted");
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("spark", spark.version());
    json.put("java", System.getProperty("java.version"));
    json.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    json.put("cores", cores);
    json.put("heapGiB", Runtime.getRuntime().maxMemory() / (1 << 30));
    json.put("rows", ROWS);
    System.out.println(json);

    SparkBenchmark benchmark = new SparkBenchmark(spark, Integer.parseInt(args[2]));
    tables.shuffled(ROWS).createOrReplaceTempView("shuffled");
    tables.shuffled(GROWTH * ROWS).createOrReplaceTempView("larger");
    tables.arrays(ARRAYS, WIDTH).createOrReplaceTempView("arrays");
    Map<String, Runnable> parts = new LinkedHashMap<>();
    parts.put("natural", benchmark::natural);
    parts.put("ordered", benchmark::ordered);
    parts.put("sorted", benchmark::sorted);
    parts.put("whole", benchmark::whole);
    parts.put("lag", benchmark::lag);
    parts.put("rows", benchmark::rows);
    parts.put("range", benchmark::range);
    parts.put("ranks", benchmark::ranks);
    parts.put("together", benchmark::together);
    parts.put("wide", benchmark::wide);
    parts.put("groups", benchmark::groups);
    parts.put("reverse", benchmark::reverse);
    parts.put("arrays", benchmark::arrays);
    parts.put("growth", benchmark::growth);
    if (args.length > 3) {
      for (String part : List.of(args).subList(3, args.length)) {
        parts.get(part).run();
      }
      spark.stop();
      return;
    }
    parts.values().forEach(Runnable::run);
    benchmark.manyPartitions();
    json.put("works", benchmark.works);
    json.put("largestTask", benchmark.largestTasks());
    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(new File(args[1]), json);
    spark.stop();
  }

  private void arrays() {
    axis0();
    arrayFunction("from parquet");
    spark.table("arrays").cache().count();
    arrayFunction("from a cached table");
    arrayLambda();
    spark.table("arrays").unpersist();
  }

  private void natural() {
    add(
        new Rounds("natural order, 20M rows", rounds)
            .variant("full scan", () -> noop(spark.table("shuffled")))
            .variant("sum(x)", () -> noop(spark.sql("SELECT sum(x) FROM shuffled")))
            .variant("Spark's window", () -> window(NATURAL, "shuffled"))
            .variant("scan", () -> noop(spark.sql(NATURAL.formatted("shuffled"))))
            .variant("Cumsum", () -> noop(cumsum("x", "shuffled")))
            .run()
            .ratio(">= 8", "Spark's window", "scan")
            .ratio("<= 1.25", "scan", "full scan", "sum(x)")
            .ratio("<= 1.25", "Cumsum", "full scan", "sum(x)"));
  }

  private void ordered() {
    add(
        new Rounds("ordered by a shuffled key, 20M rows", rounds)
            .variant("orderBy(k)", () -> noop(spark.table("shuffled").orderBy("k")))
            .variant("Spark's window", () -> window(ORDERED, "shuffled"))
            .variant("scan", () -> noop(spark.sql(ORDERED.formatted("shuffled"))))
            .run()
            .ratio(">= 2.5", "Spark's window", "scan")
            .ratio("<= 1.05", "scan", "orderBy(k)"));
  }

  private void sorted() {
    add(
        new Rounds("ordered by the key that files are sorted by, 20M rows", rounds)
            .variant("full scan", () -> noop(spark.table("sorted")))
            .variant("scan of k and x", () -> noop(spark.table("sorted").select("k", "x")))
            .variant("Spark's window", () -> window(ORDERED, "sorted"))
            .variant("scan", () -> noop(spark.sql(ORDERED.formatted("sorted"))))
            .variant("row_number", () -> noop(spark.sql(NUMBERED.formatted("sorted"))))
            .run()
            .ratio(">= 8", "Spark's window", "scan")
            .ratio("<= 1.5", "scan", "full scan", "scan of k and x")
            .ratio("<= 1.5", "row_number", "full scan", "scan of k and x"));
  }

  private void whole() {
    frame("sum(x)", "", "", "shuffled", 8);
  }

  private void lag() {
    frame("lag(x)", "ORDER BY k", "", "shuffled", 2.5);
    frame("lag(x)", "ORDER BY monotonically_increasing_id()", "", "shuffled", 6);
    frame("lag(x)", "ORDER BY k", "", "sorted", 4);
  }

  private void rows() {
    String moving = "ROWS 100 PRECEDING";
    frame("sum(x)", "ORDER BY k", moving, "shuffled", 2.5);
    frame("sum(x)", "ORDER BY monotonically_increasing_id()", moving, "shuffled", 6);
    frame("sum(x)", "ORDER BY k", moving, "sorted", 4);
  }

  private void range() {
    frame("sum(x)", "ORDER BY k", "RANGE 100 PRECEDING", "shuffled", 2.2);
  }

  private void ranks() {
    frame("percent_rank()", "ORDER BY k", "", "shuffled", 2.3);
    frame("ntile(100)", "ORDER BY k", "", "shuffled", 2.3);
    frame("stddev(x)", "ORDER BY k", "", "shuffled", 2.3);
  }

  private void frame(String function, String order, String frame, String table, double target) {
    String window = "%s OVER (%s %s)".formatted(function, order, frame).replaceAll(" +\\)", ")");
    String query = "SELECT *, " + window + " AS w FROM " + table;
    Rounds work = new Rounds(window + " of " + table + " rows, 20M", rounds);
    // What any distributed window has to do at least; once, as sorting takes long.
    if (!order.equals("ORDER BY k") || table.equals("sorted")) {
      work.variant("full scan", () -> noop(spark.table(table)));
    } else if (function.equals("lag(x)")) {
      work.variant("orderBy(k)", () -> noop(spark.table(table).orderBy("k")));
    }
    add(
        work.variant("Spark's window", () -> window(query, table))
            .variant("scan", () -> noop(spark.sql(query)))
            .run()
            .ratio(">= " + target, "Spark's window", "scan"));
  }

  /** Spark would add up each of these frames anew. */
  private void wide() {
    String query = "SELECT *, %s OVER (ORDER BY k %s) AS w FROM shuffled";
    String wide = "ROWS 5000000 PRECEDING";
    String following = "ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING";
    add(
        new Rounds("frames of many rows by a shuffled key, 20M rows", rounds)
            .variant("running sum", () -> noop(spark.sql(query.formatted("sum(x)", ""))))
            .variant("sum to the last", () -> noop(spark.sql(query.formatted("sum(x)", following))))
            .variant("sum of 5,000,001", () -> noop(spark.sql(query.formatted("sum(x)", wide))))
            .variant("max of 5,000,001", () -> noop(spark.sql(query.formatted("max(x)", wide))))
            .run()
            .ratio("<= 1.3", "sum to the last", "running sum")
            .ratio("<= 3", "sum of 5,000,001", "running sum")
            .ratio("<= 3", "max of 5,000,001", "running sum"));
  }

  private void together() {
    String sum = "sum(x) OVER (ORDER BY k) AS s";
    String lag = "lag(x) OVER (ORDER BY k) AS l";
    String average = "avg(x) OVER (ORDER BY k ROWS 100 PRECEDING) AS a";
    String query = "SELECT *, %s FROM shuffled";
    add(
        new Rounds("three functions over one order, 20M rows", rounds)
            .variant("sum", () -> noop(spark.sql(query.formatted(sum))))
            .variant("lag", () -> noop(spark.sql(query.formatted(lag))))
            .variant("average", () -> noop(spark.sql(query.formatted(average))))
            .variant(
                "all three",
                () -> noop(spark.sql(query.formatted(String.join(", ", sum, lag, average)))))
            .run()
            .ratio("<= 1.3", "all three", "average"));
  }

  private void groups() {
    group("one of nine tenths", "if(mod(k, 10) = 0, mod(k, 1000), 7)", 1.6);
    group("four even ones", "mod(k, 4)", 1);
    group("10,000", "mod(k, 10000)", 0.95);
    group("10 million", "mod(k, 10000000)", 0.95);
  }

  private void group(String groups, String key, double target) {
    String query =
        "SELECT *, sum(x) OVER (PARTITION BY p ORDER BY k) AS w FROM (SELECT *, " + key + " AS p";
    String ofShuffled = query + " FROM shuffled)";
    add(
        new Rounds("groups: " + groups + ", 20M rows", rounds)
            .variant("Spark's window", () -> window(ofShuffled, "shuffled"))
            .variant("with the jar", () -> noop(spark.sql(ofShuffled)))
            .run()
            .ratio(">= " + target, "Spark's window", "with the jar"));
    for (boolean enabled : new boolean[] {true, false}) {
      spark.conf().set("spark.cumsum.window.enabled", enabled);
      LargestTask largest = largestTask(ofShuffled);
      System.out.printf(
          "share of the rows in the largest task, %s: %.3f, of %d tasks%n",
          enabled ? "with the jar" : "of Spark's window",
          (double) largest.rows() / ROWS,
          largest.tasks());
    }
    spark.conf().set("spark.cumsum.window.enabled", true);
  }

  /** Frames to the last row of small groups, which Spark would add up anew for each row. */
  private void reverse() {
    for (int rows : new int[] {1, 10, 100, 1000}) {
      String query =
          ("SELECT *, sum(x) OVER (PARTITION BY k DIV %d ORDER BY k"
                  + " ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS w"
                  + " FROM shuffled WHERE k < 5000000")
              .formatted(rows);
      add(
          new Rounds("to the last of groups of " + rows + ", 5M rows", rounds)
              .variant("Spark's window", () -> window(query, "shuffled"))
              .variant("with the jar", () -> noop(spark.sql(query)))
              .run()
              .ratio(">= 0.95", "Spark's window", "with the jar"));
    }
  }

  private LargestTask largestTask(String query) {
    try {
      return LargestTask.of(spark, () -> noop(spark.sql(query)));
    } catch (TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  private void axis0() {
    Runnable read = () -> noop(spark.table("arrays"));
    add(
        new Rounds("axis 0 over 400,000 x 100 doubles, natural order", rounds)
            .variant("a scan", read)
            .variant("another scan", read)
            .variant(
                "Cumsum",
                () -> noop(Cumsum.of("a").axis(0).naturalOrder().apply(spark.table("arrays"))))
            .run()
            .ratio("<= 1.5", "Cumsum", "a scan", "another scan"));
  }

  private void arrayFunction(String source) {
    spark
        .udf()
        .register(
            "java_udf",
            (UDF1<Seq<Double>, double[]>) SparkBenchmark::sums,
            DataTypes.createArrayType(DataTypes.DoubleType));
    add(
        new Rounds("array function, 400,000 x 100 doubles " + source, rounds)
            .variant("a", () -> arrays("a"))
            .variant("reverse(a)", () -> arrays("reverse(a)"))
            .variant("cumsum(a)", () -> arrays("cumsum(a)"))
            .variant("Java UDF", () -> arrays("java_udf(a)"))
            .run()
            .ratio(">= 2.5", "Java UDF", "cumsum(a)")
            .ratio("<= 0.8", "cumsum(a)", "reverse(a)"));
  }

  private void arrayLambda() {
    add(
        new Rounds("array function beside a lambda, from a cached table", rounds)
            .variant("cumsum(a)", () -> arrays("cumsum(a)"))
            .variant("aggregate lambda", () -> arrays(LAMBDA))
            .run()
            .ratio(">= 50", "aggregate lambda", "cumsum(a)"));
  }

  private void growth() {
    add(
        new Rounds("80M rows beside 20M", rounds)
            .variant("natural, 20M", () -> noop(spark.sql(NATURAL.formatted("shuffled"))))
            .variant("natural, 80M", () -> noop(spark.sql(NATURAL.formatted("larger"))))
            .variant("ordered, 20M", () -> noop(spark.sql(ORDERED.formatted("shuffled"))))
            .variant("ordered, 80M", () -> noop(spark.sql(ORDERED.formatted("larger"))))
            .variant("orderBy(k), 20M", () -> noop(spark.table("shuffled").orderBy("k")))
            .variant("orderBy(k), 80M", () -> noop(spark.table("larger").orderBy("k")))
            .run()
            .ratio("<= 4.4", "natural, 80M", "natural, 20M")
            .ratio("<= 4.4", "ordered, 80M", "ordered, 20M")
            .ratio("none", "orderBy(k), 80M", "orderBy(k), 20M"));
  }

  private void manyPartitions() {
    // Few rows would be read by one task.
    spark.conf().set("spark.cumsum.singlePartitionThreshold", 0);
    spark.range(0, PARTITIONS, 1, PARTITIONS).toDF("x").createOrReplaceTempView("tiny");
    add(
        new Rounds("10,000 partitions of one row", rounds)
            .variant("read", () -> noop(spark.table("tiny")))
            .variant("sum(x)", () -> noop(spark.sql("SELECT sum(x) FROM tiny")))
            .variant("scan", () -> noop(spark.sql(NATURAL.formatted("tiny"))))
            .run()
            .ratio("<= 1.25", "scan", "read", "sum(x)"));
    QueryExecution query =
        ((org.apache.spark.sql.classic.Dataset<Row>) spark.sql(NATURAL.formatted("tiny")))
            .queryExecution();
    query.toRdd().count();
    SparkPlan scan = query.executedPlan().find(node -> node instanceof PrefixScanExec).get();
    System.out.printf(
        "offsets from totals, on the driver: %d ms%n", scan.metrics().apply("offsetsTime").value());
    spark.conf().unset("spark.cumsum.singlePartitionThreshold");
  }

  private List<Map<String, Object>> largestTasks() throws Exception {
    List<Map<String, Object>> shares = new ArrayList<>();
    System.out.printf("%nlargest task%n%-40s partitions    share  share x partitions%n", "");
    for (String work : List.of("natural", "ordered")) {
      String query = (work.equals("natural") ? NATURAL : ORDERED).formatted("shuffled");
      for (boolean enabled : new boolean[] {true, false}) {
        spark.conf().set("spark.cumsum.window.enabled", enabled);
        Dataset<Row> sums = spark.sql(query);
        int partitions = sums.rdd().getNumPartitions();
        double share = (double) LargestTask.of(spark, () -> noop(spark.sql(query))).rows() / ROWS;
        String system = enabled ? "spark-cumsum" : "Spark's window";
        System.out.printf(
            "%-40s %10d %8.3f %19.2f%n",
            work + ", " + system, partitions, share, share * partitions);
        shares.add(
            Map.of("work", work, "system", system, "partitions", partitions, "share", share));
      }
    }
    spark.conf().set("spark.cumsum.window.enabled", true);
    return shares;
  }

  private void add(Rounds measured) {
    works.add(measured.asJson());
  }

  private void arrays(String expression) {
    noop(spark.table("arrays").selectExpr(expression));
  }

  private Dataset<Row> cumsum(String column, String table) {
    return Cumsum.of(column).naturalOrder().apply(spark.table(table));
  }

  private void window(String query, String table) {
    bySpark(spark, query.formatted(table));
  }

  private static double[] sums(Seq<Double> values) {
    double[] sums = new double[values.length()];
    double running = -0.0;
    for (int i = 0; i < sums.length; i++) {
      running += values.apply(i);
      sums[i] = running;
    }
    return sums;
  }
}
