package io.sparkcumsum.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.Sessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The plans in docs/windows.md are those that Spark shows, without its numbers. */
class WindowsDocumentTest {
  private static final Path DOCUMENT = Path.of(System.getProperty("basedir"), "docs/windows.md");
  private static final String QUERY =
      "EXPLAIN SELECT date, sum(precipitation) OVER (ORDER BY date) AS total FROM weather";

  private final SparkSession spark = Sessions.shared().newSession();

  @Tag("spark-alone")
  @Test
  void plansAreThoseThatSparkShows() throws IOException {
    spark
        .sql("SELECT * FROM VALUES (DATE'2012-01-01', 0.5D) AS w(date, precipitation)")
        .createOrReplaceTempView("weather");
    spark.conf().set("spark.sql.shuffle.partitions", 200);
    String document = Files.readString(DOCUMENT);
    assertThat(document).contains(QUERY);
    spark.conf().set("spark.cumsum.window.enabled", false);
    assertThat(document).contains(plan()).contains("Window [", "Exchange SinglePartition");
    spark.conf().set("spark.cumsum.window.enabled", true);
    assertThat(document).contains(plan());
  }

  private String plan() {
    String plan = spark.sql(QUERY).first().getString(0);
    // Spark indents what adaptive execution may change.
    String indented = plan.contains("AdaptiveSparkPlan") ? "(?m)^   " : "(?m)^";
    return plan.substring(plan.indexOf("Project"))
        .replaceAll("#\\d+", "")
        .replaceAll(", \\[plan_id=\\d+]", "")
        .replaceAll("\\*\\(\\d+\\) ", "")
        .replaceAll(indented, "")
        .strip();
  }
}
