package io.sparkcumsum.scan.ordering;

import static io.sparkcumsum.catalyst.Seqs.list;

import io.sparkcumsum.catalyst.Jobs;
import io.sparkcumsum.scan.source.Determinism;
import io.sparkcumsum.scan.source.InputSplits;
import io.sparkcumsum.scan.source.PrunedPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.RangePartitioner;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.execution.SortExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.internal.SQLConf;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.collection.mutable.ArrayBuffer;
import scala.reflect.ClassTag$;

/**
 * Brings rows in order, within partitions and across them.
 *
 * <p>A first pass reads the keys. Where each split of the rows, a file or a partition, is in order,
 * and no key is in two of them, they stay where they are, and that pass has their totals already.
 * All others are shuffled into ranges of the keys that it has sampled, totalled while they are
 * written, and sorted when they are read.
 */
public final class OrderedInput {
  /** Beyond this many totals on the driver, one of each range and map task, ranges are read. */
  private static final long MOST_TOTALS = 1 << 18;

  /** Beyond this many bytes of them as well; a task may need several times its own on its heap. */
  private static final long MOST_BYTES = 1 << 25;

  /** As of Spark's range partitioner: partitions may differ in size by this factor. */
  private static final double OVERSAMPLING = 3;

  private static final double LARGEST_SAMPLE = 1e6;

  private final SparkPlan plan;
  private final SparkPlan columns;
  private final boolean isReread;
  private final Seq<SortOrder> order;
  private final Summary summary;
  private final Metrics metrics;

  /** What is reported of bringing rows in order. */
  public record Metrics(RangeShuffle.Metrics shuffle, PartitionSort.Metrics sort) {}

  /**
   * Rows that are to be ordered.
   *
   * @param plan of the rows
   * @param columns the plan of the same rows with the columns that the first pass needs; the same
   *     plan for rows that are not {@linkplain PrunedPlan read again}
   */
  public OrderedInput(
      SparkPlan plan, SparkPlan columns, Seq<SortOrder> order, Summary summary, Metrics metrics) {
    this.plan = plan;
    this.columns = columns;
    this.isReread = plan != columns;
    this.order = order;
    this.summary = summary;
    this.metrics = metrics;
  }

  /** The rows in order; runs what it takes to get them there. */
  public OrderedRows rows() {
    RDD<InternalRow> rows = plan.execute();
    if (rows.getNumPartitions() == 0) {
      return new OrderedRows(rows, rows, List.of());
    }
    Determinism determinism = new Determinism(plan, rows);
    if (determinism.isObserved()) {
      rows = Determinism.persisted(rows);
    }
    boolean mayStay = determinism.repeatsRows() && Determinism.isStored(plan);
    boolean filesApart = isReread && mayStay && !plan.exists(OrderedInput::dependsOnPartition);
    InputSplits splits = new InputSplits(rows, filesApart);
    InputSplits surveyed = new InputSplits(isReread ? columns.execute() : rows, filesApart);
    List<KeySketch.Split> survey = survey(surveyed);
    List<Integer> inOrder = inOrder(survey);
    return mayStay && inOrder != null && splits.areThoseOf(surveyed)
        ? leftWhereTheyAre(splits, inOrder, survey)
        : shuffled(rows, survey);
  }

  /** Whether a node shows in which partition a row is, or where in it. */
  private static boolean dependsOnPartition(SparkPlan node) {
    return !node.expressions().forall(Expression::deterministic);
  }

  private List<KeySketch.Split> survey(InputSplits splits) {
    double sample =
        Math.min(
            LARGEST_SAMPLE,
            (double) conf().rangeExchangeSampleSizePerPartition() * conf().numShufflePartitions());
    int sampleOfSplit = (int) Math.ceil(OVERSAMPLING * sample / splits.count());
    KeySketch survey =
        new KeySketch(new KeyOrder(order, list(columns.output())), summary, sampleOfSplit);
    return Jobs.described(
        columns.session().sparkContext(), "survey of keys", () -> survey.of(splits));
  }

