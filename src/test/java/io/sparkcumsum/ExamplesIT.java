package io.sparkcumsum;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples print what they are expected to, with the packaged jar and from any directory. */
class ExamplesIT {
  private static final Path EXAMPLES = Path.of(System.getProperty("basedir"), "examples");

  @TempDir private Path elsewhere;

  static List<Path> examples() throws IOException {
    try (Stream<Path> folders = Files.list(EXAMPLES)) {
      return folders.filter(folder -> Files.exists(folder.resolve("run"))).sorted().toList();
    }
  }

  @Test
  void thereAreEight() throws IOException {
    assertThat(examples()).hasSize(8);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void printsWhatIsExpected(Path example) throws IOException, InterruptedException {
    Path stdout = elsewhere.resolve("stdout");
    Path stderr = elsewhere.resolve("stderr");
    Process process =
        new ProcessBuilder(example.resolve("run").toString())
            .directory(elsewhere.toFile())
            .redirectOutput(stdout.toFile())
            .redirectError(stderr.toFile())
            .start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(stderr)).isZero();
    assertThat(withoutSeconds(stdout)).isEqualTo(withoutSeconds(example.resolve("expected.txt")));
  }

  private static String withoutSeconds(Path output) throws IOException {
    return Files.readString(output).replaceAll("seconds: [0-9.]+", "seconds: ");
  }
}
