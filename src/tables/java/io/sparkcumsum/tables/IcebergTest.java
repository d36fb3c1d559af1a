package io.sparkcumsum.tables;

import static io.sparkcumsum.tables.TablesSession.SPARK;
import static io.sparkcumsum.tables.TablesSession.assertScanned;
import static io.sparkcumsum.tables.TablesSession.changeRows;
import static io.sparkcumsum.tables.TablesSession.columnsOfFirstPass;
import static io.sparkcumsum.tables.TablesSession.isShuffled;
import static io.sparkcumsum.tables.TablesSession.run;
import static io.sparkcumsum.tables.TablesSession.scan;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.scan.PrefixScanExec;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows and cumulative functions over tables of Iceberg. */
class IcebergTest {
  private static final String SUM = "SELECT *, sum(x) OVER (ORDER BY k) AS s FROM ";

  @BeforeEach
  void createTables() {
    run(
        "DROP TABLE IF EXISTS ice.db.sorted",
        "DROP TABLE IF EXISTS ice.db.mixed",
        // Each file is a partition of its own.
        "CREATE TABLE ice.db.sorted (k BIGINT, x BIGINT, day INT, s STRING) USING iceberg"
            + " TBLPROPERTIES ('read.split.open-file-cost' = '134217728')",
        "ALTER TABLE ice.db.sorted WRITE ORDERED BY k",
        "INSERT INTO ice.db.sorted SELECT id, id * id, id DIV 500, 's' || id FROM range(2000)",
        "CREATE TABLE ice.db.mixed (k BIGINT, x BIGINT, day INT, s STRING) USING iceberg"
            + " PARTITIONED BY (day) TBLPROPERTIES ('write.delete.mode' = 'merge-on-read',"
            + " 'write.merge.mode' = 'merge-on-read', 'format-version' = '2')",
        "INSERT INTO ice.db.mixed SELECT id * 7919 % 2000, id, id % 3, 's' || id FROM range(2000)");
  }

  @Tag("spark-alone")
  @Test
  void aSortedTableStaysWhereItIs() {
    PrefixScanExec scan = assertScanned(SUM + "ice.db.sorted");
    assertThat(scan.metrics().apply("numPartitions").value()).isGreaterThan(1);
    assertThat(isShuffled(scan)).isFalse();
    assertThat(columnsOfFirstPass(scan)).containsExactly("k", "x");
  }

  @Test
  void aTableInNoOrderIsReadForItsKeysFirst() {
    PrefixScanExec scan = assertScanned(SUM + "ice.db.mixed");
    assertThat(isShuffled(scan)).isTrue();
    assertThat(columnsOfFirstPass(scan)).containsExactly("k", "x");
  }

  @Test
  void theFirstPassInNaturalOrderReadsWhatItAddsUp() {
    Dataset<Row> sums =
        SPARK.sql(
            "SELECT * FROM cumsum_table(TABLE(ice.db.sorted), 'x', natural_order => true) ORDER BY k");
    long sum = 0;
    for (Row row : sums.collectAsList()) {
      sum += row.getLong(1);
      assertThat(row.getLong(4)).isEqualTo(sum);
    }
    assertThat(columnsOfFirstPass(scan(sums))).containsExactly("x");
  }

  /** The source drops rows by those conditions that it takes, and the plan has only the others. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "k > 700",
        "k > 700 AND s LIKE '%7'",
        "day = 1",
        "day = 1 AND k % 2 = 0",
        "day = 1 OR k < 300",
        "x IS NOT NULL",
        "k IN (SELECT x FROM ice.db.sorted WHERE k < 40)"
      })
  void someRows(String condition) {
    assertScanned(SUM + "ice.db.sorted WHERE " + condition);
    assertScanned(SUM + "ice.db.mixed WHERE " + condition);
    assertScanned(
        "SELECT k, sum(x + 1) OVER (ORDER BY k + day) FROM (SELECT x * 2 AS x, k, day FROM"
            + " ice.db.mixed WHERE "
            + condition
            + ")");
  }

  /** The plan does not tell that the scan made again would have to drop rows. */
  @Test
  void theScanOfAConditionThatTheSourceTookIsNotMadeAgain() {
    PrefixScanExec scan = assertScanned(SUM + "ice.db.mixed WHERE day = 1");
    assertThat(scan.children().size()).isOne();
  }

