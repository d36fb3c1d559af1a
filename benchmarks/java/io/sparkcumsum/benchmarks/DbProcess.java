package io.sparkcumsum.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A {@link DbSession} in a process of its own, whose JVM has the options of this one. */
final class DbProcess implements DbSystem, AutoCloseable {
  private final Process process;
  private final PrintWriter requests;
  private final BufferedReader replies;
  private final String version;

  /** The settings are those of the session, as {@code NAME=VALUE}. */
  DbProcess(String classPath, String table, String... settings) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", classPath, DbSession.class.getName(), table));
    command.addAll(List.of(settings));
    this.process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    this.requests = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    this.replies = process.inputReader(StandardCharsets.UTF_8);
    this.version = reply();
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public void settle() {
    ask("settle");
  }

  @Override
  public void run(String query) {
    ask("run", query);
  }

  @Override
  public String answer(String query, String directory) {
    return ask("answer", query, directory);
  }

  /** The session ends with its input. */
  @Override
  public void close() {
    requests.close();
    process.onExit().join();
  }

  private String ask(String... words) {
    requests.println(String.join("\t", words));
    return reply();
  }

  private String reply() {
    try {
      String reply = replies.readLine();
      if (reply == null) {
        throw new IllegalStateException("The other Spark has ended");
      }
      return reply;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
