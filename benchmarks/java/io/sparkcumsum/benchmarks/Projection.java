package io.sparkcumsum.benchmarks;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * How long running sums would take on many cores, by a model of how their tasks, as measured on one
 * core, share them: {@link ListSchedule}. The same queries are measured on two cores, and what the
 * model says for two is compared with that.
 *
 * <p>The tasks are measured in local[1], where no task disturbs another. The model leaves out
 * whatever more machines bring: the network, over which a shuffle is read, the start of executors,
 * stragglers and failures; and what tasks on one machine share: memory, its bandwidth and disks.
 * The number of partitions is the same for any number of cores, so that the overhead of each task
 * is paid as often on one core as on 256.
 */
public final class Projection {
  static final String SPARK_CUMSUM = "spark-cumsum";
  private static final String SPARK = "Spark's window";
  static final List<String> SYSTEMS = List.of(SPARK, SPARK_CUMSUM);

  /** The window of each work. */
  static final Map<String, String> WINDOWS = new LinkedHashMap<>();

  static {
    WINDOWS.put("natural order", "ORDER BY monotonically_increasing_id()");
    WINDOWS.put("by a shuffled key", "ORDER BY k");
    WINDOWS.put(
        "in groups, one of nine tenths",
        "PARTITION BY if(mod(k, 10) = 0, mod(k, 1000), 7) ORDER BY k");
  }

  private static final int[] CORES = {1, 2, 16, 64, 256};
  private static final double MOST_ERROR = 0.2;

  private final Map<String, List<QueryTimeline>> one;
  private final Map<String, List<QueryTimeline>> two;

  private Projection(Map<String, List<QueryTimeline>> one, Map<String, List<QueryTimeline>> two) {
    this.one = one;
    this.two = two;
  }

  /** Arguments: the files that {@link ProjectionRuns} wrote on one core and on two. */
  public static void main(String[] args) throws IOException {
    Projection projection = new Projection(read(args[0]), read(args[1]));
    projection.printErrors();
    projection.printSeconds();
    projection.printSpeedups();
    printMethod();
  }

  private static Map<String, List<QueryTimeline>> read(String file) throws IOException {
    return new ObjectMapper()
        .readValue(
            new File(file), new TypeReference<LinkedHashMap<String, List<QueryTimeline>>>() {});
  }

  static String query(String work, String system) {
    return work + ", " + system;
  }

  private void printErrors() {
    System.out.printf(
        "%nthe model beside what was measured%n%-46s 1 core: model / local[1]"
            + "  2 cores: model / local[2]  tasks of the stages%n",
        "");
    for (String query : one.keySet()) {
      double ofOne = modelled(query, 1) / measured(one, query);
      double ofTwo = modelled(query, 2) / measured(two, query);
      System.out.printf(
          Locale.ROOT, "%-46s %24.2f %26.2f  %s%n", query, ofOne, ofTwo, tasks(query));
      warn("one core", ofOne);
      warn("two cores", ofTwo);
    }
  }

  private static void warn(String cores, double ratio) {
    if (Math.abs(ratio - 1) > MOST_ERROR) {
      System.out.printf(
          "  On %s the model is wrong by more than %.0f %%: do not rely on it for this query.%n",
          cores, 100 * MOST_ERROR);
    }
  }

  private String tasks(String query) {
    return one.get(query).get(0).stages().stream()
        .map(stage -> String.valueOf(stage.tasks().size()))
        .collect(Collectors.joining(" + "));
  }

  private void printSeconds() {
    System.out.printf("%nseconds, medians%n%-46s local[1] local[2]  model:", "");
    for (int cores : CORES) {
      System.out.printf(" %7d", cores);
    }
    System.out.println(" cores");
    for (String query : one.keySet()) {
      System.out.printf(
          Locale.ROOT,
          "%-46s %8.2f %8.2f        ",
          query,
          measured(one, query),
          measured(two, query));
      for (int cores : CORES) {
        System.out.printf(Locale.ROOT, " %7.2f", modelled(query, cores));
      }
      System.out.println();
    }
  }

  private void printSpeedups() {
    System.out.printf("%nSpark's window / spark-cumsum%n");
    for (String work : WINDOWS.keySet()) {
      String spark = query(work, SPARK);
      String cumsum = query(work, SPARK_CUMSUM);
      System.out.printf(
          Locale.ROOT,
          "%-46s %8.2f %8.2f        ",
          work,
          measured(one, spark) / measured(one, cumsum),
          measured(two, spark) / measured(two, cumsum));
      for (int cores : CORES) {
        System.out.printf(Locale.ROOT, " %7.2f", modelled(spark, cores) / modelled(cumsum, cores));
      }
      System.out.println();
    }
  }

  private static void printMethod() {
    System.out.print(
        """

        The model takes each task's time from local[1], where no other disturbs it, and gives the
        tasks of a stage, in the order of their launch, each to the first core that is free. Stages
        follow each other as they did. The driver's time between them, and to start each task, stays
        the same, and is not divided. So the model must agree with local[1], where its times are
        from; whether it predicts anything is seen at local[2].
        It leaves out the network, the start of executors, stragglers and failures, and that tasks
        on one machine share its memory, the memory's bandwidth, and its disks. There are as many
        partitions for any number of cores, so that on few cores more time goes to the overhead of
        tasks than need be. Adaptive execution does not coalesce partitions: it would make as many
        as there are cores in local[1].
        """);
  }

  private static double measured(Map<String, List<QueryTimeline>> runs, String query) {
    return median(runs.get(query), QueryTimeline::end);
  }

  private double modelled(String query, int cores) {
    return median(one.get(query), run -> new ListSchedule(run).millis(cores));
  }

  private static double median(List<QueryTimeline> runs, ToLongFunction<QueryTimeline> millis) {
    long[] sorted = runs.stream().mapToLong(millis).sorted().toArray();
    return sorted[sorted.length / 2] / 1e3;
  }
}
