package io.sparkcumsum;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.sparkcumsum.array.ArrayFunctionBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.internal.SQLConf$;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Option;

/** docs/compatibility.md lists what is public, no more and no less. */
class CompatibilityTest {
  private static final Path PROJECT = Path.of(System.getProperty("basedir"));

  private final String document = read("docs/compatibility.md");

  @Test
  void sqlFunctions() {
    assertThat(listed("SQL functions", "[a-z_]+"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    ArrayFunctionBuilder.ALL.stream()
                        .map(builder -> builder.identifier().funcName()),
                    TableFunctionBuilder.ALL.stream()
                        .map(builder -> builder.identifier().funcName()))
                .toList());
  }

  @Test
  void classes() {
    assertThat(listed("Java", "[A-Z]\\w+"))
        .contains("ConfigEntry")
        .filteredOn(name -> !name.equals("ConfigEntry"))
        .containsExactlyInAnyOrderElementsOf(
            new ClassFileImporter(List.of(new ImportOption.DoNotIncludeTests()))
                .importPackages("io.sparkcumsum").stream()
                    .filter(type -> type.getPackageName().equals("io.sparkcumsum"))
                    .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                    .map(JavaClass::getSimpleName)
                    .toList());
  }

  @Test
  void settings() {
    CumsumConf.register();
    assertThat(listed("Settings", "spark\\.\\S+"))
        .containsExactlyInAnyOrderElementsOf(
            SQLConf$.MODULE$.getConfigEntries().stream()
                .map(entry -> entry.key())
                .filter(key -> key.startsWith("spark.cumsum."))
                .toList());
  }

  @Test
  void optionsOfTheJob() {
    assertThat(listed("The job", "--\\S+"))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(JobOptions.class.getDeclaredFields())
                .filter(field -> field.isAnnotationPresent(Option.class))
                .flatMap(field -> Arrays.stream(field.getAnnotation(Option.class).names()))
                .toList());
  }

  @Test
  void errorConditions() throws IOException {
    List<String> conditions =
        new ObjectMapper()
            .readTree(read("src/main/resources/io/sparkcumsum/error/error-conditions.json"))
            .propertyStream()
            .map(java.util.Map.Entry::getKey)
            .toList();
    assertThat(listed("Error conditions", "CUMSUM_[A-Z_]+"))
        .containsExactlyInAnyOrderElementsOf(conditions);
  }

  @Test
  void python() {
    String exports = read("python/src/spark_cumsum/__init__.py");
    assertThat(listed("Python", "[a-z]\\w+"))
        .containsExactlyInAnyOrderElementsOf(
            matches(exports.substring(exports.indexOf("__all__")), "\"(\\w+)\""));
  }

  /** What stands in backticks in the first table after a heading in bold. */
  private List<String> listed(String heading, String form) {
    int start = document.indexOf("\n|", document.indexOf("\n**" + heading + "**"));
    String table = document.substring(start, document.indexOf("\n\n", start));
    return matches(table, "`(" + form + ")`");
  }

  private static List<String> matches(String text, String pattern) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }

  private static String read(String file) {
    try {
      return Files.readString(PROJECT.resolve(file));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
