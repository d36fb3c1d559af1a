package io.sparkcumsum;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README shows is what comes out. */
class ReadmeTest {
  private static final Pattern QUERY = Pattern.compile("(?m)^(SELECT .+);\\s+-- (\\S+)$");
  private static final Pattern EXAMPLE =
      Pattern.compile("```sh\nexamples/seattle-precipitation/run\n```\n\n```text\n([^`]*)```");

  private final String readme = Documents.read("README.md");

  @Test
  void queriesGiveTheResultsBesideThem() {
    Matcher query = QUERY.matcher(readme + Documents.read("docs/functions.md"));
    int queries = 0;
    while (query.find()) {
      String row = Sessions.shared().sql(query.group(1)).toDF("result").toJSON().first();
      assertThat(row).as(query.group(1)).isEqualTo("{\"result\":" + query.group(2) + "}");
      queries++;
    }
    assertThat(queries).isEqualTo(8);
  }

  @Test
  void theFirstExampleIsShownAsItPrints() {
    Matcher example = EXAMPLE.matcher(readme);
    assertThat(example.find()).isTrue();
    assertThat(withoutSeconds(example.group(1)))
        .isEqualTo(withoutSeconds(Documents.read("examples/seattle-precipitation/expected.txt")));
  }

  private static String withoutSeconds(String output) {
    return output.replaceAll("seconds: [0-9.]+", "seconds: ");
  }
}
