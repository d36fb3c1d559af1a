package io.sparkcumsum.scan.ordering;

import java.io.Serializable;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.execution.SortExec;
import org.apache.spark.sql.execution.UnsafeExternalRowSorter;
import org.apache.spark.sql.execution.metric.SQLMetric;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Sorts each partition with the sorter of Spark's operator, which spills to disk.
 *
 * @param peers sorts rows that are equal in the order of the first operator; null if they come in
 *     any order
 */
public record PartitionSort(SortExec sort, SortExec peers, Metrics metrics)
    implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {

  /** The metrics that tasks report. */
  public record Metrics(SQLMetric time, SQLMetric peakMemory, SQLMetric spillSize)
      implements Serializable {}

  RDD<InternalRow> of(RDD<InternalRow> rows) {
    boolean preservesPartitioning = true;
    return rows.toJavaRDD().mapPartitions(this, preservesPartitioning).rdd();
  }

  @Override
  @SuppressWarnings({"unchecked", "rawtypes"})
  public Iterator<InternalRow> call(Iterator<InternalRow> rows) throws Exception {
    UnsafeExternalRowSorter sorter = sort.createSorter();
    TaskMetrics task = TaskContext.get().taskMetrics();
    long spilledBefore = task.memoryBytesSpilled();
    scala.collection.Iterator<InternalRow> sorted =
        sorter.sort(
            (scala.collection.Iterator<UnsafeRow>)
                (scala.collection.Iterator) CollectionConverters.asScala(rows));
    metrics.time().add(TimeUnit.NANOSECONDS.toMillis(sorter.getSortTimeNanos()));
    metrics.peakMemory().add(sorter.getPeakMemoryUsage());
    metrics.spillSize().add(task.memoryBytesSpilled() - spilledBefore);
    task.incPeakExecutionMemory(sorter.getPeakMemoryUsage());
    return CollectionConverters.asJava(peers == null ? sorted : new SortedPeers(sorted, peers));
  }
}
