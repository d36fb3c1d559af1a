package io.sparkcumsum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The job as a process of its own, with no master configured. */
class CumsumJobProcessTest {
  private static final int ROWS = 10_000;
  private static final int KILLED = 137;

  private final SparkSession spark = Sessions.shared();

  @TempDir private Path directory;

  private record Outcome(int status, String stdout, String stderr) {}

  private Outcome run(String... arguments) throws IOException, InterruptedException {
    return run(List.of("-cp", classPath()), arguments);
  }

  private Outcome run(List<String> options, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String option : JavaModuleOptions.defaultModuleOptionArray()) {
      // The JVM warns of this module on standard error, and nothing here needs it.
      if (!option.contains("jdk.incubator.vector")) {
        command.add(option);
      }
    }
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Dspark.ui.enabled=false",
            "-Dspark.sql.shuffle.partitions=3",
            "-Dspark.sql.adaptive.coalescePartitions.enabled=false",
            "-Dspark.cumsum.singlePartitionThreshold=0"));
    command.addAll(options);
    command.add(CumsumJob.class.getName());
    command.addAll(List.of(arguments));
    Path stdout = directory.resolve("stdout");
    Path stderr = directory.resolve("stderr");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(stdout.toFile())
            .redirectError(stderr.toFile())
            .start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    return new Outcome(
        process.exitValue(), Files.readString(stdout, UTF_8), Files.readString(stderr, UTF_8));
  }

  /** Without the tests, which configure the log. */
  private static String classPath() {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!Path.of(entry).endsWith("test-classes")) {
        entries.add(entry);
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  /** Everything that the job has put into the directory, hidden or not. */
  private List<String> outputs() throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !name.startsWith("std"))
          .sorted()
          .toList();
    }
  }

  @Test
  void storesTheSumsOfShuffledRowsInOrder() throws Exception {
    spark
        .range(0, ROWS, 1, 5)
        .selectExpr("id AS day", "id % 10 - 4 AS x")
        .orderBy("x")
        .write()
        .parquet(directory.resolve("input").toString());
    Outcome outcome =
        run("--input", "input", "--column", "x", "--order-by", "day desc", "--out", "sums");
    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.stdout())
        .matches("rows: 10000, partitions: 3, seconds: .*, result: file:" + directory + "/sums\n");
    assertThat(outcome.status()).isZero();
    assertThat(outputs()).containsExactly("input", "sums");

    List<Row> rows = new ArrayList<>();
    List<Path> parts;
    try (Stream<Path> entries = Files.list(directory.resolve("sums"))) {
      parts =
          entries
              .filter(path -> path.getFileName().toString().matches("part-.*"))
              .sorted()
              .toList();
    }
    assertThat(parts).hasSize(3);
    for (Path part : parts) {
      rows.addAll(spark.read().parquet(part.toString()).collectAsList());
    }
    assertThat(rows).hasSize(ROWS);
    long sum = 0;
    for (int i = 0; i < ROWS; i++) {
      long day = ROWS - 1L - i;
      sum += day % 10 - 4;
      assertThat(rows.get(i)).hasToString("[" + day + "," + (day % 10 - 4) + "," + sum + "]");
    }
  }

  @Test
  void exitsWith2IfTheRequestIsWrong() throws Exception {
    Outcome wrongUsage = run("--column", "x", "--columns", "x");
    assertThat(wrongUsage.stderr()).matches("error: [^\n]*'--columns'[^\n]*\n");
    assertThat(wrongUsage.stdout()).isEmpty();
    assertThat(wrongUsage.status()).isEqualTo(2);

    Outcome missingInput = run("--input", "nowhere", "--column", "x", "--natural-order");
    assertThat(missingInput.stderr()).matches("error: \\[PATH_NOT_FOUND][^\n]*/nowhere\\.[^\n]*\n");
    assertThat(missingInput.stdout()).isEmpty();
    assertThat(missingInput.status()).isEqualTo(2);
  }

  @Test
  void exitsWith1AndKeepsTheOldOutputIfTheRunFails() throws Exception {
    Path old = Files.createDirectory(directory.resolve("sums")).resolve("old");
    Files.writeString(old, "still here");
    Outcome outcome =
        run(
            "--query",
            "SELECT id, id * 1000000000000000 AS x FROM range(0, 1000, 1, 4)",
            "--column",
            "x",
            "--order-by",
            "id",
            "--out",
            "sums",
            "--mode",
            "overwrite");
    assertThat(outcome.stderr()).matches("error: \\[ARITHMETIC_OVERFLOW][^\n]*\n");
    assertThat(outcome.stdout()).isEmpty();
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(old).hasContent("still here");
    assertThat(outputs()).containsExactly("sums");
  }

  /** Kills the job before it renames a file or directory whose name starts so. */
  public static final class KillingFileSystem extends LocalFileSystem {
    private static final String PREFIX = "killed.before.rename.of";

    @Override
    public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
        throws IOException {
      if (from.getName().startsWith(System.getProperty(PREFIX))) {
        Runtime.getRuntime().halt(KILLED);
      }
      return super.rename(from, to);
    }
  }

  @ParameterizedTest
  @CsvSource({"sums, sums", ".sums.staged-, .sums.replaced-"})
  void theOldOutputIsNotLostIfTheJobIsKilledWhileItPutsTheNewInItsPlace(
      String renamed, String placeOfOld) throws Exception {
    Path old = Files.createDirectory(directory.resolve("sums")).resolve("old");
    Files.writeString(old, "still here");
    Outcome outcome =
        run(
            List.of(
                "-D" + KillingFileSystem.PREFIX + "=" + renamed,
                "-Dspark.hadoop.fs.file.impl=" + KillingFileSystem.class.getName(),
                "-cp",
                System.getProperty("java.class.path")),
            "--query",
            "SELECT id FROM range(10)",
            "--column",
            "id",
            "--natural-order",
            "--out",
            "sums",
            "--mode",
            "overwrite");
    assertThat(outcome.status()).as(outcome.stderr()).isEqualTo(KILLED);
    List<String> outputs = outputs();
    assertThat(outputs).hasSize(2);
    assertThat(outputs).anyMatch(name -> name.startsWith(".sums.staged-"));
    String kept = outputs.stream().filter(name -> name.startsWith(placeOfOld)).findAny().get();
    assertThat(directory.resolve(kept).resolve("old")).hasContent("still here");
  }
}
