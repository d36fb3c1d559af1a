package io.sparkcumsum.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * The window questions of db-benchmark that have no PARTITION BY: how long scans take beside
 * Spark's own windows, and beside a newer Spark whose windows have segment trees. Before a question
 * is timed, the answers of all are written and compared. Timed runs write to Spark's noop sink.
 */
public final class DbBenchmark {
  private static final String SEGMENT_TREE = "spark.sql.window.segmentTree.enabled=true";

  /** The question whose frames have more rows the more there are. */
  private static final String GROWING = "db-range";

  /** Spark without a segment tree goes through each frame: of so many rows, 3,000 for each row. */
  private static final long MOST_ROWS_OF_GROWING = 100_000;

  private static final List<String> IDS = List.of("id1", "id2", "id3", "v2");

  private final SparkSession spark;
  private final DbSession session;
  private final DbProcess newer;
  private final String answers;
  private final int rounds;
  private final List<Map<String, Object>> works = new ArrayList<>();

  private DbBenchmark(DbSession session, DbProcess newer, String answers, int rounds) {
    this.spark = session.spark();
    this.session = session;
    this.newer = newer;
    this.answers = answers;
    this.rounds = rounds;
  }

  /**
   * Arguments: the directory of the table, the one to write answers to, the file of the questions,
   * that of results, the class path of the newer Spark, the number of rounds, and what the names of
   * the questions to ask contain.
   */
  public static void main(String[] args) throws IOException {
    DbSession session = new DbSession(args[0]);
    try (DbProcess newer = new DbProcess(args[4], args[0], SEGMENT_TREE)) {
      DbBenchmark benchmark = new DbBenchmark(session, newer, args[1], Integer.parseInt(args[5]));
      questions(Path.of(args[2]))
          .forEach(
              (name, query) -> {
                if (name.contains(args[6])) {
                  benchmark.ask(name, query);
                }
              });
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("spark", session.version());
      json.put("newerSpark", newer.version());
      json.put("java", System.getProperty("java.version"));
      json.put("cores", Runtime.getRuntime().availableProcessors());
      json.put("heapGiB", Runtime.getRuntime().maxMemory() / (1 << 30));
      json.put("works", benchmark.works);
      new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(new File(args[3]), json);
    }
    session.spark().stop();
  }

  /** The queries by name, each in one line: a comment has the name, a semicolon ends the query. */
  private static Map<String, String> questions(Path file) throws IOException {
    Map<String, String> questions = new LinkedHashMap<>();
    for (String text : Files.readString(file).split(";", -1)) {
      String[] lines = text.strip().split("\n", 2);
      if (lines.length == 2) {
        questions.put(lines[0].replace("-- ", ""), lines[1].replaceAll("\\s+", " "));
      }
    }
    return questions;
  }

  private void ask(String question, String query) {
    long rows = spark.table("large").count();
    boolean isTooLong = question.equals(GROWING) && rows > MOST_ROWS_OF_GROWING;
    Rounds measured =
        new Rounds("%s, %,d rows".formatted(question, rows), rounds).settling(newer::settle);
    Map<String, String> names = new LinkedHashMap<>();
    System.out.printf("%n%s%n", query);

    String own = "Spark " + session.version();
    if (isTooLong) {
      System.out.printf("%s is left out above %,d rows%n", own, MOST_ROWS_OF_GROWING);
    } else {
      setEnabled(false);
      names.put("own", own + ", " + session.answer(query, directory("own")));
      measured.variant(names.get("own"), () -> run(false, query));
    }
    setEnabled(true);
    boolean isLeft = session.hasSparksWindow(query);
    if (isLeft && isTooLong) {
      System.out.println("spark-cumsum leaves it to Spark, and is left out as well");
    } else {
      String plan = session.answer(query, directory("scan"));
      names.put("scan", "spark-cumsum, " + (isLeft ? "left to Spark" : plan));
      measured.variant(names.get("scan"), () -> run(true, query));
    }
    String tree = "Spark " + newer.version() + ", segment tree";
    names.put("tree", tree + ", " + newer.answer(query, directory("tree")));
    measured.variant(names.get("tree"), () -> newer.run(query));
    compareAnswers(names);

    measured.run();
    for (String other : List.of("own", "tree")) {
      if (names.containsKey(other) && names.containsKey("scan")) {
        measured.ratio("none", names.get("scan"), names.get(other));
      }
    }
    works.add(measured.asJson());
  }

  private void run(boolean enabled, String query) {
    setEnabled(enabled);
    session.run(query);
  }

  private void setEnabled(boolean enabled) {
    spark.conf().set("spark.cumsum.window.enabled", enabled);
  }

  private String directory(String name) {
    return answers + "/" + name;
  }

  private void compareAnswers(Map<String, String> names) {
    List<String> answered = List.copyOf(names.keySet());
    Dataset<Row> expected = spark.read().parquet(directory(answered.get(0)));
    for (String name : answered.subList(1, answered.size())) {
      Dataset<Row> actual = spark.read().parquet(directory(name));
      long different =
          expected
              .as("a")
              .join(actual.as("b"), expected.col("id3").equalTo(actual.col("id3")), "full")
              .where("NOT (" + areEqual(expected.schema().fields()) + ")")
              .count();
      if (different > 0 || actual.count() != expected.count()) {
        throw new IllegalStateException(
            "%d rows of [%s] are not those of [%s]"
                .formatted(different, names.get(name), names.get(answered.get(0))));
      }
    }
    System.out.println(
        answered.size() == 1 ? "one answer" : answered.size() + " answers, all equal");
  }

  /**
   * Whether rows of two answers are equal. Sums and averages may differ by a billionth of
   * themselves, as they are added in different orders.
   */
  private static String areEqual(StructField[] columns) {
    StringJoiner conditions = new StringJoiner(" AND ");
    for (StructField column : columns) {
      String condition = "a.%1$s <=> b.%1$s";
      if (column.dataType().equals(DataTypes.DoubleType) && !IDS.contains(column.name())) {
        condition =
            "(a.%1$s <=> b.%1$s"
                + " OR coalesce(abs(a.%1$s - b.%1$s) <= 1e-9D * abs(a.%1$s), false))";
      }
      conditions.add(condition.formatted(column.name()));
    }
    return conditions.toString();
  }
}
