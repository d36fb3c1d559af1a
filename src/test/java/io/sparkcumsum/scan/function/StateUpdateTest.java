package io.sparkcumsum.scan.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.Sessions;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Updates of states are the same compiled and not, for one function and for many. */
class StateUpdateTest {
  private static final int COLUMNS = 500;

  private final SparkSession spark = Sessions.shared().newSession();

  @ParameterizedTest
  @ValueSource(strings = {"CODEGEN_ONLY", "NO_CODEGEN"})
  void updatesOfAllTypes(String mode) {
    spark.conf().set("spark.sql.codegen.factoryMode", mode);
    String over = " OVER (ORDER BY id ROWS UNBOUNDED PRECEDING)";
    List<Row> rows =
        spark
            .range(0, 4, 1, 2)
            .selectExpr(
                "sum(id)" + over,
                "sum(id / 4D)" + over,
                "sum(CAST(id AS DECIMAL(38, 2)))" + over,
                "max(IF(id = 2, NULL, CAST(id AS STRING)))" + over,
                "(min(struct(9 - id, id))" + over + ").id",
                "bool_or(id > 2)" + over)
            .collectAsList();
    assertThat(rows)
        .extracting(Row::toString)
        .containsExactly(
            "[0,0.0,0.00,0,0,false]",
            "[1,0.25,1.00,1,1,false]",
            "[3,0.75,3.00,1,2,false]",
            "[6,1.5,6.00,3,3,true]");
  }

  @Test
  void noNumberOfFunctionsIsTooLarge() {
    spark.conf().set("spark.sql.codegen.factoryMode", "CODEGEN_ONLY");
    assertSums("ORDER BY id");
    assertSums("ORDER BY monotonically_increasing_id()");
  }

  private void assertSums(String order) {
    List<String> windows = new ArrayList<>();
    for (int i = 0; i < COLUMNS; i++) {
      windows.add("sum(id + " + i + ") OVER (" + order + ")");
    }
    List<Row> rows =
        spark.range(0, 3, 1, 2).selectExpr(windows.toArray(String[]::new)).collectAsList();
    for (int i = 0; i < COLUMNS; i++) {
      assertThat(rows.get(2).getLong(i)).isEqualTo(3 + 3L * i);
    }
  }
}
