package io.sparkcumsum.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * How long the first query of a session takes with the jar and without it: whole processes of
 * spark-submit, from their start to their end. No class is loaded in them yet and no code is
 * compiled, so that the classes of the jar are paid for too.
 */
public final class FirstBenchmark {
  private static final String TARGET = "<= 1.05";
  private static final String WEATHER = "examples/data/seattle-weather.csv";
  private static final String MASTER = "local[" + Runtime.getRuntime().availableProcessors() + "]";

  private final String jar;
  private final int rounds;
  private final List<Map<String, Object>> works = new ArrayList<>();

  private FirstBenchmark(String jar, int rounds) {
    this.jar = jar;
    this.rounds = rounds;
  }

  /**
   * Arguments: the jar, the directory of the data, the file of results, the number of rounds, and
   * that of the rows with a shuffled key.
   */
  public static void main(String[] args) throws IOException {
    long rows = Long.parseLong(args[4]);
    String shuffled = shuffled(Path.of(args[1]), rows);
    FirstBenchmark benchmark = new FirstBenchmark(args[0], Integer.parseInt(args[3]));
    benchmark.compare(
        "running sum by date over 1,461 rows of CSV, collected",
        "csv",
        WEATHER,
        "SELECT *, sum(precipitation) OVER (ORDER BY date) AS total FROM input");
    benchmark.compare(
        "running sum by a shuffled key over %,d rows of parquet".formatted(rows),
        "parquet",
        shuffled,
        "SELECT *, sum(x) OVER (ORDER BY k) AS total FROM input");
    benchmark.compare(
        "no window: count of 1,461 rows of CSV", "csv", WEATHER, "SELECT count(*) FROM input");
    new ObjectMapper()
        .writerWithDefaultPrettyPrinter()
        .writeValue(new File(args[2]), Map.of("works", benchmark.works));
  }

  /** The directory of a table, which is made before anything is timed. */
  private static String shuffled(Path data, long rows) {
    SparkSession spark =
        SparkSession.builder().master(MASTER).config("spark.ui.enabled", false).getOrCreate();
    String file = new Tables(spark, data).shuffled(rows).inputFiles()[0];
    spark.stop();
    return Path.of(URI.create(file)).getParent().toString();
  }

  private void compare(String work, String format, String input, String query) {
    works.add(
        new Rounds(work, rounds)
            .variant("without the jar", () -> submit(false, format, input, query))
            .variant("with the jar", () -> submit(true, format, input, query))
            .run()
            .ratio(TARGET, "with the jar", "without the jar")
            .asJson());
  }

  private void submit(boolean withJar, String format, String input, String query) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "examples/spark-class",
                "org.apache.spark.deploy.SparkSubmit",
                "--master",
                MASTER,
                "--driver-java-options",
                "-Dlog4j2.configurationFile=examples/conf/log4j2.properties",
                "--conf",
                "spark.sql.warehouse.dir=target/benchmarks/warehouse",
                "--driver-class-path",
                "target/test-classes"));
    if (withJar) {
      command.addAll(List.of("--conf", "spark.jars=" + jar));
    }
    command.addAll(
        List.of(
            "--class",
            FirstQuery.class.getName(),
            // Spark's name of an application that is on the class path already.
            "spark-internal",
            String.valueOf(withJar),
            format,
            input,
            query));
    try {
      int status = new ProcessBuilder(command).inheritIO().start().waitFor();
      if (status != 0) {
        throw new IllegalStateException(command + " failed with status " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
