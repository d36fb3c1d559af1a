package io.sparkcumsum;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What users and contributors read. */
final class Documents {
  static final Path ROOT = Path.of(System.getProperty("basedir"));

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\n(.*?)^```");

  private Documents() {}

  /** All of them, by their paths below the root. */
  static List<String> all() {
    return Stream.of("", "benchmarks", "docs", "examples", "python")
        .flatMap(folder -> files(ROOT.resolve(folder), folder.isEmpty() ? 1 : 3))
        .map(path -> ROOT.relativize(path).toString())
        .filter(path -> path.endsWith(".md"))
        .toList();
  }

  private static Stream<Path> files(Path folder, int depth) {
    try (Stream<Path> found = Files.walk(folder, depth)) {
      return found.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(String document) {
    try {
      return Files.readString(ROOT.resolve(document));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String withoutBlocks(String document) {
    return BLOCK.matcher(read(document)).replaceAll("");
  }

  /** The fenced blocks of one language. */
  static List<String> blocks(String document, String language) {
    return BLOCK
        .matcher(read(document))
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }

  static List<String> languages(String document) {
    return BLOCK.matcher(read(document)).results().map(block -> block.group(1)).toList();
  }
}
