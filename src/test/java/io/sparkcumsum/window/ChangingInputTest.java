package io.sparkcumsum.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkcumsum.Sessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs that are not the same twice give the sums of the rows that are shown, or an error. */
class ChangingInputTest {
  private final SparkSession spark = Sessions.shared().newSession();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT id, CAST(rand() * 1000 AS BIGINT) AS x FROM range(0, 200, 1, 5)",
        "SELECT id, CAST(rand() * 9 AS BIGINT) AS x FROM range(0, 200, 1, 5) DISTRIBUTE BY rand()",
        "SELECT id, CAST(hash(uuid()) AS BIGINT) AS x FROM range(0, 200, 1, 5)",
        "SELECT CAST(rand() * 1000 AS BIGINT) AS id, id AS x FROM range(0, 200, 1, 5)",
        "SELECT id, id AS x FROM (SELECT * FROM range(0, 200, 1, 5)) TABLESAMPLE (50 PERCENT)",
        "SELECT /*+ REPARTITION(7) */ id, id AS x FROM range(0, 500, 1, 5)",
        "SELECT id, dice(id) AS x FROM range(0, 200, 1, 5)",
        "SELECT dice(id) AS id, id AS x FROM range(0, 200, 1, 5)",
        "SELECT id, id AS x FROM (SELECT /*+ REPARTITION(7) */ id FROM range(0, 500, 1, 5)) LIMIT 9",
        "SELECT id, id AS x FROM range(0, 500, 1, 5) ORDER BY id % 3",
        "SELECT id, monotonically_increasing_id() % 7 * id AS x"
            + " FROM (SELECT id FROM range(0, 500, 1, 5) ORDER BY id % 3)"
      })
  void sumsAreThoseOfTheRowsThatAreShown(String input) {
    UDF1<Long, Long> dice = id -> ThreadLocalRandom.current().nextLong(1000);
    spark.udf().register("dice", functions.udf(dice, DataTypes.LongType).asNondeterministic());
    for (boolean adaptive : new boolean[] {true, false}) {
      spark.conf().set("spark.sql.adaptive.enabled", adaptive);
      assertRunning(
          "SELECT x, sum(x) OVER (ORDER BY id, x) s, lag(x) OVER (ORDER BY id, x) b FROM ("
              + input
              + ")");
      assertRunning(
          "SELECT x, sum(x) OVER (ORDER BY row) s, lag(x) OVER (ORDER BY row) b"
              + " FROM (SELECT x, monotonically_increasing_id() AS row FROM ("
              + input
              + "))");
      assertTotalled(input);
    }
  }

  /** Each sum is of the rows that are shown, up to a distance in the key. */
  private void assertTotalled(String input) {
    List<Row> rows =
        spark
            .sql(
                "SELECT id, x, sum(x) OVER (ORDER BY id RANGE BETWEEN UNBOUNDED PRECEDING AND 3 PRECEDING)"
                    + " AS s FROM ("
                    + input
                    + ")")
            .collectAsList();
    for (Row row : rows) {
      long sum = 0;
      for (Row other : rows) {
        sum += other.getLong(0) <= row.getLong(0) - 3 ? other.getLong(1) : 0;
      }
      assertThat(row.isNullAt(2) ? 0 : row.getLong(2)).as(input).isEqualTo(sum);
    }
  }

  /** Totals between frames are of keys that the survey saw. */
  @Test
  void keysThatAreOthersThanInTheSurveyAreNoticed(@TempDir Path directory) throws Exception {
    for (int file = 0; file < 3; file++) {
      Files.writeString(directory.resolve(file + ".csv"), "1\n2\n3\n");
    }
    spark.conf().set("spark.cumsum.singlePartitionThreshold", 0);
    spark.read().schema("x BIGINT").csv(directory.toString()).createOrReplaceTempView("files");
    // As if files were replaced between the two.
    UDF1<Long, Long> replacing =
        x -> {
          String job = TaskContext.get().getLocalProperty("spark.job.description");
          return job != null && job.contains("shuffle") ? x + 10 : x;
        };
    spark.udf().register("replacing", functions.udf(replacing, DataTypes.LongType));
    Dataset<Row> sums =
        spark.sql(
            "SELECT sum(x) OVER (ORDER BY x RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS s"
                + " FROM (SELECT replacing(x) AS x FROM files)");
    assertThatThrownBy(sums::collectAsList).hasStackTraceContaining("CUMSUM_INPUT_CHANGED");
  }

  /** The first and last values among peers depend on an order that a shuffle does not repeat. */
  @Test
  void theFirstAmongPeersIsOneForAllRows() {
    for (Row row :
        spark
            .sql(
                "SELECT k, last(id) OVER (ORDER BY k) AS l, max(l) OVER (PARTITION BY k) AS m"
                    + " FROM (SELECT id, id % 5 AS k, id AS l FROM range(0, 500, 1, 9))")
            .collectAsList()) {
      assertThat(row.getLong(1) % 5).isEqualTo(row.getLong(0));
    }
  }

  private void assertRunning(String query) {
    assertThat(spark.sql(query).queryExecution().sparkPlan().toString()).contains("PrefixScan");
    long sum = 0;
    Long before = null;
    for (Row row : spark.sql(query).collectAsList()) {
      sum += row.getLong(0);
      assertThat(row.getLong(1)).as(query).isEqualTo(sum);
      assertThat(row.get(2)).as(query).isEqualTo(before);
      before = row.getLong(0);
    }
  }

  /** No number of rows and no order tells, only the values that the frames read. */
  @ParameterizedTest
  @ValueSource(strings = {"lag(x)", "lead(x)"})
  void neighboursInOtherFilesAreNoticed(String function, @TempDir Path directory)
      throws IOException {
    for (int file = 0; file < 3; file++) {
      Files.writeString(directory.resolve(file + ".csv"), "1\n2\n3\n");
    }
    spark.conf().set("spark.sql.files.openCostInBytes", 1 << 30);
    spark.conf().set("spark.cumsum.singlePartitionThreshold", 0);
    spark.read().schema("x BIGINT").csv(directory.toString()).createOrReplaceTempView("files");
    JavaRDD<Long> rows =
        spark
            .sql(
                "SELECT x, "
                    + function
                    + " OVER (ORDER BY row) AS y"
                    + " FROM (SELECT x, monotonically_increasing_id() AS row FROM files)")
            .toJavaRDD()
            .map(row -> row.getLong(0));
    assertThat(rows.collect()).hasSize(9);
    Files.writeString(directory.resolve("1.csv"), "7\n2\n9\n");
    assertThatThrownBy(rows::collect).hasStackTraceContaining("CUMSUM_INPUT_CHANGED");
  }

  @Test
  void filesThatAreReplacedBetweenThePassesAreNoticed(@TempDir Path directory) throws IOException {
    for (int file = 0; file < 3; file++) {
      Files.writeString(directory.resolve(file + ".csv"), "1\n2\n3\n");
    }
    spark.conf().set("spark.sql.files.openCostInBytes", 1 << 30);
    spark.read().schema("x BIGINT").csv(directory.toString()).createOrReplaceTempView("files");
    JavaRDD<Long> sums =
        spark
            .sql(
                "SELECT sum(x) OVER (ORDER BY row) AS s"
                    + " FROM (SELECT x, monotonically_increasing_id() AS row FROM files)")
            .toJavaRDD()
            .map(row -> row.getLong(0));
    assertThat(sums.getNumPartitions()).isEqualTo(3);
    assertThat(sums.collect()).endsWith(12L, 13L, 15L, 18L);

    Files.writeString(directory.resolve("1.csv"), "1\n2\n4\n");
    assertThatThrownBy(sums::collect)
        .hasStackTraceContaining("CUMSUM_INPUT_CHANGED")
        .hasStackTraceContaining("differed between its two passes")
        .hasStackTraceContaining("both saw 3 rows, but their totals differ")
        .hasStackTraceContaining("materialise the input first, with checkpoint()");
    Files.writeString(directory.resolve("1.csv"), "1\n2\n");
    assertThatThrownBy(sums::collect).hasStackTraceContaining("the first saw 3 rows, the second 2");
  }
}
