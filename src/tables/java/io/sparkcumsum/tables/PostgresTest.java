package io.sparkcumsum.tables;

import static io.sparkcumsum.tables.TablesSession.SPARK;
import static io.sparkcumsum.tables.TablesSession.assertScanned;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows and cumulative functions over a table of PostgreSQL, read and written by JDBC. */
class PostgresTest {
  private static final int ROWS = 3000;
  private static final int READS = 8;

  private static PostgresServer server;

  @BeforeAll
  static void startServer() throws Exception {
    server = new PostgresServer();
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @BeforeEach
  void createTable() throws Exception {
    execute(
        "DROP TABLE IF EXISTS t",
        "CREATE TABLE t AS SELECT i * 7 % 3000 AS k, i::BIGINT AS x, i / 8.0::FLOAT8 AS d"
            + " FROM generate_series(0, 2999) i");
  }

  private static void execute(String... statements) throws Exception {
    try (Connection connection = DriverManager.getConnection(server.url());
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static Dataset<Row> table(String name, int partitions) {
    return partitions == 1
        ? SPARK.read().jdbc(server.url(), name, new Properties())
        : SPARK.read().jdbc(server.url(), name, "k", 0, ROWS, partitions, new Properties());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void sumsAreThoseOfSpark(int partitions) {
    table("t", partitions).createOrReplaceTempView("t");
    assertScanned("SELECT *, sum(x) OVER (ORDER BY k) AS s FROM t");
    assertScanned("SELECT k, sum(d) OVER (ORDER BY x) AS s FROM t WHERE k > 100");
    assertScanned("SELECT k, lag(x) OVER (ORDER BY k DESC) AS l, count(*) OVER () AS c FROM t");
  }

  @Test
  void aResultIsWrittenBack() {
    table("t", 4).createOrReplaceTempView("t");
    SPARK
        .sql("SELECT k, sum(x) OVER (ORDER BY k) AS s FROM t")
        .write()
        .mode("overwrite")
        .jdbc(server.url(), "sums", new Properties());
    List<Row> sums = table("sums", 1).orderBy("k").collectAsList();
    assertThat(sums).hasSize(ROWS);
    assertThat(sums.get(ROWS - 1).getLong(1)).isEqualTo(ROWS * (ROWS - 1L) / 2);
  }

  /**
   * A database has no versions for two reads, so that a scan tells if they differ. Rows with an
   * order are shuffled, and of what the shuffle wrote there is but one version.
   */
  @ParameterizedTest
  @CsvSource({"order_by => 'k', 4", "natural_order => true, 4", "natural_order => true, 1"})
  void othersWriteMeanwhile(String order, int partitions) throws Exception {
    AtomicBoolean isDone = new AtomicBoolean();
    Thread writer =
        new Thread(
            () -> {
              try {
                for (int i = ROWS; !isDone.get(); i++) {
                  execute(
                      "INSERT INTO t VALUES (%d, 1, 0)".formatted(i % ROWS),
                      "UPDATE t SET x = x + 1 WHERE k = %d".formatted(i * 31 % ROWS));
                }
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    writer.start();
    try {
      for (int i = 0; i < READS; i++) {
        table("t", partitions).createOrReplaceTempView("t");
        Dataset<Row> sums =
            SPARK.sql("SELECT * FROM cumsum_table(TABLE(t), 'x', %s, out => 's')".formatted(order));
        assertRightOrNoticed(sums, order.startsWith("order_by"));
      }
    } finally {
      isDone.set(true);
      writer.join();
    }
  }

  private static void assertRightOrNoticed(Dataset<Row> sums, boolean isOrdered) {
    List<Row> rows;
    try {
      rows = sums.collectAsList();
    } catch (Exception e) {
      assertThat(isOrdered).isFalse();
      assertThat(e).hasStackTraceContaining("CUMSUM_INPUT_CHANGED");
      return;
    }
    assertThat(rows).hasSizeGreaterThanOrEqualTo(ROWS);
    long sum = 0;
    int key = 0;
    for (Row row : rows) {
      sum += row.getLong(1);
      assertThat(row.getLong(3)).isEqualTo(sum);
      assertThat(row.getInt(0)).isGreaterThanOrEqualTo(isOrdered ? key : 0);
      key = row.getInt(0);
    }
  }
}
