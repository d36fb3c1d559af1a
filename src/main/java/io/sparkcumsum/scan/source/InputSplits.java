package io.sparkcumsum.scan.source;

import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.SparkCompat;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
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
import org.apache.spark.sql.execution.datasources.v2.DataSourceRDDPartition;
import org.apache.spark.storage.StorageLevel;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * The splits of rows, which can be read one by one and in any order. If the rows are read from
 * files, the splits are the files, or the parts of files, that Spark packs into partitions by size.
 * Otherwise they are the partitions.
 *
 * <p>An RDD that maps a {@link FileScanRDD} forwards the {@link FilePartition} that it is given. So
 * it can be asked for a single file, and for files that were not planned as one partition.
 */
public final class InputSplits {
  private final RDD<InternalRow> rows;
  private final boolean areFiles;

  /** The splits of each partition, each as a partition that Spark can compute. */
  private final List<List<Partition>> partitions;

  /**
   * Creates the splits of rows.
   *
   * @param filesApart whether each file may be a split of its own; if not, partitions are the
   *     splits
   */
  public InputSplits(RDD<InternalRow> rows, boolean filesApart) {
    this.rows = rows;
    this.areFiles = filesApart && areFiles(rows);
    this.partitions = new ArrayList<>();
    for (Partition partition : rows.partitions()) {
      List<Partition> splits = new ArrayList<>();
      if (areFiles) {
        for (PartitionedFile file : ((FilePartition) partition).files()) {
          splits.add(new FilePartition(partition.index(), new PartitionedFile[] {file}));
        }
      } else {
        splits.add(partition);
      }
      partitions.add(splits);
    }
  }

