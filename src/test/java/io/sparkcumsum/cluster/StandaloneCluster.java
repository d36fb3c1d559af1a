package io.sparkcumsum.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A master and workers of Spark, each a process of its own, which can be killed. */
final class StandaloneCluster {
  static final Path PROJECT = Path.of(System.getProperty("basedir"));

  /** Options of JVMs that run hardly any code long enough to be worth optimizing. */
  static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  private static final String HOST = "127.0.0.1";
  private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final Pattern REGISTERED =
      Pattern.compile("Successfully registered with master (\\S+)");

  private final Path directory;
  private final Process master;
  private final String url;
  private final List<Process> workers = new ArrayList<>();

  /** Starts a master. */
  StandaloneCluster(Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    Path log = directory.resolve("master.log");
    this.master =
        start(
            log,
            "org.apache.spark.deploy.master.Master",
            "--host",
            HOST,
            "--port",
            "0",
            "--webui-port",
            "0");
    this.url = await(master, log, MASTER);
  }

  /** The URL of the master. */
  String url() {
    return url;
  }

  /** Where executors put what they shuffle and spill. */
  Path localDirectory() {
    return directory.resolve("local");
  }

  /** Starts a worker with a core for a single executor, on a host of its own as Spark sees it. */
  Process startWorker() throws IOException, InterruptedException {
    Path log = directory.resolve("worker-" + workers.size() + ".log");
    Process worker =
        start(
            log,
            "org.apache.spark.deploy.worker.Worker",
            "--host",
            "127.0.0." + (2 + workers.size()),
            "--webui-port",
            "0",
            "--cores",
            "1",
            "--memory",
            "1g",
            "--work-dir",
            directory.resolve("work-" + workers.size()).toString(),
            url);
    workers.add(worker);
    await(worker, log, REGISTERED);
    return worker;
  }

  /** The executors that run now. */
  List<ProcessHandle> executors() {
    // What started a worker has ended, but is not reaped: it runs no program.
    return workers.stream()
        .flatMap(Process::descendants)
        .filter(process -> process.info().command().isPresent())
        .toList();
  }

  private Process start(Path log, String... command) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(PROJECT.resolve("examples/spark-class").toString());
    words.addAll(List.of(command));
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "SPARK_LOG_LEVEL",
                "info",
                "SPARK_DAEMON_JAVA_OPTS",
                SHORT_LIVED,
                "SPARK_DAEMON_MEMORY",
                "256m",
                "SPARK_LOCAL_DIRS",
                localDirectory().toString()));
    return builder.start();
  }

  private static String await(Process process, Path log, Pattern line)
      throws IOException, InterruptedException {
    for (int i = 0; i < 600 && process.isAlive(); i++) {
      Matcher matcher = line.matcher(Files.readString(log));
      if (matcher.find()) {
        return matcher.group(1);
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new IllegalStateException("not started: " + Files.readString(log));
  }

  void stop() throws InterruptedException {
    for (Process worker : workers) {
      worker.descendants().forEach(ProcessHandle::destroyForcibly);
      worker.destroyForcibly().waitFor();
    }
    master.destroyForcibly().waitFor();
  }
}
