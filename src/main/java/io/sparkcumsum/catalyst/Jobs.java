package io.sparkcumsum.catalyst;

import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;

/** Runs the jobs of a scan other than the query's own, with a description in Spark's UI. */
public final class Jobs {
  private static final String DESCRIPTION = "spark.job.description";

  private Jobs() {}

  /**
   * Runs a job, and returns the bytes of each row, in order. Tasks send only bytes to the driver,
   * because a serializer that requires registered classes knows no class of this project.
   */
  public static List<byte[]> collect(RDD<InternalRow> rows) {
    // Rows are copied because they may be reused, and getBytes may return a row's own array.
    return rows.toJavaRDD().map(row -> ((UnsafeRow) row).copy().getBytes()).collect();
  }

  /** Runs code that starts a job, with this description. */
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
