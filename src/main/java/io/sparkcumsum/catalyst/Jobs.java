package io.sparkcumsum.catalyst;

import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;

/** The jobs of a scan besides that of its query, which say in Spark's UI what they are. */
public final class Jobs {
  private static final String DESCRIPTION = "spark.job.description";

  private Jobs() {}

  /**
   * Runs a job, and returns its rows, in their order, as the bytes of each. Tasks send nothing but
   * bytes to the driver: a serializer that takes registered classes only knows those, and none of
   * this project.
   */
  public static List<byte[]> collect(RDD<InternalRow> rows) {
    // The rows may be reused, and each may hand out its own bytes.
    return rows.toJavaRDD().map(row -> ((UnsafeRow) row).copy().getBytes()).collect();
  }

  /** Runs what starts a job. */
  public static <T> T described(SparkContext context, String description, Supplier<T> job) {
    String before = context.getLocalProperty(DESCRIPTION);
    context.setJobDescription("PrefixScan: " + description);
    try {
      return job.get();
    } finally {
      context.setJobDescription(before);
    }
  }
}
