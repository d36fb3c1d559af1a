package io.sparkcumsum.scan;

import java.util.function.Supplier;
import org.apache.spark.SparkContext;

/** The jobs of a scan besides that of its query, which say in Spark's UI what they are. */
final class Jobs {
  private static final String DESCRIPTION = "spark.job.description";

  private Jobs() {}

  /** Runs what starts a job. */
  static <T> T described(SparkContext context, String description, Supplier<T> job) {
    String before = context.getLocalProperty(DESCRIPTION);
    context.setJobDescription("PrefixScan: " + description);
    try {
      return job.get();
    } finally {
      context.setJobDescription(before);
    }
  }
}
