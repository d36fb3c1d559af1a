package io.sparkcumsum.scan.source;

import static io.sparkcumsum.catalyst.Seqs.list;

import java.util.OptionalLong;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.plans.logical.Statistics;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.SupportsReportStatistics;
import org.apache.spark.sql.execution.CollectMetricsExec;
import org.apache.spark.sql.execution.ColumnarToRowExec;
import org.apache.spark.sql.execution.FileSourceScanExec;
import org.apache.spark.sql.execution.FilterExec;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.LocalTableScanExec;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.RangeExec;
import org.apache.spark.sql.execution.SortExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.UnionExec;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
import org.apache.spark.sql.execution.adaptive.AQEShuffleReadExec;
import org.apache.spark.sql.execution.adaptive.QueryStageExec;
import org.apache.spark.sql.execution.aggregate.BaseAggregateExec;
import org.apache.spark.sql.execution.columnar.InMemoryTableScanExec;
import org.apache.spark.sql.execution.datasources.FilePartition;
import org.apache.spark.sql.execution.datasources.FileScanRDD;
import org.apache.spark.sql.execution.datasources.PartitionedFile;
import org.apache.spark.sql.execution.datasources.v2.BatchScanExec;
import org.apache.spark.sql.execution.exchange.Exchange;
import scala.Option;

/**
 * How many bytes the rows of a plan take, where that is known before they are read. Files and
 * cached tables may be compressed, and projections may widen rows. So the size tells small input
 * from large, and is no bound.
 */
public final class InputSize {
  private InputSize() {}

  /** The size of what the plan reads; empty if it is not known, or if the plan multiplies rows. */
  public static OptionalLong of(SparkPlan plan) {
    if (plan instanceof QueryStageExec stage) {
      Option<Statistics> statistics = stage.computeStats();
      return statistics.isDefined()
          ? OptionalLong.of(statistics.get().sizeInBytes().toLong())
          : OptionalLong.empty();
    } else if (plan instanceof StoredRows stored) {
      return OptionalLong.of(stored.size());
    } else if (plan instanceof FileSourceScanExec scan) {
      return ofFiles(scan.inputRDDs().head());
    } else if (plan instanceof BatchScanExec scan) {
      return ofSource(scan.scan());
    } else if (plan instanceof LocalTableScanExec local) {
      return OptionalLong.of((long) local.rows().size() * local.schema().defaultSize());
    } else if (plan instanceof RangeExec range) {
      return range.numElements().isValidLong()
          ? OptionalLong.of(range.numElements().toLong() * Long.BYTES)
          : OptionalLong.empty();
    } else if (plan instanceof InMemoryTableScanExec cached) {
      return cached.relation().cacheBuilder().isCachedColumnBuffersLoaded()
          ? OptionalLong.of(cached.relation().computeStats().sizeInBytes().toLong())
          : of(cached.relation().cachedPlan());
    }
    if (plan instanceof AppendsColumns) {
      return of(plan.children().head());
    }
    return multipliesNoRows(plan) ? ofChildren(plan) : OptionalLong.empty();
  }

  private static OptionalLong ofChildren(SparkPlan plan) {
    long sum = 0;
    for (SparkPlan child : list(plan.children())) {
      OptionalLong size = of(child);
      if (size.isEmpty()) {
        return size;
      }
      sum = Math.min(sum, Long.MAX_VALUE - size.getAsLong()) + size.getAsLong();
    }
    return plan.children().isEmpty() ? OptionalLong.empty() : OptionalLong.of(sum);
  }

  private static boolean multipliesNoRows(SparkPlan plan) {
    return plan instanceof ProjectExec
        || plan instanceof FilterExec
        || plan instanceof SortExec
        || plan instanceof BaseAggregateExec
        || plan instanceof UnionExec
        || plan instanceof Exchange
        || plan instanceof AQEShuffleReadExec
        || plan instanceof ColumnarToRowExec
        || plan instanceof CollectMetricsExec
        || plan instanceof WholeStageCodegenExec
        || plan instanceof InputAdapter;
  }

  /** As the source estimates; some estimate nothing, or the largest number. */
  private static OptionalLong ofSource(Scan scan) {
    OptionalLong size =
        scan instanceof SupportsReportStatistics reports
            ? reports.estimateStatistics().sizeInBytes()
            : OptionalLong.empty();
    boolean isKnown = size.orElse(0) > 0 && size.getAsLong() < Long.MAX_VALUE;
    return isKnown ? size : OptionalLong.empty();
  }

  private static OptionalLong ofFiles(RDD<?> rows) {
    if (!(rows instanceof FileScanRDD files)) {
      return OptionalLong.empty();
    }
    long size = 0;
    for (FilePartition partition : list(files.filePartitions())) {
      for (PartitionedFile file : partition.files()) {
        size += file.length();
      }
    }
    return OptionalLong.of(size);
  }
}
