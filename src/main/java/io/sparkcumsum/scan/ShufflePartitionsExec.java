package io.sparkcumsum.scan;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.ProductNode;
import io.sparkcumsum.scan.source.StoredRows;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.plans.physical.HashPartitioning;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.catalyst.plans.physical.UnknownPartitioning;
import org.apache.spark.sql.execution.CoalescedPartitionSpec;
import org.apache.spark.sql.execution.PartialReducerPartitionSpec;
import org.apache.spark.sql.execution.ShufflePartitionSpec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.ShuffleQueryStageExec;
import scala.collection.Iterator;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * Some partitions of a shuffle that has run. It is a leaf of the plan, because adaptive execution
 * would coalesce neighbours of the partitions that it reads from a child, and with them those that
 * it does not read.
 */
public final class ShufflePartitionsExec extends SparkPlan implements ProductNode, StoredRows {
  private final ShuffleQueryStageExec stage;
  private final Seq<ShufflePartitionSpec> partitions;
  private final boolean areWhole;

  /**
   * Public for Catalyst, which copies nodes through it.
   *
   * @param areWhole whether no partition of the shuffle is read by several tasks
   */
  public ShufflePartitionsExec(
      ShuffleQueryStageExec stage, Seq<ShufflePartitionSpec> partitions, boolean areWhole) {
    this.stage = stage;
    this.partitions = partitions;
    this.areWhole = areWhole;
  }

  @Override
  @SuppressWarnings("unchecked")
  public RDD<InternalRow> doExecute() {
    return (RDD<InternalRow>)
        stage.shuffle().getShuffleRDD(list(partitions).toArray(new ShufflePartitionSpec[0]));
  }

  /** As the shuffle wrote them. */
  @Override
  public long size() {
    long[] sizes = stage.mapStats().get().bytesByPartitionId();
    long sum = 0;
    for (ShufflePartitionSpec partition : list(partitions)) {
      if (partition instanceof PartialReducerPartitionSpec part) {
        sum += part.dataSize();
      } else if (partition instanceof CoalescedPartitionSpec several) {
        for (int i = several.startReducerIndex(); i < several.endReducerIndex(); i++) {
          sum += sizes[i];
        }
      }
    }
    return sum;
  }

  @Override
  public Seq<Attribute> output() {
    return stage.output();
  }

  /**
   * Keys are apart as hashing puts them apart, though not by this number of partitions. That is
   * enough for the window above. Nobody else sees it, since the union above that does not promise
   * it.
   */
  @Override
  public Partitioning outputPartitioning() {
    return areWhole && stage.outputPartitioning() instanceof HashPartitioning hash
        ? new HashPartitioning(hash.expressions(), partitions.size())
        : new UnknownPartitioning(partitions.size());
  }

  @Override
  public Seq<SparkPlan> children() {
    return seq(List.of());
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> newChildren) {
    return this;
  }

  @Override
  public String nodeName() {
    return "ShufflePartitions";
  }

  @Override
  public List<Object> parameters() {
    return List.of(stage, partitions, areWhole);
  }

  /** Printed are the numbers of partitions, not each of them. */
  @Override
  public Iterator<Object> stringArgs() {
    return seq(List.<Object>of(partitions.size() + (areWhole ? " whole" : " parts"))).iterator();
  }

  @Override
  public boolean equals(Object other) {
    return hasParametersOf(other);
  }
}
