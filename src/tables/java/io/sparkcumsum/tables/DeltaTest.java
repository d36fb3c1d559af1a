package io.sparkcumsum.tables;

import static io.sparkcumsum.tables.TablesSession.SPARK;
import static io.sparkcumsum.tables.TablesSession.assertScanned;
import static io.sparkcumsum.tables.TablesSession.changeRows;
import static io.sparkcumsum.tables.TablesSession.columnsOfFirstPass;
import static io.sparkcumsum.tables.TablesSession.isShuffled;
import static io.sparkcumsum.tables.TablesSession.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.scan.PrefixScanExec;
import org.apache.spark.sql.Encoders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Windows over tables of Delta, whose files Spark's own source reads. */
class DeltaTest {
  private static final String SUM = "SELECT *, sum(x) OVER (ORDER BY k) AS s FROM ";

  @BeforeEach
  void createTable() {
    run(
        "DROP TABLE IF EXISTS delta_sorted",
        "CREATE TABLE delta_sorted USING delta TBLPROPERTIES"
            + " ('delta.enableDeletionVectors' = true)"
            + " AS SELECT id AS k, id * id AS x, 0 AS day, 's' || id AS s FROM range(0, 2000, 1, 4)");
  }

  @Test
  void aSortedTableStaysWhereItIs() {
    PrefixScanExec scan = assertScanned(SUM + "delta_sorted");
    assertThat(isShuffled(scan)).isFalse();
    assertThat(columnsOfFirstPass(scan)).containsExactly("k", "x");
  }

  @Test
  void rowsThatWereDeletedMergedAndUpdated() {
    run("DELETE FROM delta_sorted WHERE k % 10 = 3");
    PrefixScanExec scan = assertScanned(SUM + "delta_sorted");
    assertThat(isShuffled(scan)).isFalse();
    changeRows("delta_sorted");
    assertScanned(SUM + "delta_sorted");
    assertScanned(SUM + "delta_sorted VERSION AS OF 1");
    assertScanned("SELECT sum(x) OVER (ORDER BY k), _metadata.file_name FROM delta_sorted");
  }

  /** What a table is made of, and a merge, may have windows. */
  @Test
  void windowsThatAreWritten() {
    run(
        "CREATE OR REPLACE TABLE delta_sums USING delta AS SELECT k, x, sum(x) OVER (ORDER BY k) AS s"
            + " FROM delta_sorted",
        "MERGE INTO delta_sums t USING (SELECT k, sum(x) OVER (ORDER BY k DESC) AS s FROM"
            + " delta_sorted) u ON t.k = u.k WHEN MATCHED THEN UPDATE SET s = t.s + u.s - t.x");
    assertScanned("SELECT k, s, sum(x) OVER () AS all FROM delta_sums");
    assertThat(SPARK.sql("SELECT DISTINCT s FROM delta_sums").as(Encoders.LONG()).collectAsList())
        .containsExactly(2_664_667_000L);
  }
}
