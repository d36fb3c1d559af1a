package io.sparkcumsum.scan.phase;

import io.sparkcumsum.catalyst.Jobs;
import io.sparkcumsum.scan.function.RunningState;
import io.sparkcumsum.scan.function.ScanFunctions;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import scala.Tuple2;

/**
 * The second phase on the executors, for totals that are too large for the driver. It is a scan of
 * its own, over blocks of totals (Blelloch, "Prefix Sums and Their Applications", 1990): each block
 * is merged into one total, these totals are scanned, on the driver if they are small by then and
 * in the same way if not, and then the totals of each block are scanned from the offset of the
 * block. Totals and offsets travel by shuffles, so no task holds more than one block.
 *
 * @param most the most bytes of totals that the driver holds
 */
public record BlockOffsets(ScanFunctions functions, long most) implements Serializable {
  /** Enough to reach a size for the driver in few steps, and few enough for the heap of a task. */
  private static final int TOTALS_OF_BLOCK = 32;

  /**
   * The bytes of the {@link PartitionOffset} of each partition, each in a partition of its own, in
   * the one column of a row.
   *
   * @param totals the serialized total of each partition, each in a partition of its own
   * @param reverse whether the scan runs from the last partition to the first
   */
  public RDD<InternalRow> of(RDD<InternalRow> totals, boolean reverse) {
    return scanned(totals.toJavaRDD().map(Jobs::bytes), reverse)
        .map(offset -> (InternalRow) new GenericInternalRow(new Object[] {offset}))
        .rdd();
  }

  private JavaRDD<byte[]> scanned(JavaRDD<byte[]> totals, boolean reverse) {
    ExclusiveOffsets exclusive = new ExclusiveOffsets(functions, reverse);
    int count = totals.getNumPartitions();
    JavaPairRDD<Integer, byte[]> blocks =
        numbered(totals, exclusive).partitionBy(new Blocks(count, TOTALS_OF_BLOCK));
    JavaRDD<byte[]> ofBlocks =
        offsets(blocks.mapPartitions(block -> List.of(total(inOrder(block))).iterator()));
    JavaPairRDD<Integer, byte[]> offsets =
        JavaPairRDD.fromJavaRDD(
            blocks.zipPartitions(
                ofBlocks,
                (block, offset) -> scan(inOrder(block), Jobs.only(offset), exclusive, count)));
    return offsets.partitionBy(new Blocks(count, 1)).values();
  }

  /** Each total with its place in the direction of the scan. */
  private static JavaPairRDD<Integer, byte[]> numbered(
      JavaRDD<byte[]> totals, ExclusiveOffsets exclusive) {
    int count = totals.getNumPartitions();
    boolean preservesPartitioning = true;
    return JavaPairRDD.fromJavaRDD(
        totals.mapPartitionsWithIndex(
            (partition, total) ->
                List.of(new Tuple2<>(exclusive.at(partition, count), Jobs.only(total))).iterator(),
            preservesPartitioning));
  }

  /** The offset of each block, each in a partition of its own. */
  private JavaRDD<byte[]> offsets(JavaRDD<byte[]> totals) {
    int count = totals.getNumPartitions();
    // A single block cannot be divided further.
    long mostOfEach = count <= TOTALS_OF_BLOCK ? Long.MAX_VALUE : most / count;
    List<byte[]> collected = Jobs.collectSmall(totals.rdd(), mostOfEach);
    if (collected == null) {
      return scanned(totals, false);
    }
    List<byte[]> offsets = new ExclusiveOffsets(functions, false).of(collected);
    Broadcast<byte[][]> broadcast =
        JavaSparkContext.fromSparkContext(totals.context())
            .broadcast(offsets.toArray(new byte[0][]));
    return totals.mapPartitionsWithIndex(
        (block, unused) -> List.of(broadcast.value()[block]).iterator(), true);
  }

  private static List<Tuple2<Integer, byte[]>> inOrder(Iterator<Tuple2<Integer, byte[]>> block) {
    List<Tuple2<Integer, byte[]>> totals = new ArrayList<>();
    block.forEachRemaining(totals::add);
    totals.sort((left, right) -> left._1().compareTo(right._1()));
    return totals;
  }

  private byte[] total(List<Tuple2<Integer, byte[]>> block) {
    RunningState total = functions.start();
    block.forEach(numbered -> total.merge(numbered._2()));
    return total.serialize();
  }

  /** The offset of each partition of a block, with the number of the partition. */
  private Iterator<Tuple2<Integer, byte[]>> scan(
      List<Tuple2<Integer, byte[]>> block, byte[] offset, ExclusiveOffsets exclusive, int count) {
    RunningState state = new PartitionOffset(functions, offset).start();
    return block.stream()
        .map(
            numbered -> {
              int partition = exclusive.at(numbered._1(), count);
              byte[] none = PartitionOffset.NOT_NEEDED;
              return new Tuple2<>(
                  partition, ExclusiveOffsets.next(state, partition, numbered._2(), none, none));
            })
        .iterator();
  }

  /** Sends a number to the block that it is in. */
  private static final class Blocks extends Partitioner {
    private final int count;
    private final int ofBlock;

    Blocks(int count, int ofBlock) {
      this.count = count;
      this.ofBlock = ofBlock;
    }

    @Override
    public int numPartitions() {
      return (count + ofBlock - 1) / ofBlock;
    }

    @Override
    public int getPartition(Object number) {
      return (Integer) number / ofBlock;
    }
  }
}