  /** The splits with rows in the order of their keys; null if some are not apart or in order. */
  private List<Integer> inOrder(List<KeySketch.Split> splits) {
    Comparator<InternalRow> ordering = keys().ofKeys();
    List<Integer> filled = new ArrayList<>();
    for (int i = 0; i < splits.size(); i++) {
      if (!splits.get(i).isInOrder()) {
        return null;
      }
      if (splits.get(i).rows() > 0) {
        filled.add(i);
      }
    }
    filled.sort(Comparator.comparing(i -> splits.get(i).first(), ordering));
    for (int i = 1; i < filled.size(); i++) {
      InternalRow before = splits.get(filled.get(i - 1)).last();
      if (ordering.compare(before, splits.get(filled.get(i)).first()) >= 0) {
        return null;
      }
    }
    return filled;
  }

  private OrderedRows leftWhereTheyAre(
      InputSplits splits, List<Integer> inOrder, List<KeySketch.Split> survey) {
    List<List<Integer>> partitions = splits.packed(inOrder);
    List<byte[]> totals = new ArrayList<>();
    List<InternalRow> firstKeys = new ArrayList<>();
    List<InternalRow> lastKeys = new ArrayList<>();
    for (List<Integer> partition : partitions) {
      Summary.State total = summary.start(List.of());
      for (int split : partition) {
        total.merge(survey.get(split).total());
      }
      totals.add(total.serialize());
      firstKeys.add(survey.get(partition.get(0)).first());
      lastKeys.add(survey.get(partition.get(partition.size() - 1)).last());
    }
    OrderCheck check = new OrderCheck(keys(), firstKeys, lastKeys);
    RDD<InternalRow> rows = check.of(splits.rows(partitions));
    return new OrderedRows(rows, rows, totals);
  }

  private List<InternalRow> bounds(List<KeySketch.Split> splits) {
    ArrayBuffer<Tuple2<InternalRow, Object>> candidates = new ArrayBuffer<>();
    for (KeySketch.Split split : splits) {
      for (InternalRow key : split.sample()) {
        candidates.addOne(new Tuple2<>(key, (float) split.rows() / split.sample().size()));
      }
    }
    Object bounds =
        RangePartitioner.determineBounds(
            candidates,
            Math.min(conf().numShufflePartitions(), candidates.size()),
            keys().ofKeys(),
            ClassTag$.MODULE$.apply(InternalRow.class));
    return List.of((InternalRow[]) bounds);
  }

  private OrderedRows shuffled(RDD<InternalRow> rows, List<KeySketch.Split> survey) {
    List<InternalRow> bounds = bounds(survey);
    long count = (long) rows.getNumPartitions() * (bounds.size() + 1);
    long size = survey.stream().mapToLong(split -> split.totalSize()).max().orElse(0);
    RangeTotals totals = null;
    if (!summary.dependsOnOrder() && count <= MOST_TOTALS && count * size <= MOST_BYTES) {
      totals = new RangeTotals();
      rows.sparkContext().register(totals);
    }
    RangeShuffle shuffle =
        new RangeShuffle(
            rows,
            new ToRanges(keys(), bounds, summary, totals),
            CoalescedRanges.of(conf(), rows.sparkContext()),
            metrics.shuffle());
    RDD<InternalRow> ranges = shuffle.rows();
    RDD<InternalRow> sorted = new PartitionSort(sort(), metrics.sort()).of(ranges);
    if (totals == null) {
      return new OrderedRows(sorted, ranges, null);
    }
    List<byte[]> ofPartitions = shuffle.totals(totals, summary);
    totals.reset();
    return new OrderedRows(sorted, ranges, ofPartitions);
  }

  /** What Spark sorts partitions with. */
  private SortExec sort() {
    boolean global = false;
    int testSpillFrequency = 0;
    return new SortExec(order, global, plan, testSpillFrequency);
  }

  private KeyOrder keys() {
    return new KeyOrder(order, list(plan.output()));
  }

  private SQLConf conf() {
    return plan.conf();
  }
}
