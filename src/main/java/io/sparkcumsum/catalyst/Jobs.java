package io.sparkcumsum.catalyst;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.util.ThreadUtils;
import scala.Function1;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.BoxedUnit;

/** Runs the jobs of a scan other than the query's own, with a description in Spark's UI. */
public final class Jobs {
  private static final String DESCRIPTION = "spark.job.description";

  private Jobs() {}

  /**
   * Runs a job, and returns the bytes of each row, in order. Tasks send only bytes to the driver,
   * because a serializer that requires registered classes knows no class of this project.
   */
  public static List<byte[]> collect(RDD<InternalRow> rows) {
    return rows.toJavaRDD().map(Jobs::bytes).collect();
  }

  /** The bytes of an {@link UnsafeRow}. */
  public static byte[] bytes(InternalRow row) {
    // The row is copied because it may be reused, and getBytes may return its own array.
    return ((UnsafeRow) row).copy().getBytes();
  }

  /** The row that has these {@linkplain #bytes bytes}. */
  public static UnsafeRow row(byte[] bytes, int columns) {
    UnsafeRow row = new UnsafeRow(columns);
    row.pointTo(bytes, bytes.length);
    return row;
  }

  /**
   * Runs a job, and returns the value of each partition, in order. The job is cancelled, and the
   * result is null, as soon as a task has a value that is too large.
   *
   * @param values one value for each partition
   * @param most the most bytes of a value
   */
  public static List<byte[]> collectSmall(RDD<byte[]> values, long most) {
    byte[][] results = new byte[values.getNumPartitions()][];
    CompletableFuture<Boolean> areSmall = new CompletableFuture<>();
    SimpleFutureAction<BoxedUnit> job =
        values
            .sparkContext()
            .submitJob(
                values,
                (Function1<Iterator<byte[]>, byte[]> & Serializable)
                    partition -> small(only(CollectionConverters.asJava(partition)), most),
                all(results.length),
                (partition, value) -> {
                  results[(Integer) partition] = value;
                  if (value.length == 0) {
                    areSmall.complete(false);
                  }
                  return BoxedUnit.UNIT;
                },
                () -> BoxedUnit.UNIT);
    job.onComplete(result -> areSmall.complete(true), ThreadUtils.sameThread());
    try {
      if (areSmall.get()) {
        job.value().get().get();
        return Arrays.asList(results);
      }
      return null;
    } catch (InterruptedException | ExecutionException e) {
      Platform.throwException(e);
      return null;
    } finally {
      if (!job.isCompleted()) {
        job.cancel();
      }
    }
  }

  /** The one value of a partition. */
  public static <T> T only(java.util.Iterator<T> values) {
    // Iterators of generated code compute the next value when they are asked whether there is one.
    if (!values.hasNext()) {
      throw new IllegalStateException("a partition without a value");
    }
    return values.next();
  }

  /** The value; nothing instead of one that is too large. */
  private static byte[] small(byte[] value, long most) {
    return value.length <= most ? value : new byte[0];
  }

  private static Seq<Object> all(int partitions) {
    return Seqs.seq(IntStream.range(0, partitions).<Object>mapToObj(i -> i).toList());
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
