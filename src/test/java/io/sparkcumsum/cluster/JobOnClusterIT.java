package io.sparkcumsum.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged job, submitted to a cluster of processes by Spark's own SparkSubmit. */
class JobOnClusterIT {
  private static final int ROWS = 100_003;
  private static final long STEP = 7_919;

  @TempDir private static Path directory;
  private static StandaloneCluster cluster;

  @BeforeAll
  static void startCluster() throws Exception {
    cluster = new StandaloneCluster(Files.createDirectories(directory.resolve("cluster")));
    cluster.startWorker();
    cluster.startWorker();
  }

  @AfterAll
  static void stopCluster() throws Exception {
    cluster.stop();
  }

  private record Outcome(int status, String stdout, String stderr) {}

  private static Process submit(String name, List<String> sparkOptions, String... options)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(StandaloneCluster.PROJECT.resolve("examples/spark-submit").toString());
    command.addAll(sparkOptions);
    command.addAll(List.of("--conf", "spark.ui.enabled=false", "--driver-memory", "512m", "--"));
    command.addAll(List.of(options));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(directory.resolve(name + ".out").toFile())
            .redirectError(directory.resolve(name + ".err").toFile());
    builder.environment().remove("SPARK_HOME");
    return builder.start();
  }

  private static List<String> onCluster() {
    return List.of(
        "--master",
        cluster.url(),
        "--executor-memory",
        "512m",
        "--conf",
        "spark.executor.extraJavaOptions=" + StandaloneCluster.SHORT_LIVED,
        "--conf",
        "spark.driver.host=127.0.0.1",
        "--conf",
        "spark.sql.shuffle.partitions=5",
        "--conf",
        "spark.sql.adaptive.coalescePartitions.enabled=false",
        "--conf",
        "spark.cumsum.singlePartitionThreshold=0");
  }

  private static Outcome outcome(String name, Process process) throws Exception {
    boolean ended = process.waitFor(10, TimeUnit.MINUTES);
    process.destroyForcibly();
    assertThat(ended).isTrue();
    return new Outcome(
        process.exitValue(),
        Files.readString(directory.resolve(name + ".out")),
        Files.readString(directory.resolve(name + ".err")));
  }

  private static String numbers(long rows) {
    return "SELECT id * %d %% %d AS k, id AS x FROM range(0, %d, 1, 6)".formatted(STEP, rows, rows);
  }

  @Test
  void everyRowHasItsSum() throws Exception {
    Process process =
        submit(
            "sums",
            onCluster(),
            "--query",
            numbers(ROWS),
            "--column",
            "x",
            "--order-by",
            "k",
            "--out",
            "sums",
            "--out-format",
            "csv");
    Outcome outcome = outcome("sums", process);
    assertThat(outcome.status()).as(outcome.stderr()).isZero();
    assertThat(outcome.stdout()).startsWith("rows: " + ROWS + ", partitions: 5, ");
    assertSums(directory.resolve("sums"));
  }

  @Test
  void thousandsOfPartitionsNeedNoLargeDriver() throws Exception {
    Process process =
        submit(
            "partitions",
            onCluster(),
            "--query",
            "SELECT id FROM range(0, 4000, 1, 4000)",
            "--column",
            "id",
            "--natural-order",
            "--show",
            "1");
    Outcome outcome = outcome("partitions", process);
    assertThat(outcome.status()).as(outcome.stderr()).isZero();
    assertThat(outcome.stdout()).contains("rows: 4000, partitions: 4000, ");
  }

  private static void assertSums(Path csv) throws IOException {
    long[] xs = new long[ROWS];
    for (int id = 0; id < ROWS; id++) {
      xs[(int) (id * STEP % ROWS)] = id;
    }
    int k = 0;
    long sum = 0;
    for (Path part : entries(csv, "part-.*")) {
      try (BufferedReader lines = Files.newBufferedReader(part)) {
        assertThat(lines.readLine()).isEqualTo("k,x,x_cumsum");
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          sum += xs[k];
          assertThat(line).isEqualTo(k + "," + xs[k] + "," + sum);
          k++;
        }
      }
    }
    assertThat(k).isEqualTo(ROWS);
  }

  private static List<Path> entries(Path folder, String pattern) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> entry.getFileName().toString().matches(pattern))
          .sorted()
          .toList();
    }
  }

  @Test
  void aDriverThatIsKilledWhileItWritesLeavesNothingThatLooksWhole() throws Exception {
    String[] options = {
      "--query", numbers(50_000_000), "--column", "x", "--natural-order", "--out", "killed"
    };
    Process process = submit("killed", onCluster(), options);
    await(process, () -> !entries(directory, "\\.killed\\.staged-.*").isEmpty());
    Path staged = entries(directory, "\\.killed\\.staged-.*").get(0);
    await(process, () -> hasParts(staged));
    process.destroyForcibly().waitFor();
    assertThat(process.exitValue()).isEqualTo(137);
    assertThat(directory.resolve("killed")).doesNotExist();
    assertThat(staged.resolve("_SUCCESS")).doesNotExist();

    Process again =
        submit(
            "again",
            onCluster(),
            "--query",
            numbers(ROWS),
            "--column",
            "x",
            "--order-by",
            "k",
            "--out",
            "killed",
            "--out-format",
            "csv");
    assertThat(outcome("again", again).status()).isZero();
    assertSums(directory.resolve("killed"));
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private static void await(Process process, Condition condition) throws Exception {
    for (int i = 0; i < 6000 && process.isAlive() && !condition.holds(); i++) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(condition.holds()).isTrue();
  }

  private static boolean hasParts(Path staged) throws IOException {
    try (Stream<Path> files = Files.walk(staged)) {
      return files.anyMatch(file -> file.getFileName().toString().startsWith("part-"));
    } catch (java.io.UncheckedIOException e) {
      // A directory that was moved in the meantime.
      return false;
    }
  }

  /** The disk of what is shuffled and spilled, and that of the result. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFullDiskFailsTheJobAndLeavesNothing(boolean isOfResult) throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk-" + isOfResult));
    assumeThat(run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk.toString()))
        .as("a small disk can be mounted")
        .isZero();
    Path result = (isOfResult ? disk : directory).resolve("full");
    Path scratch = isOfResult ? directory.resolve("scratch") : disk;
    try {
      Process process =
          submit(
              "full",
              List.of("--master", "local[2]", "--conf", "spark.local.dir=" + scratch),
              "--query",
              numbers(3_000_000),
              "--column",
              "x",
              "--order-by",
              "k",
              "--out",
              result.toString());
      Outcome outcome = outcome("full", process);
      assertThat(outcome.status()).isEqualTo(1);
      assertThat(outcome.stderr()).matches("(?s)error: .*No space left on device.*");
      assertThat(entries(result.getParent(), "\\.?full($|\\..*staged.*)")).isEmpty();
    } finally {
      run("umount", "--lazy", disk.toString());
    }
  }

  private static int run(String... command) throws Exception {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return -1;
    }
  }
}