  @Test
  void theFirstPassReadsTheRowsOfConditionsInThePlan() {
    assertThat(columnsOfFirstPass(assertScanned(SUM + "ice.db.sorted WHERE k > 700")))
        .containsExactly("k", "x");
  }

  @Test
  void rowsThatWereDeletedMergedAndUpdated() {
    for (String table : List.of("ice.db.sorted", "ice.db.mixed")) {
      changeRows(table);
      assertScanned(SUM + table);
    }
  }

  @Test
  void anOlderVersionAndABranch() {
    Row first = SPARK.sql("SELECT snapshot_id FROM ice.db.sorted.snapshots").first();
    run(
        "ALTER TABLE ice.db.sorted CREATE BRANCH b",
        "DELETE FROM ice.db.sorted WHERE k < 1000",
        "INSERT INTO ice.db.sorted.branch_b VALUES (-1, 1, 0, 'b')");
    assertScanned(SUM + "ice.db.sorted");
    assertScanned(SUM + "ice.db.sorted.branch_b");
    assertScanned(SUM + "ice.db.sorted VERSION AS OF " + first.getLong(0));
  }

  @Test
  void metadata() {
    assertScanned("SELECT *, sum(_pos) OVER (ORDER BY k) AS s FROM ice.db.sorted");
    assertScanned("SELECT _file, k, sum(x) OVER (ORDER BY _file, _pos) AS s FROM ice.db.sorted");
    assertScanned(
        "SELECT file_path, sum(record_count) OVER (ORDER BY file_path) AS s FROM ice.db.sorted.files");
  }

  private static void insertInCommits() {
    for (int k = 2000; k < 2200; k += 40) {
      run("INSERT INTO ice.db.sorted SELECT id + %d, id, 9, 'new' FROM range(40)".formatted(k));
    }
  }

  /** Iceberg lists the files of many commits in no certain order, and ids are those of one list. */
  @Test
  void idsOfRowsAndPartitions() {
    insertInCommits();
    Dataset<Row> ids =
        SPARK.sql(
            "SELECT x, i, sum(x) OVER (ORDER BY i) FROM"
                + " (SELECT x, monotonically_increasing_id() AS i FROM ice.db.sorted)");
    long sum = 0;
    for (Row row : ids.collectAsList()) {
      sum += row.getLong(0);
      assertThat(row.getLong(2)).isEqualTo(sum);
    }
    assertThat(scan(ids).children().size()).isOne();
    Dataset<Row> ofPartitions =
        SPARK.sql(
            "SELECT p, sum(p) OVER (ORDER BY monotonically_increasing_id()) FROM"
                + " (SELECT k, spark_partition_id() AS p FROM ice.db.sorted)");
    assertThat(ofPartitions.collectAsList()).hasSize(2200);
    assertThat(scan(ofPartitions).children().size()).isOne();
  }

  /** The files of many commits are left where they are too, in whichever order they are listed. */
  @Tag("spark-alone")
  @Test
  void aTableOfManyCommits() {
    insertInCommits();
    assertThat(isShuffled(assertScanned(SUM + "ice.db.sorted"))).isFalse();
  }

  /** Two scans may list them in two orders, of which a total takes one. */
  @Test
  void theOrderOfRowsInATableOfManyCommits() {
    insertInCommits();
    for (int i = 0; i < 10; i++) {
      long sum = 0;
      for (Row row :
          SPARK
              .sql("SELECT * FROM cumsum_table(TABLE(ice.db.sorted), 'x', natural_order => true)")
              .collectAsList()) {
        sum += row.getLong(1);
        assertThat(row.getLong(4)).isEqualTo(sum);
      }
    }
  }

  /** A query reads the version that there was when it was made. */
  @Test
  void aTableThatIsWrittenToMeanwhile() {
    Dataset<Row> sums = SPARK.sql(SUM + "ice.db.sorted");
    sums.queryExecution().executedPlan();
    run(
        "INSERT INTO ice.db.sorted SELECT -id, 1, 0, 'new' FROM range(1, 100)",
        "DELETE FROM ice.db.sorted WHERE k = 5");
    List<Row> rows = sums.collectAsList();
    assertThat(rows).hasSize(2000);
    assertThat(rows.get(1999).getLong(4)).isEqualTo(2_664_667_000L);
    assertScanned(SUM + "ice.db.sorted");
  }
}
