package io.sparkcumsum;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The containers are those of the build; docker/test runs them. */
class ContainersTest {
  private static final Path PROJECT = Path.of(System.getProperty("basedir"));

  @Test
  void runTheSparkOfTheBuild() throws IOException {
    String ofBuild = first("pom.xml", "<spark.version>(.+)</spark.version>");
    assertThat(first("docker-compose.yml", "SPARK_VERSION: (.+)")).isEqualTo(ofBuild);
    assertThat(first("docker-compose.yml", "image: spark-cumsum:(.+)")).isEqualTo(ofBuild);
  }

  private static String first(String file, String pattern) throws IOException {
    Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(PROJECT.resolve(file)));
    assertThat(matcher.find()).as(file).isTrue();
    return matcher.group(1);
  }
}
