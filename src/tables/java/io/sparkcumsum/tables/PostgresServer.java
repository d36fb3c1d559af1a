package io.sparkcumsum.tables;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A PostgreSQL server of its own, from Debian's package {@code postgresql}. */
final class PostgresServer implements AutoCloseable {
  /** PostgreSQL refuses to run as root. */
  private static final String USER = "postgres";

  private static final Path VERSIONS = Path.of("/usr/lib/postgresql");

  private final Path directory;
  private final int port;

  PostgresServer() throws IOException {
    directory = Files.createTempDirectory("postgres");
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    if (isRoot()) {
      execute(List.of("chown", USER, directory.toString()));
    }
    run("initdb", "--auth=trust", "--username=" + USER, "--no-sync");
    String options =
        "-p %d -k %s -c listen_addresses=127.0.0.1 -c fsync=off".formatted(port, directory);
    run(
        "pg_ctl",
        "start",
        "--wait",
        "--silent",
        "--log=" + directory.resolve("log"),
        "-o",
        options);
  }

  String url() {
    return "jdbc:postgresql://127.0.0.1:%d/postgres?user=%s".formatted(port, USER);
  }

  @Override
  public void close() throws IOException {
    run("pg_ctl", "stop", "--mode=immediate", "--silent");
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  private void run(String program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("runuser", "-u", USER, "--"));
    }
    command.add(newest().resolve("bin").resolve(program).toString());
    command.addAll(List.of("--pgdata", directory.resolve("data").toString()));
    command.addAll(List.of(arguments));
    execute(command);
  }

  private static Path newest() throws IOException {
    try (Stream<Path> versions = Files.list(VERSIONS)) {
      return versions.max(Comparator.naturalOrder()).get();
    }
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static void execute(List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .directory(Path.of("/").toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    int status = process.onExit().join().exitValue();
    if (status != 0) {
      throw new IOException(String.join(" ", command) + " ended with " + status);
    }
  }
}
