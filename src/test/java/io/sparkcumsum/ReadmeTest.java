package io.sparkcumsum;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README shows is what comes out. */
class ReadmeTest {
  private static final Path ROOT = Path.of(System.getProperty("basedir"));
  private static final Pattern QUERY = Pattern.compile("(?m)^(SELECT .+);\\s+-- (\\S+)$");
  private static final Pattern OUTPUT = Pattern.compile("(?s)```text\n(.*?)```");

  private final String readme = read("README.md");

  @Test
  void queriesGiveTheResultsBesideThem() {
    Matcher query = QUERY.matcher(readme);
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
    Matcher output = OUTPUT.matcher(readme);
    assertThat(output.find()).isTrue();
    assertThat(readme).contains("\nexamples/seattle-precipitation/run\n");
    assertThat(withoutSeconds(output.group(1)))
        .isEqualTo(withoutSeconds(read("examples/seattle-precipitation/expected.txt")));
  }

  private static String withoutSeconds(String output) {
    return output.replaceAll("seconds: [0-9.]+", "seconds: ");
  }

  private static String read(String file) {
    try {
      return Files.readString(ROOT.resolve(file));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
