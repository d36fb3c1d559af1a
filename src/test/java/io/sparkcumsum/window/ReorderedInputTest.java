package io.sparkcumsum.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkcumsum.Cumsum;
import io.sparkcumsum.Sessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Rows that were in order when their keys were surveyed, and come in another order when they are
 * scanned: in a later execution of the same DataFrame, or in the same one.
 */
class ReorderedInputTest {
  private static final List<String> SORTED = List.of("10 20 30 40", "50 60 70 80");

  private final SparkSession spark = Sessions.shared().newSession();

  @TempDir private Path directory;

  @BeforeEach
  void readEachFileByItself() {
    spark.conf().set("spark.sql.files.openCostInBytes", 1 << 30);
  }

  /** Each has the same number of rows in each file as before, and mostly the same sums. */
  static Stream<List<String>> reordered() {
    return Stream.of(
        List.of("40 30 20 10", "50 60 70 80"),
        List.of("10 30 20 40", "50 60 70 80"),
        List.of("10 20 30 40", "80 70 60 50"),
        List.of("50 60 70 80", "10 20 30 40"),
        List.of("10 20 30 40", "01 02 03 04"),
        List.of("10 20 30 40", "20 60 70 80"),
        List.of("10 20 30 90", "50 60 70 80"),
        List.of("10 20 30 50", "50 60 70 80"),
        List.of("77 11 55 33", "50 60 70 80"));
  }

  static Stream<Arguments> windowsOverReordered() {
    return Stream.of(
            "row_number() OVER (ORDER BY t)",
            "count(t) OVER (ORDER BY t)",
            "sum(t) OVER (ORDER BY t ROWS UNBOUNDED PRECEDING)",
            "dense_rank() OVER (ORDER BY t)",
            "lag(t) OVER (ORDER BY t)",
            "max(t) OVER (ORDER BY t ROWS BETWEEN 1 PRECEDING AND 2 FOLLOWING)")
        .flatMap(window -> reordered().map(files -> Arguments.of(window, files)));
  }

  @ParameterizedTest
  @MethodSource("windowsOverReordered")
  void windowsNoticeInTheNextExecution(String window, List<String> files) throws IOException {
    put(SORTED);
    Dataset<Row> df = read().selectExpr("t", window + " AS n");
    List<Row> before = df.collectAsList();
    assertThat(df.collectAsList()).isEqualTo(before);
    put(files);
    assertNoticed(df::collectAsList);
    put(SORTED);
    assertThat(df.collectAsList()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("reordered")
  void columnsNoticeInTheNextExecution(List<String> files) throws IOException {
    put(SORTED);
    Dataset<Row> df = Cumsum.of("t").orderBy("t").apply(read());
    df.collectAsList();
    put(files);
    assertNoticed(df::collectAsList);
  }

  /** The first phase runs when Spark asks the plan for its RDD, the third when that is read. */
  @ParameterizedTest
  @MethodSource("reordered")
  void oneExecutionNoticesBetweenItsPasses(List<String> files) throws IOException {
    put(SORTED);
    RDD<InternalRow> rows =
        ((org.apache.spark.sql.classic.Dataset<Row>)
                read().selectExpr("t", "row_number() OVER (ORDER BY t) AS n"))
            .queryExecution()
            .toRdd();
    put(files);
    assertNoticed(rows::count);
  }

  @Test
  void descendingKeysNullsAndSeveralOfThem() throws IOException {
    put(List.of("80 70 60 50", "40 30 20 10"));
    for (String order : List.of("t DESC", "t DESC NULLS FIRST, -t", "abs(t) DESC", "-t, t")) {
      Dataset<Row> df = read().selectExpr("t", "row_number() OVER (ORDER BY " + order + ") AS n");
      df.collectAsList();
      put(List.of("80 60 70 50", "40 30 20 10"));
      assertNoticed(df::collectAsList);
      put(List.of("80 70 60 50", "40 30 20 10"));
      assertThat(df.collectAsList()).hasSize(8);
    }
  }

  /** What a cached table has lost is computed again, from files that are others by then. */
  @ParameterizedTest
  @ValueSource(strings = {"t", "t DESC"})
  void cachedTablesNoticeWhatIsComputedAgain(String order) throws IOException {
    put(order.equals("t") ? SORTED : List.of("80 70 60 50", "40 30 20 10"));
    Dataset<Row> cached = read().cache();
    try {
      Dataset<Row> df = cached.selectExpr("t", "row_number() OVER (ORDER BY " + order + ") AS n");
      List<Row> before = df.collectAsList();
      put(List.of("10 30 20 40", "50 60 70 80"));
      assertThat(df.collectAsList()).isEqualTo(before);
      loseCachedRows();
      assertNoticed(df::collectAsList);
    } finally {
      cached.unpersist(true);
    }
  }

  /** As of any DataFrame that reads files; Spark's window would still have what it shuffled. */
  @Test
  void filesThatAreGoneAreMissedByName() {
    String path = directory.resolve("parquet").toString();
    spark.range(0, 100, 1, 4).write().parquet(path);
    String window = "row_number() OVER (ORDER BY id) AS n";
    Dataset<Row> df = spark.read().parquet(path).selectExpr("id", window);
    assertThat(df.collectAsList()).hasSize(100);
    spark.range(0, 200, 1, 4).write().mode("overwrite").parquet(path);
    assertThatThrownBy(df::collectAsList)
        .hasStackTraceContaining("FAILED_READ_FILE.FILE_NOT_EXIST");
    assertThat(spark.read().parquet(path).selectExpr("id", window).collectAsList()).hasSize(200);
  }

  private void loseCachedRows() {
    for (Object rdd :
        CollectionConverters.asJava(spark.sparkContext().getPersistentRDDs()).keySet()) {
      SparkEnv.get().blockManager().master().removeRdd((Integer) rdd, true);
    }
  }

  private static void assertNoticed(org.assertj.core.api.ThrowableAssert.ThrowingCallable action) {
    assertThatThrownBy(action)
        .hasStackTraceContaining("CUMSUM_INPUT_CHANGED")
        .hasStackTraceContaining("If its files were replaced, build the DataFrame again");
  }

  private Dataset<Row> read() {
    return spark.read().schema("t int").csv(directory.resolve("t").toString());
  }

  /** Writes files of these numbers, of the same names and sizes as those before. */
  private void put(List<String> files) throws IOException {
    Path table = Files.createDirectories(directory.resolve("t"));
    for (int i = 0; i < files.size(); i++) {
      Files.writeString(table.resolve(i + ".csv"), files.get(i).replace(' ', '\n') + "\n");
    }
  }
}
