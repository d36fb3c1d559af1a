package io.sparkcumsum.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
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

  private final SparkSession spark;
  private final int rounds;
  private final List<Map<String, Object>> works = new ArrayList<>();

  private SmallBenchmark(SparkSession spark, int rounds) {
    this.spark = spark;
    this.rounds = rounds;
  }

  /**
   * Arguments: the directory of the data, the file of results, the number of rounds, and the sizes
   * in rows, separated by commas.
   */
  public static void main(String[] args) throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    SparkSession spark =
        SparkSession.builder()
            .master("local[" + cores + "]")
            .config("spark.ui.enabled", false)
            .getOrCreate();
    SmallBenchmark benchmark = new SmallBenchmark(spark, Integer.parseInt(args[2]));
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
    compare("natural order, " + size, NATURAL.formatted("files"));
    compare("three windows, " + size, SEVERAL.formatted("files"));
    tables.smallSorted(rows).createOrReplaceTempView("sorted");
    compare("by the key of sorted files, " + size, ORDERED.formatted("sorted"));
    if (rows <= 1_000_000) {
      spark.table("files").cache().count();
      compare("by a key, cached, " + size, ORDERED.formatted("files"));
      spark.table("files").unpersist();
    }
  }

  private void compare(String work, String query) {
    works.add(
        new Rounds(work, rounds)
            .variant("Spark's window", () -> run(false, query))
            .variant("spark-cumsum", () -> run(true, query))
            .run()
            .ratio(TARGET, "spark-cumsum", "Spark's window")
            .asJson());
  }

  private void run(boolean enabled, String query) {
    spark.conf().set("spark.cumsum.window.enabled", enabled);
    Dataset<Row> rows = spark.sql(query);
    rows.write().format("noop").mode("overwrite").save();
  }
}
