package io.sparkcumsum;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkExecutorInfo;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The place for the result. It is written to a hidden directory beside that place, and moved there
 * when it is complete.
 */
final class JobOutput {
  private static final int LONGEST_WAIT_MILLIS = 60_000;
  private static final int POLL_MILLIS = 20;

  private final SparkSession spark;
  private final Configuration conf;
  private final FileSystem files;
  private final Path place;
  private final JobFormat format;
  private final Map<String, String> options;
  private final boolean overwrite;

  /**
   * @param options of Spark for the format, which come before our own
   */
  JobOutput(
      SparkSession spark,
      String path,
      JobFormat format,
      Map<String, String> options,
      JobOptions.Mode mode)
      throws IOException {
    this.spark = spark;
    this.conf = spark.sessionState().newHadoopConf();
    Path given = new Path(path);
    this.files = given.getFileSystem(conf);
    this.place = files.makeQualified(given);
    this.format = format;
    this.options = options;
    this.overwrite = mode == JobOptions.Mode.overwrite;
    if (place.getParent() == null) {
      throw new IllegalArgumentException("--out cannot be the root directory");
    }
  }

  /** Whether something is there that must stay. */
  boolean isInTheWay() throws IOException {
    return !overwrite && files.exists(place);
  }

  /**
   * The rows, or an error where the format cannot hold one.
   *
   * @throws IllegalArgumentException if that is known before
   */
  Dataset<Row> checked(Dataset<Row> rows) throws IOException {
    refuseToTouchWhatIsRead(rows);
    format.check(rows.schema(), spark.sessionState().conf());
    return format.checked(rows);
  }

  /** Refuses a place within what is read, or around it. */
  private void refuseToTouchWhatIsRead(Dataset<Row> rows) throws IOException {
    CanonicalPath out = CanonicalPath.of(place, conf);
    for (Path path : FilesRead.by(rows.queryExecution(), conf)) {
      CanonicalPath in = CanonicalPath.of(path, conf);
      if (out.contains(in)) {
        throw new IllegalArgumentException(
            "--out " + this + " would replace what is read from " + in.path() + "; choose another");
      } else if (in.contains(out)) {
        throw new IllegalArgumentException(
            "--out %s lies in %s, which is read, and would be read with it next time; choose another"
                .formatted(this, in.path()));
      }
    }
  }

  /** Writes none of the rows, so that what cannot be written is told before they are computed. */
  void rehearse(Dataset<Row> rows) throws IOException {
    Path rehearsed = hidden("rehearsed");
    spark.sparkContext().setJobDescription("Trying to write to " + this);
    try {
      writeThen(rows.limit(0), rehearsed, () -> files.delete(rehearsed, true));
    } catch (Exception e) {
      if (JobFailure.innermost(e) instanceof IllegalArgumentException) {
        throw new IllegalArgumentException(
            "Cannot write " + format + ": " + JobFailure.rootMessage(e), e);
      }
      throw e;
    }
  }

  void write(Dataset<Row> rows) throws IOException {
    Path staged = hidden("staged");
    writeThen(rows, staged, () -> moveIntoPlace(staged));
  }

  private interface Step {
    void run() throws IOException;
  }

  private void writeThen(Dataset<Row> rows, Path hidden, Step next) throws IOException {
    files.deleteOnExit(hidden);
    try {
      rows.write()
          .format(format.name())
          .options(format.writeOptions(rows.schema()))
          .options(options)
          .save(hidden.toString());
      next.run();
    } catch (Throwable e) {
      try {
        awaitTasks();
        files.delete(hidden, true);
      } catch (IOException | InterruptedException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /** Tasks of a failed job run on until they notice, and make directories for what they write. */
  private void awaitTasks() throws InterruptedException {
    for (int i = 0; i < LONGEST_WAIT_MILLIS / POLL_MILLIS && runningTasks() > 0; i++) {
      Thread.sleep(POLL_MILLIS);
    }
  }

  private int runningTasks() {
    int tasks = 0;
    for (SparkExecutorInfo executor : spark.sparkContext().statusTracker().getExecutorInfos()) {
      tasks += executor.numRunningTasks();
    }
    return tasks;
  }

  private void moveIntoPlace(Path staged) throws IOException {
    if (isInTheWay()) {
      throw new FileAlreadyExistsException(this + " was created by someone else during the run");
    }
    Path replaced = hidden("replaced");
    boolean replaces = files.exists(place);
    if (replaces) {
      rename(place, replaced);
    }
    try {
      rename(staged, place);
    } catch (IOException e) {
      if (replaces) {
        rename(replaced, place);
      }
      throw e;
    }
    if (replaces) {
      files.delete(replaced, true);
    }
  }

  private void rename(Path from, Path to) throws IOException {
    if (!files.rename(from, to)) {
      throw new IOException("Cannot rename " + from + " to " + to);
    }
  }

  /** Spark does not read what has a name that starts with a dot. */
  private Path hidden(String purpose) {
    URI parent = place.getParent().toUri();
    String name = "." + place.getName() + "." + purpose + "-" + UUID.randomUUID();
    return new Path(parent.getScheme(), parent.getAuthority(), parent.getPath() + "/" + name);
  }

  @Override
  public String toString() {
    return place.toString();
  }
}
