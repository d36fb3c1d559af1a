package io.sparkcumsum;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkExecutorInfo;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The place for the result. It is written to a hidden directory beside that place, and moved there
 * when it is complete.
 */
final class JobOutput {
  private static final int LONGEST_WAIT_MILLIS = 60_000;
  private static final int POLL_MILLIS = 20;

  private final SparkSession spark;
  private final FileSystem files;
  private final Path place;
  private final String format;
  private final boolean overwrite;

  JobOutput(SparkSession spark, String path, JobOptions.Format format, JobOptions.Mode mode)
      throws IOException {
    this.spark = spark;
    Path given = new Path(path);
    this.files = given.getFileSystem(spark.sessionState().newHadoopConf());
    this.place = files.makeQualified(given);
    this.format = format.name();
    this.overwrite = mode == JobOptions.Mode.overwrite;
    if (place.getParent() == null) {
      throw new IllegalArgumentException("--out cannot be the root directory");
    }
  }

  /** Whether something is there that must stay. */
  boolean isInTheWay() throws IOException {
    return !overwrite && files.exists(place);
  }

  void write(Dataset<Row> rows) throws IOException {
    Path staged = hidden("staged");
    files.deleteOnExit(staged);
    try {
      rows.write().format(format).option("header", true).save(staged.toString());
      moveIntoPlace(staged);
    } catch (Throwable e) {
      try {
        awaitTasks();
        files.delete(staged, true);
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
    return new Path(
        place.getParent(), "." + place.getName() + "." + purpose + "-" + UUID.randomUUID());
  }

  /** At least the first rows of what was written, if there are so many, in its order. */
  Dataset<Row> firstRows(int count, StructType schema) throws IOException {
    List<Row> rows = new ArrayList<>();
    FileStatus[] parts = count == 0 ? new FileStatus[0] : files.listStatus(place, this::isPart);
    Arrays.sort(parts);
    for (int i = 0; i < parts.length && rows.size() <= count; i++) {
      Dataset<Row> part =
          spark
              .read()
              .schema(schema)
              .format(format)
              .option("header", true)
              .load(parts[i].getPath().toString());
      // One more than asked for, so that a table of them can tell that there are more.
      rows.addAll(part.limit(count + 1 - rows.size()).collectAsList());
    }
    return spark.createDataFrame(rows, schema);
  }

  private boolean isPart(Path path) {
    return path.getName().startsWith("part-");
  }

  @Override
  public String toString() {
    return place.toString();
  }
}
