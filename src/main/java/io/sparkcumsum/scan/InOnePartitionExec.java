package io.sparkcumsum.scan;

import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.ProductNode;
import io.sparkcumsum.scan.source.InputSplits;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.catalyst.plans.physical.SinglePartition$;
import org.apache.spark.sql.execution.SparkPlan;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * All rows in one partition, in the order of their partitions. One task reads them one partition
 * after the other, without a shuffle. Values that depend on the partition, such as row ids, stay.
 */
public final class InOnePartitionExec extends SparkPlan implements ProductNode {
  private final SparkPlan rows;

  /** Public for Catalyst, which copies nodes through it. */
  public InOnePartitionExec(SparkPlan rows) {
    this.rows = rows;
  }

  @Override
  public RDD<InternalRow> doExecute() {
    boolean filesApart = false;
    InputSplits splits = new InputSplits(rows.execute(), filesApart);
    return splits.rows(List.of(IntStream.range(0, splits.count()).boxed().toList()));
  }

  @Override
  public Seq<Attribute> output() {
    return rows.output();
  }

  @Override
  public Partitioning outputPartitioning() {
    return SinglePartition$.MODULE$;
  }

  @Override
  public Seq<SparkPlan> children() {
    return seq(List.of(rows));
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> newChildren) {
    return new InOnePartitionExec(newChildren.head());
  }

  @Override
  public String nodeName() {
    return "InOnePartition";
  }

  @Override
  public List<Object> parameters() {
    return List.of(rows);
  }

  @Override
  public boolean equals(Object other) {
    return hasParametersOf(other);
  }
}
