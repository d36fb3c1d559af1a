package io.sparkcumsum.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * Runs the queries of {@link Projection} on a number of cores, and writes their timelines. It is a
 * process of its own, since the master of a session cannot be changed. As in {@link Rounds} the
 * queries take turns, and the first round is not counted.
 */
public final class ProjectionRuns {
  private static final String QUERY = "SELECT *, sum(x) OVER (%s) AS total FROM rows";

  private ProjectionRuns() {}

  /**
   * Arguments: the number of cores, the directory of the data, the file of results, the number of
   * rounds, that of rows and that of partitions.
   */
  public static void main(String[] args) throws Exception {
    int rounds = Integer.parseInt(args[3]);
    long rows = Long.parseLong(args[4]);
    int partitions = Integer.parseInt(args[5]);
    SparkSession spark =
        SparkSession.builder()
            .master("local[" + args[0] + "]")
            .config("spark.ui.enabled", false)
            // Each file is a partition: it costs as much to open as a partition may have.
            .config("spark.sql.files.maxPartitionBytes", "128m")
            .config("spark.sql.files.openCostInBytes", "128m")
            .config("spark.sql.shuffle.partitions", partitions)
            // Adaptive execution makes as few partitions of a small table as there are cores, and
            // here are one or two where the projection is of many.
            .config("spark.sql.adaptive.coalescePartitions.enabled", false)
            // A small table, to try this, is sorted in as many partitions as a large one.
            .config("spark.cumsum.singlePartitionThreshold", 0)
            .getOrCreate();
    Tables tables = new Tables(spark, Path.of(args[1]));
    tables.shuffled(rows, partitions).createOrReplaceTempView("rows");

    Map<String, List<QueryTimeline>> runs = new LinkedHashMap<>();
    for (int round = -1; round < rounds; round++) {
      for (String work : Projection.WINDOWS.keySet()) {
        for (String system : Projection.SYSTEMS) {
          spark.conf().set("spark.cumsum.window.enabled", system.equals(Projection.SPARK_CUMSUM));
          String query = QUERY.formatted(Projection.WINDOWS.get(work));
          Rounds.settle();
          QueryTimeline run =
              QueryTimeline.of(
                  spark, () -> spark.sql(query).write().format("noop").mode("overwrite").save());
          if (round >= 0) {
            runs.computeIfAbsent(Projection.query(work, system), key -> new ArrayList<>()).add(run);
          }
        }
      }
    }
    System.out.printf(
        "local[%s]: %,d rows in %d partitions, %d rounds, heap of %.1f GiB, Spark %s%n",
        args[0],
        rows,
        partitions,
        rounds,
        Runtime.getRuntime().maxMemory() / (double) (1 << 30),
        spark.version());
    new ObjectMapper().writeValue(new File(args[2]), runs);
    spark.stop();
  }
}
