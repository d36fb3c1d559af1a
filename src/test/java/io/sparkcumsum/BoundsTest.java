package io.sparkcumsum;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Large arrays, many columns, deep nesting. */
class BoundsTest {
  private final SparkSession spark = Sessions.shared().newSession();

  @Test
  void fiftyMillionElementsInOneRow() {
    int elements = 50_000_000;
    Row sums =
        spark
            .sql(
                "SELECT sums[0], sums["
                    + (elements - 1)
                    + "], size(sums) FROM"
                    + " (SELECT cumsum(sequence(id, id + "
                    + (elements - 1)
                    + ")) AS sums"
                    + " FROM range(1, 2))")
            .head();
    assertThat(sums.getLong(0)).isEqualTo(1);
    assertThat(sums.getLong(1)).isEqualTo(elements * (elements + 1L) / 2);
    assertThat(sums.getInt(2)).isEqualTo(elements);
  }

  @Test
  void aThousandColumns() {
    int columns = 1_000;
    List<String> names = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      names.add("c" + i);
      values.add("id + " + i + " AS c" + i);
    }
    Dataset<Row> table = spark.range(0, 100, 1, 3).selectExpr(values.toArray(String[]::new));
    Dataset<Row> sums =
        Cumsum.of(names.get(0), names.subList(1, columns).toArray(String[]::new))
            .orderBy("c0")
            .apply(table);
    Row last = sums.collectAsList().get(99);
    for (int i = 0; i < columns; i++) {
      assertThat(last.<Long>getAs("c" + i + "_cumsum")).isEqualTo(4950 + 100L * i);
    }
  }

  @Test
  void eightArraysDeep() {
    String value = "array(1, 2)";
    for (int depth = 1; depth < 8; depth++) {
      value = "array(" + value + ", " + value + ")";
    }
    assertThat(sum(value, "")).endsWith("382,384]").startsWith("[1,3,4,6,");
    assertThat(sum(value, ", axis => 0"))
        .endsWith("[2,4]]]]]]]]")
        .startsWith("[[[[[[[[1,2],[1,2]],");
    assertThat(sum(value, ", axis => 7"))
        .endsWith("[1,3]]]]]]]]")
        .startsWith("[[[[[[[[1,3],[1,3]],");
  }

  private String sum(String value, String axis) {
    return spark.sql("SELECT to_json(cumsum(" + value + axis + "))").head().getString(0);
  }
}
