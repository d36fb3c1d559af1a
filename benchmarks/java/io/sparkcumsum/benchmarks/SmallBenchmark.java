package io.sparkcumsum.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * How long windows over small tables take beside Spark's own, with Spark's default settings: where
 * the jar must not slow anything down. Every query reads parquet in eight files, unless it says
 * otherwise, and writes to Spark's noop sink.
 */
public final class SmallBenchmark {
  private static final String TARGET = "<= 1.1";
  private static final String ORDERED = "SELECT *, sum(x) OVER (ORDER BY k) AS total FROM %s";
  private static final String NATURAL =
      "SELECT *, sum(x) OVER (ORDER BY monotonically_increasing_id()) AS total FROM %s";
  private static final String AGGREGATED =
      "SELECT *, sum(x) OVER (ORDER BY k) AS total"
          + " FROM (SELECT k %% 50 AS k, sum(x) AS x FROM %s GROUP BY k %% 50)";
  private static final String SEVERAL =
      "SELECT *, sum(x) OVER (ORDER BY k) AS a, row_number() OVER (ORDER BY x, k) AS b,"
          + " max(x) OVER (ORDER BY k DESC) AS c FROM %s";
  private static final String FIRST =
      "SELECT *, first_value(x) OVER (ORDER BY k) AS a, row_number() OVER (ORDER BY k) AS b"
          + " FROM %s";
  private static final String DENSE_RANK =
      "SELECT *, dense_rank() OVER (ORDER BY k) AS rank FROM %s";

  /** The number of queries in a pipeline. Each has its own expression, so its own code. */
  private static final int QUERIES = 20;

  private static final String OF_PIPELINE =
      "SELECT *, sum(x + %d) OVER (ORDER BY k) AS total FROM files";

  private final SparkSession spark;
  private final int rounds;
  private final String selected;
  private final List<Map<String, Object>> works = new ArrayList<>();

  private SmallBenchmark(SparkSession spark, int rounds, String selected) {
    this.spark = spark;
    this.rounds = rounds;
    this.selected = selected;
  }

  /**
   * Arguments: the directory of the data, the file of results, the number of rounds, the sizes in
   * rows, separated by commas, and what the names of the queries to run contain.
   */
  public static void main(String[] args) throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    SparkSession spark =
        SparkSession.builder()
            .master("local[" + cores + "]")
            .config("spark.ui.enabled", false)
            .getOrCreate();
    SmallBenchmark benchmark = new SmallBenchmark(spark, Integer.parseInt(args[2]), args[4]);
    Tables tables = new Tables(spark, Path.of(args[0]));
    for (String size : args[3].split(",", -1)) {
      benchmark.over(tables, Long.parseLong(size));
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("spark", spark.version());
    json.put("java", System.getProperty("java.version"));
    json.put("cores", cores);
    json.put("works", benchmark.works);
    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(new File(args[1]), json);
    spark.stop();
  }

  private void over(Tables tables, long rows) {
    tables.small(rows).createOrReplaceTempView("files");
    String size = String.format("%,d rows", rows);
    for (String partitions : List.of("200", "8")) {
      for (boolean adaptive : new boolean[] {true, false}) {
        spark.conf().set("spark.sql.shuffle.partitions", partitions);
        spark.conf().set("spark.sql.adaptive.enabled", adaptive);
        String settings = ", " + partitions + " partitions" + (adaptive ? "" : ", not adaptive");
        compare("by a key, " + size + settings, ORDERED.formatted("files"));
        compare("over 50 groups of " + size + settings, AGGREGATED.formatted("files"));
      }
    }
    spark.conf().unset("spark.sql.shuffle.partitions");
    spark.conf().set("spark.sql.adaptive.enabled", true);
    threshold(size);
    compare("natural order, " + size, NATURAL.formatted("files"));
    compare("three windows, " + size, SEVERAL.formatted("files"));
    compare("first value and row number by a key, " + size, FIRST.formatted("files"));
    compare("dense rank by a key, " + size, DENSE_RANK.formatted("files"));
    if (rows <= 1000) {
      String[] pipeline = new String[QUERIES];
      Arrays.setAll(pipeline, OF_PIPELINE::formatted);
      compare(QUERIES + " queries by a key, " + size, pipeline);
    }
    tables.smallSorted(rows).createOrReplaceTempView("sorted");
    compare("by the key of sorted files, " + size, ORDERED.formatted("sorted"));
    if (rows <= 1_000_000) {
      spark.table("files").cache().count();
      compare("by a key, cached, " + size, ORDERED.formatted("files"));
      spark.table("files").unpersist();
    }
  }

  private void compare(String work, String... queries) {
    if (!work.contains(selected)) {
      return;
    }
    works.add(
        new Rounds(work, rounds)
            .variant("Spark's window", () -> run(false, queries))
            .variant("spark-cumsum", () -> run(true, queries))
            .run()
            .ratio(TARGET, "spark-cumsum", "Spark's window")
            .asJson());
  }

  /** Whether one partition or several are faster: from which size on the threshold should be. */
  private void threshold(String size) {
    String work = "threshold, " + size;
    if (!work.contains(selected)) {
      return;
    }
    works.add(
        new Rounds(work, rounds)
            .variant("in one partition", () -> runWithThreshold("1TB"))
            .variant("in several", () -> runWithThreshold("0"))
            .run()
            .ratio("none", "in several", "in one partition")
            .asJson());
  }

  private void runWithThreshold(String threshold) {
    spark.conf().set("spark.cumsum.singlePartitionThreshold", threshold);
    run(true, ORDERED.formatted("files"));
    spark.conf().unset("spark.cumsum.singlePartitionThreshold");
  }

  private void run(boolean enabled, String... queries) {
    spark.conf().set("spark.cumsum.window.enabled", enabled);
    for (String query : queries) {
      Dataset<Row> rows = spark.sql(query);
      rows.write().format("noop").mode("overwrite").save();
    }
  }
}
