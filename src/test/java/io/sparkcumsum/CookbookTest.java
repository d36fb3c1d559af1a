package io.sparkcumsum;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.classic.Dataset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Queries of the cookbook and of other documents print what is below them, and run as scans. */
class CookbookTest {
  private static final Pattern RECIPE =
      Pattern.compile("```sql\n((?s:(?!```).)*)```\n+```text\n((?s:(?!```).)*)```");

  private final SparkSession spark = Sessions.shared().newSession();

  record Recipe(String query, String result) {}

  static List<Recipe> recipes() {
    return RECIPE
        .matcher(Documents.read("docs/cookbook.md") + Documents.read("docs/functions.md"))
        .results()
        .map(match -> new Recipe(match.group(1), match.group(2)))
        .toList();
  }

  @BeforeEach
  void divideAllGroups() {
    spark.conf().set("spark.cumsum.window.partitioned", "always");
  }

  @Test
  void eachQueryHasAResult() {
    assertThat(Documents.blocks("docs/cookbook.md", "sql")).hasSize(11);
    assertThat(recipes()).hasSize(12);
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void queriesPrintWhatIsBelowThem(Recipe recipe) {
    assertThat(show(recipe.query)).isEqualTo(recipe.result);
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void windowsAreScansAndGiveWhatSparkGives(Recipe recipe) {
    if (recipe.query.contains(" OVER (")) {
      assertThat(plan(recipe.query)).doesNotContain("SinglePartition").contains("PrefixScan");
    }
    if (!recipe.query.contains("cum")) {
      spark.conf().set("spark.cumsum.window.enabled", false);
      assertThat(plan(recipe.query)).contains("Window [").doesNotContain("PrefixScan");
      assertThat(show(recipe.query)).isEqualTo(recipe.result);
    }
  }

  private String plan(String query) {
    return spark.sql(query).queryExecution().executedPlan().toString();
  }

  private String show(String query) {
    return ((Dataset<?>) spark.sql(query)).showString(20, 0, false);
  }
}
