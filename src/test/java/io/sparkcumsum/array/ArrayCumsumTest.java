package io.sparkcumsum.array;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.Sessions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArrayCumsumTest {
  private static final Pattern EXAMPLE = Pattern.compile("> (.+);\n\\s+(.+)\n");

  private final SparkSession spark = Sessions.shared();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cumsum(10) | [10]",
        "cumsum(array(array(2, 4, 6), array(1, 3, 5))) | [2,6,12,13,16,21]",
        "cumsum(array(array(2, 4, 6), array(1, 3, 5)), 1) | [[2,6,12],[1,4,9]]",
        "cumsum(array(array(2, 4, 6), array(1, 3, 5)), 0) | [[2,4,6],[3,7,11]]",
      })
  void textbookExamples(String call, String expected) {
    assertThat(sqlResult("SELECT " + call)).isEqualTo(expected);
  }

  @Test
  void documentedExamplesGiveTheirResults() {
    ExpressionInfo info =
        spark.sessionState().catalog().lookupFunctionInfo(ArrayCumsumBuilder.identifier());
    Matcher example = EXAMPLE.matcher(info.getExamples());
    int examples = 0;
    while (example.find()) {
      assertThat(sqlResult(example.group(1))).as(example.group(1)).isEqualTo(example.group(2));
      examples++;
    }
    assertThat(examples).isEqualTo(7);
  }

  /** As spark-sql prints it. */
  private String sqlResult(String query) {
    List<org.apache.spark.sql.Row> rows = spark.sql(query).collectAsList();
    assertThat(rows).hasSize(1);
    return spark
        .sql(query)
        .toJSON()
        .first()
        .replaceFirst("^\\{\"(?:[^\"\\\\]|\\\\.)*\":(.*)}$", "$1");
  }
}
