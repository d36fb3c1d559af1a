package io.sparkcumsum;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is shipped. */
class JarIT {
  private static final Path TARGET = Path.of(System.getProperty("basedir"), "target");

  @Test
  void allClassesAreInOnePackage() throws IOException {
    Path jar;
    try (Stream<Path> files = Files.list(TARGET)) {
      jar =
          files
              .filter(file -> file.getFileName().toString().matches("spark-cumsum_.*\\.jar"))
              .findFirst()
              .get();
    }
    Set<String> folders = new TreeSet<>();
    try (JarFile open = new JarFile(jar.toFile())) {
      assertThat(open.getEntry("META-INF/LICENSE")).isNotNull();
      open.stream()
          .filter(entry -> entry.getName().endsWith(".class"))
          .forEach(entry -> folders.add(entry.getName().replaceFirst("^([^/]+/[^/]+)/.*", "$1")));
    }
    assertThat(folders).containsExactly("io/sparkcumsum");
  }

  @Test
  void theBillOfMaterialsNamesWhatIsInTheJarAndItsLicence() throws IOException {
    JsonNode bill = new ObjectMapper().readTree(TARGET.resolve("bom.json").toFile());
    JsonNode components = bill.get("components");
    assertThat(components).extracting(node -> node.get("name").asText()).containsExactly("picocli");
    assertThat(components.get(0).get("licenses").toString()).contains("Apache-2.0");
  }
}
