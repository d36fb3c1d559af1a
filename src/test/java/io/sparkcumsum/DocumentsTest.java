package io.sparkcumsum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The commands of the documents run: SQL, Java and the options of the job here, Python and the
 * shell in python/tests/test_readme.py. Links lead somewhere.
 */
class DocumentsTest {
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s:#]*)(?:#([^)\\s]+))?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
  private static final Pattern TEST = Pattern.compile("`(\\w*[a-z](?:Test|IT))(?:\\.(\\w+)…?)?`");

  private final SparkSession spark = Sessions.shared().newSession();

  @TempDir private Path directory;

  static List<String> documents() {
    return Documents.all();
  }

  static List<String> queries() {
    return Stream.concat(ofUsers("sql"), inline("SELECT "))
        .filter(block -> !Documents.read("docs/cookbook.md").contains(block))
        .flatMap(block -> Stream.of(block.split(";[^\n]*\n")))
        .toList();
  }

  static List<String> snippets() {
    return Stream.concat(ofUsers("java"), inline("df.").filter(code -> code.contains("of(")))
        .toList();
  }

  static List<String> options() {
    return inline("--table ").toList();
  }

  private static Stream<String> ofUsers(String language) {
    return users().flatMap(document -> Documents.blocks(document, language).stream());
  }

  private static Stream<String> users() {
    return documents().stream()
        .filter(document -> document.equals("README.md") || document.startsWith("docs/"));
  }

  private static Stream<String> inline(String start) {
    return users()
        .flatMap(document -> CODE.matcher(Documents.withoutBlocks(document)).results())
        .map(code -> code.group(1))
        .filter(code -> code.startsWith(start));
  }

  @BeforeEach
  void createTables() {
    spark
        .sql(
            "SELECT *, day AS row, x, 'a' AS g, 'north' AS shop, array(2, 3, 4) AS xs,"
                + " array(2L, 3L) AS values FROM VALUES (1, 2), (2, 3), (3, 4) AS t(day, x)")
        .createOrReplaceTempView("t");
    spark.table("t").createOrReplaceTempView("m");
    spark
        .sql("SELECT 1 AS batch, day AS at, x AS amount, x AS total FROM t")
        .createOrReplaceTempView("batch");
    spark.table("batch").createOrReplaceTempView("totals");
    spark
        .sql(
            "SELECT *, day AS date, rain AS precipitation"
                + " FROM VALUES (DATE'2025-03-01', 0.5D), (DATE'2025-03-02', 0D) AS w(day, rain)")
        .createOrReplaceTempView("weather");
  }

  @Test
  void everyBlockIsOfALanguageThatIsTested() {
    assertThat(users().flatMap(document -> Documents.languages(document).stream()))
        .isSubsetOf("sql", "python", "java", "sh", "text");
  }

  @ParameterizedTest
  @MethodSource("queries")
  void queriesRun(String query) {
    assertThat(spark.sql(query).collectAsList()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("snippets")
  void javaRuns(String snippet) throws ReflectiveOperationException, IOException {
    Path source = directory.resolve("Snippet.java");
    Files.writeString(
        source,
        """
        import static io.sparkcumsum.Cumprod.cumprod;
        import static org.apache.spark.sql.functions.col;
        import io.sparkcumsum.*;
        import org.apache.spark.sql.*;
        %s
        public class Snippet {
          public static void run(Dataset<Row> df, Dataset<Row> weather) {
            %s;
          }
        }
        """
            .formatted(
                String.join("\n", snippet.lines().filter(DocumentsTest::isImport).toList()),
                String.join("\n", snippet.lines().filter(line -> !isImport(line)).toList())));
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    String classPath = System.getProperty("java.class.path");
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, errors, "-proc:none", "-cp", classPath, source.toString());
    assertThat(status).as(errors.toString(UTF_8)).isZero();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {directory.toUri().toURL()})) {
      loader
          .loadClass("Snippet")
          .getMethod("run", Dataset.class, Dataset.class)
          .invoke(null, spark.table("t"), spark.table("weather"));
    }
  }

  private static boolean isImport(String line) {
    return line.startsWith("import ");
  }

  @ParameterizedTest
  @MethodSource("options")
  void theJobRuns(String options) {
    Dataset<Row> table = spark.table("t");
    table.createOrReplaceGlobalTempView("documented");
    String[] arguments = options.replace("--table t", "--table global_temp.documented").split(" ");
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    PrintStream stderr = new PrintStream(errors, true, UTF_8);
    assertThat(
            CumsumJob.run(
                new PrintStream(new ByteArrayOutputStream(), true, UTF_8), stderr, arguments))
        .as(errors.toString(UTF_8))
        .isZero();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void linksLeadSomewhere(String document) {
    Path place = Path.of(document);
    assertThat(LINK.matcher(Documents.withoutBlocks(document)).results())
        .allSatisfy(
            link -> {
              Path target =
                  link.group(1).isEmpty() ? place : place.resolveSibling(link.group(1)).normalize();
              assertThat(Documents.ROOT.resolve(target)).exists();
              if (link.group(2) != null) {
                assertThat(anchors(target.toString())).contains(link.group(2));
              }
            });
  }

  private static List<String> anchors(String document) {
    return HEADING
        .matcher(Documents.withoutBlocks(document))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
        .toList();
  }

  static List<String> promises() {
    return TEST.matcher(Documents.read("docs/contributing/promises.md"))
        .results()
        .map(MatchResult::group)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("promises")
  void testsThatHoldPromisesAreThere(String name) throws IOException {
    Matcher test = TEST.matcher(name);
    assertThat(test.matches()).isTrue();
    try (Stream<Path> files = Files.walk(Documents.ROOT.resolve("src"))) {
      List<Path> sources = files.filter(file -> file.endsWith(test.group(1) + ".java")).toList();
      assertThat(sources).hasSize(1);
      String method = test.group(2) == null ? "class " : "void " + test.group(2);
      assertThat(Files.readString(sources.get(0))).contains(method);
    }
  }
}
