package io.sparkcumsum.scan.source;

import static io.sparkcumsum.catalyst.Seqs.seq;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.NarrowDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.MapPartitionsRDD;
import org.apache.spark.rdd.MapPartitionsWithEvaluatorRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.FilePartition;
import org.apache.spark.sql.execution.datasources.FileScanRDD;
import org.apache.spark.sql.execution.datasources.PartitionedFile;
import org.apache.spark.storage.StorageLevel;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * The pieces that rows come in, which can be read one by one and in any order. Where rows are those
 * of files, these are the files, or parts of files, that Spark packs into partitions by size;
 * elsewhere they are the partitions.
 *
 * <p>What maps partitions of a scan of files passes on which files to read, so it is asked here for
 * other combinations of them than those it was planned with.
 */
public final class InputSplits {
  private final RDD<InternalRow> rows;
  private final boolean areFiles;

  /** The pieces of each partition, each of them a partition of the rows. */
  private final List<List<Partition>> partitions = new ArrayList<>();

  /**
   * InputSplits of rows.
   *
   * @param filesApart whether files may be read in other partitions than they were planned for:
   *     rows are to come from them one by one
   */
  public InputSplits(RDD<InternalRow> rows, boolean filesApart) {
    this.rows = rows;
    this.areFiles = filesApart && areFiles(rows);
    for (Partition partition : rows.partitions()) {
      List<Partition> pieces = new ArrayList<>();
      if (areFiles) {
        for (PartitionedFile file : ((FilePartition) partition).files()) {
          pieces.add(new FilePartition(partition.index(), new PartitionedFile[] {file}));
        }
      } else {
        pieces.add(partition);
      }
      partitions.add(pieces);
    }
  }

  private static boolean areFiles(RDD<?> rows) {
    RDD<?> source = rows;
    while (isComputedEachTime(source)
        && (source instanceof MapPartitionsRDD<?, ?>
            || source instanceof MapPartitionsWithEvaluatorRDD<?, ?>)) {
      source = source.dependencies().head().rdd();
    }
    return source instanceof FileScanRDD && isComputedEachTime(source);
  }

  /** Kept partitions are looked up by their number, whichever files are asked for. */
  private static boolean isComputedEachTime(RDD<?> rows) {
    return rows.getStorageLevel().equals(StorageLevel.NONE()) && !rows.isCheckpointed();
  }

  public int count() {
    return all().size();
  }

  private List<Partition> all() {
    return partitions.stream().flatMap(List::stream).toList();
  }

  /** Whether rows of another plan come in the same partitions of the same files. */
  public boolean areThoseOf(InputSplits other) {
    return descriptions().equals(other.descriptions());
  }

  private List<List<List<Object>>> descriptions() {
    return partitions.stream()
        .map(of -> of.stream().map(InputSplits::description).toList())
        .toList();
  }

  private static List<Object> description(Partition piece) {
    if (!(piece instanceof FilePartition partition)) {
      return List.of(piece.index());
    }
    List<Object> description = new ArrayList<>();
    for (PartitionedFile file : partition.files()) {
      description.addAll(
          List.of(file.filePath(), file.start(), file.length(), file.modificationTime()));
    }
    return description;
  }

  /** What a function makes of each piece by itself, in the order of pieces. */
  public RDD<InternalRow> map(Mapping function) {
    return new Combined(rows, partitions, function);
  }

  /**
   * Combines files that are to follow each other into partitions, no larger than the largest that
   * there is; each other piece is a partition.
   *
   * @return the numbers of the pieces of each partition
   */
  public List<List<Integer>> packed(List<Integer> pieces) {
    if (!areFiles) {
      return pieces.stream().map(List::of).toList();
    }
    long largest = 0;
    for (List<Partition> partition : partitions) {
      largest = Math.max(largest, partition.stream().mapToLong(InputSplits::size).sum());
    }
    List<Partition> all = all();
    List<List<Integer>> packed = new ArrayList<>();
    long size = 0;
    for (int piece : pieces) {
      long added = size(all.get(piece));
      if (packed.isEmpty() || size + added > largest) {
        packed.add(new ArrayList<>());
        size = 0;
      }
      packed.get(packed.size() - 1).add(piece);
      size += added;
    }
    return packed;
  }

  private static long size(Partition file) {
    return ((FilePartition) file).files()[0].length();
  }

  /**
   * The rows of pieces in other partitions.
   *
   * @param packed the numbers of the pieces of each partition
   */
  public RDD<InternalRow> rows(List<List<Integer>> packed) {
    List<Partition> all = all();
    List<List<Partition>> combined = new ArrayList<>();
    for (List<Integer> pieces : packed) {
      combined.add(pieces.stream().map(all::get).toList());
    }
    return new Combined(rows, combined, new Unchanged());
  }

  /** What is made of the rows of a piece. */
  public interface Mapping extends Serializable {
    Iterator<InternalRow> apply(int piece, Iterator<InternalRow> rows);
  }

  private static final class Unchanged implements Mapping {
    @Override
    public Iterator<InternalRow> apply(int piece, Iterator<InternalRow> rows) {
      return rows;
    }
  }

  /** Partitions that are read piece by piece. */
  private static final class Combined extends RDD<InternalRow> {
    private static final ClassTag<InternalRow> ROW = ClassTag$.MODULE$.apply(InternalRow.class);

    private final Mapping function;
    private final transient List<List<Partition>> pieces;

    Combined(RDD<InternalRow> rows, List<List<Partition>> pieces, Mapping function) {
      super(rows.sparkContext(), seq(List.of(new OnPieces(rows, pieces))), ROW);
      this.function = function;
      this.pieces = pieces;
    }

    @Override
    public Partition[] getPartitions() {
      Partition[] partitions = new Partition[pieces.size()];
      for (int i = 0; i < partitions.length; i++) {
        partitions[i] = new CombinedPartition(i, pieces.get(i));
      }
      return partitions;
    }

    @Override
    public scala.collection.Iterator<InternalRow> compute(
        Partition partition, TaskContext context) {
      Iterator<Partition> pieces = ((CombinedPartition) partition).pieces.iterator();
      return CollectionConverters.asScala(pieces).flatMap(piece -> of(piece, context));
    }

    private scala.collection.Iterator<InternalRow> of(Partition piece, TaskContext context) {
      Iterator<InternalRow> read = CollectionConverters.asJava(rows().iterator(piece, context));
      return CollectionConverters.asScala(function.apply(piece.index(), read));
    }

    private RDD<InternalRow> rows() {
      return this.<InternalRow>firstParent(ROW);
    }
  }

  private static final class CombinedPartition implements Partition {
    private final int index;
    private final List<Partition> pieces;

    CombinedPartition(int index, List<Partition> pieces) {
      this.index = index;
      this.pieces = new ArrayList<>(pieces);
    }

    @Override
    public int index() {
      return index;
    }
  }

  /** On the partitions of the rows that pieces are from. */
  private static final class OnPieces extends NarrowDependency<InternalRow> {
    /** The numbers of them for each partition. */
    private final int[][] parents;

    OnPieces(RDD<InternalRow> rows, List<List<Partition>> pieces) {
      super(rows);
      this.parents =
          pieces.stream()
              .map(of -> of.stream().mapToInt(Partition::index).distinct().toArray())
              .toArray(int[][]::new);
    }

    @Override
    public Seq<Object> getParents(int partition) {
      List<Object> indices = new ArrayList<>();
      for (int parent : parents[partition]) {
        indices.add(parent);
      }
      return seq(indices);
    }
  }
}