  private InputSplits(RDD<InternalRow> rows, boolean areFiles, List<List<Partition>> partitions) {
    this.rows = rows;
    this.areFiles = areFiles;
    this.partitions = partitions;
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

  /**
   * Whether partitions are not persisted. Spark looks those that are up by their number, whichever
   * files are asked for.
   */
  private static boolean isComputedEachTime(RDD<?> rows) {
    return rows.getStorageLevel().equals(StorageLevel.NONE()) && !rows.isCheckpointed();
  }

  public int count() {
    return all().size();
  }

  private List<Partition> all() {
    return partitions.stream().flatMap(List::stream).toList();
  }

  /**
   * The same splits in the partitions of other rows, of another plan that reads other columns of
   * the same files. A source may list its partitions in another order. Null if the partitions are
   * others.
   */
  public InputSplits inPartitionsOf(InputSplits other) {
    if (descriptions().equals(other.descriptions())) {
      return this;
    }
    boolean isSource = all().stream().allMatch(of -> of instanceof DataSourceRDDPartition);
    return isSource ? inOrderOf(other) : null;
  }

  private InputSplits inOrderOf(InputSplits other) {
    Map<List<Object>, List<Partition>> described = new HashMap<>();
    for (List<Partition> partition : partitions) {
      described.put(description(partition), partition);
    }
    List<List<Partition>> inOrder = new ArrayList<>();
    for (List<Partition> partition : other.partitions) {
      inOrder.add(described.remove(description(partition)));
    }
    boolean areSame = described.isEmpty() && !inOrder.contains(null);
    return areSame ? new InputSplits(rows, areFiles, inOrder) : null;
  }

  private List<List<Object>> descriptions() {
    return partitions.stream().map(InputSplits::description).toList();
  }

  private static List<Object> description(List<Partition> splits) {
    return splits.stream().flatMap(split -> description(split).stream()).toList();
  }

  private static List<Object> description(Partition split) {
    if (split instanceof FilePartition partition) {
      List<Object> description = new ArrayList<>();
      for (PartitionedFile file : partition.files()) {
        description.addAll(
            List.of(file.filePath(), file.start(), file.length(), file.modificationTime()));
      }
      return description;
    } else if (split instanceof DataSourceRDDPartition partition) {
      return SparkCompat.inputPartitions(partition).stream()
          .flatMap(of -> IcebergPartition.description(of).stream())
          .toList();
    }
    return List.of(split.index());
  }

  /** The rows of all splits, in their partitions. */
  public RDD<InternalRow> rows() {
    return new Combined(rows, partitions, new Unchanged());
  }

  /** Applies a function to each split by itself. The results are in the order of the splits. */
  public RDD<InternalRow> map(Mapping function) {
    return new Combined(rows, partitions, function);
  }

  /**
   * Packs splits into partitions, in the given order. If they are files, no partition gets larger
   * than the largest that Spark planned. Otherwise each split is a partition.
   *
   * @return the numbers of the splits in each partition
   */
  public List<List<Integer>> packed(List<Integer> splits) {
    if (!areFiles) {
      return splits.stream().map(List::of).toList();
    }
    long largest = 0;
    for (List<Partition> partition : partitions) {
      largest = Math.max(largest, partition.stream().mapToLong(InputSplits::size).sum());
    }
    List<Partition> all = all();
    List<List<Integer>> packed = new ArrayList<>();
    long size = 0;
    for (int split : splits) {
      long added = size(all.get(split));
      if (packed.isEmpty() || size + added > largest) {
        packed.add(new ArrayList<>());
        size = 0;
      }
      packed.get(packed.size() - 1).add(split);
      size += added;
    }
    return packed;
  }

  private static long size(Partition file) {
    return ((FilePartition) file).files()[0].length();
  }

  /**
   * The rows in other partitions.
   *
   * @param packed the numbers of the splits in each partition
   */
  public RDD<InternalRow> rows(List<List<Integer>> packed) {
    List<Partition> all = all();
    List<List<Partition>> combined = new ArrayList<>();
    for (List<Integer> splits : packed) {
      combined.add(splits.stream().map(all::get).toList());
    }
    return new Combined(rows, combined, new Unchanged());
  }

  /** A function of the rows of a split. */
  public interface Mapping extends Serializable {
    Iterator<InternalRow> apply(int split, Iterator<InternalRow> rows);
  }

  private static final class Unchanged implements Mapping {
    @Override
    public Iterator<InternalRow> apply(int split, Iterator<InternalRow> rows) {
      return rows;
    }
  }

  /** Partitions that are read split by split. */
  private static final class Combined extends RDD<InternalRow> {
    private static final ClassTag<InternalRow> ROW = ClassTag$.MODULE$.apply(InternalRow.class);

    private final Mapping function;
    private final transient List<List<Partition>> splits;

    Combined(RDD<InternalRow> rows, List<List<Partition>> splits, Mapping function) {
      super(rows.sparkContext(), seq(List.of(new OnSplits(rows, splits))), ROW);
      this.function = function;
      this.splits = splits;
    }

    @Override
    public Partition[] getPartitions() {
      Partition[] partitions = new Partition[splits.size()];
      for (int i = 0; i < partitions.length; i++) {
        partitions[i] = new CombinedPartition(i, splits.get(i));
      }
      return partitions;
    }

    @Override
    public scala.collection.Iterator<InternalRow> compute(
        Partition partition, TaskContext context) {
      Iterator<Partition> splits = ((CombinedPartition) partition).splits.iterator();
      return CollectionConverters.asScala(splits).flatMap(split -> of(split, context));
    }

    private scala.collection.Iterator<InternalRow> of(Partition split, TaskContext context) {
      Iterator<InternalRow> read = CollectionConverters.asJava(rows().iterator(split, context));
      return CollectionConverters.asScala(function.apply(split.index(), read));
    }

    private RDD<InternalRow> rows() {
      return this.<InternalRow>firstParent(ROW);
    }
  }

  private static final class CombinedPartition implements Partition {
    private final int index;
    private final List<Partition> splits;

    CombinedPartition(int index, List<Partition> splits) {
      this.index = index;
      this.splits = new ArrayList<>(splits);
    }

    @Override
    public int index() {
      return index;
    }
  }

  /** The dependency on the partitions that the splits are from. */
  private static final class OnSplits extends NarrowDependency<InternalRow> {
    /** The numbers of these partitions, for each partition that is made of splits. */
    private final int[][] parents;

    OnSplits(RDD<InternalRow> rows, List<List<Partition>> splits) {
      super(rows);
      this.parents =
          splits.stream()
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
