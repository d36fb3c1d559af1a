package io.sparkcumsum.scan.ordering;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.Jobs;
import io.sparkcumsum.catalyst.PartitionFunction;
import io.sparkcumsum.scan.source.Determinism;
import io.sparkcumsum.scan.source.InputSize;
import io.sparkcumsum.scan.source.InputSplits;
import io.sparkcumsum.scan.source.PrunedPlan;
import io.sparkcumsum.scan.source.UnrepeatableRows;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.spark.RangePartitioner;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.BaseOrdering;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection$;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SortExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.internal.SQLConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.collection.mutable.ArrayBuffer;
import scala.reflect.ClassTag$;

/**
 * Sorts rows, within partitions and across them.
 *
 * <p>A first pass reads the keys. If each split of the rows, a file or a partition, is in order,
 * and no key is in two splits, the rows stay where they are, and the first pass has computed their
 * totals. Otherwise the rows are shuffled into ranges of the keys, by a sample from the first pass.
 * Their totals are computed while they are written, and they are sorted when they are read.
 */
public final class OrderedInput {
  private static final Logger LOG = LoggerFactory.getLogger(OrderedInput.class);

  /**
   * The most totals that the driver collects from a shuffle, one for each range and map task. If
   * there were more, there are none, and the ranges have to be read for their totals.
   */
  private static final long MOST_TOTALS = 1 << 18;

  /**
   * The most bytes of totals that the driver collects, from the survey or from a shuffle. A task
   * may need several times the size of its own on its heap.
   */
  private static final long MOST_BYTES = 1 << 25;

  /**
   * The factor of Spark's range partitioner, which takes larger samples in case partitions differ
   * in size.
   */
  private static final double OVERSAMPLING = 3;

  private static final double LARGEST_SAMPLE = 1e6;

  /** Ranges are put together until no more rows, as a part of all, go to further ranges. */
  private static final double MOST_IN_HALOS = 1;

  private final SparkPlan plan;
  private final SparkPlan columns;
  private final boolean isReread;
  private final Seq<SortOrder> order;
  private final int segmentKeys;
  private final OrderedSummary summary;
  private final SmallInput small;
  private final Metrics metrics;

  /** The metrics of sorting. */
  public record Metrics(RangeShuffle.Metrics shuffle, PartitionSort.Metrics sort) {}

  /**
   * Creates the input.
   *
   * @param plan the plan of the rows
   * @param columns the plan of the same rows with only the columns that the first pass needs;
   *     {@code plan} itself if the rows cannot be {@linkplain PrunedPlan read twice}
   * @param segmentKeys how many keys of the order divide the rows into {@link Segments}; 0 if all
   *     are one segment
   */
  public OrderedInput(
      SparkPlan plan,
      SparkPlan columns,
      Seq<SortOrder> order,
      int segmentKeys,
      OrderedSummary summary,
      SmallInput small,
      Metrics metrics) {
    this.plan = plan;
    this.columns = columns;
    this.isReread = plan != columns;
    this.order = KeyOrder.ofSegments(order, segmentKeys);
    this.segmentKeys = segmentKeys;
    this.summary = summary;
    this.small = small;
    this.metrics = metrics;
  }

  /** The sorted rows. Runs the jobs that sorting needs. */
  public OrderedRows rows() {
    RDD<InternalRow> rows = plan.execute();
    if (rows.getNumPartitions() == 0) {
      return single(rows);
    }
    Determinism determinism = new Determinism(plan, rows);
    if (determinism.isObserved()) {
      rows = Determinism.persisted(rows);
    }
    RDD<InternalRow> single = ifSmall(rows);
    if (single != null) {
      return single(single);
    }
    boolean mayStay = segmentKeys == 0 && determinism.repeatsRows() && mayComeInOrder();
    boolean filesApart = isReread && mayStay && !plan.exists(OrderedInput::dependsOnPartition);
    InputSplits splits = new InputSplits(rows, filesApart);
    InputSplits ofColumns = isReread ? new InputSplits(columns.execute(), filesApart) : splits;
    // Another scan of what is not stored may list partitions in another order.
    boolean mayMatch = !isReread || Determinism.isStored(columns);
    InputSplits matching = mayMatch ? ofColumns.inPartitionsOf(splits) : null;
    List<KeySketch.Split> sketches =
        sketch(matching == null ? ofColumns : matching, columns, false);
    single = ifKept(sketches);
    if (single != null) {
      return single(single);
    }
    List<Integer> inOrder = mayStay ? inOrder(sketches) : null;
    if (inOrder != null && matching == null) {
      // The survey was of other partitions.
      sketches = sketch(splits, plan, false);
      inOrder = inOrder(sketches);
    }
    return inOrder == null ? shuffled(rows, sketches) : leftWhereTheyAre(splits, inOrder, sketches);
  }

  /** Whether rows may come in order, and in the same one each time that they are read. */
  private boolean mayComeInOrder() {
    return Determinism.isStored(plan)
        || (summary.readInOrderOfPeers().isEmpty() && Determinism.isReportedIn(order, plan));
  }

  /** Rows in no more than one partition. */
  private OrderedRows single(RDD<InternalRow> rows) {
    return segmentKeys == 0 ? OrderedRows.summarized(rows, List.of()) : OrderedRows.whole(rows);
  }

  /**
   * The sorted rows in ranges, each with the rows of other ranges that its frames reach. Runs the
   * jobs that sorting needs.
   *
   * @param frames the different frames
   * @param totals of the functions over each frame, which do not depend on the order of rows; null
   *     if some function has none
   * @param digest of what frames read
   * @param readInOrderOfPeers the columns that frames read in the order of peers
   */
  public OverlappingRanges ranges(
      List<KeyBounds> frames,
      List<? extends OrderedSummary> totals,
      OrderedSummary digest,
      AttributeSet readInOrderOfPeers) {
    RDD<InternalRow> rows = plan.execute();
    if (rows.getNumPartitions() == 0) {
      return singleRange(rows);
    }
    Determinism determinism = new Determinism(plan, rows);
    if (determinism.isObserved()) {
      rows = Determinism.persisted(rows);
    }
    RDD<InternalRow> single = ifSmall(rows);
    if (single != null) {
      return singleRange(single);
    }
    List<KeySketch.Split> sketches = survey(isReread ? columns.execute() : rows, frames);
    single = ifKept(sketches);
    if (single != null) {
      return singleRange(single);
    }
    // Gaps would be those of each segment.
    boolean hasGaps = segmentKeys == 0 && totals != null && haveGaps(frames, sketches);
    if (hasGaps && determinism.mayHaveOtherRows()) {
      // Gaps are between keys of the survey, so that the same ones have to be shuffled.
      rows = Determinism.persisted(rows);
      sketches = survey(rows, frames);
    }
    Seq<SortOrder> withPeers = withPeers(sketches, readInOrderOfPeers);
    Seq<SortOrder> inRange = withPeers == null ? order : withPeers;
    List<InternalRow> bounds = boundsWithin(frames, sketches);
    if (hasGaps && bounds != null) {
      List<InternalRow> ends = ends(sketches);
      OverlappingRanges ranges = null;
      while (ranges == null) {
        KeySweeps sweeps = new KeySweeps(frames, keys(), bounds, ends.get(0), ends.get(1));
        // Each moving bound takes a row to one range, and to more if bounds may go back.
        boolean mayBeMore = !bounds.isEmpty() && frames.get(0).isDisordered();
        double most = sweeps.movingBounds() + MOST_IN_HALOS;
        if (!mayBeMore || inHalos(sweeps, sweeps.bounds(), sketches) <= most) {
          ranges = withGaps(rows, determinism, sweeps, totals, digest, bounds.isEmpty(), inRange);
        }
        bounds = everySecond(bounds);
      }
      return ranges;
    }
    bounds = bounds == null ? List.of() : bounds;
    if (segmentKeys > 0) {
      bounds = aroundSegments(bounds, sketches);
    }
    while (inHalos(frames, bounds, sketches) > MOST_IN_HALOS) {
      bounds = segmentKeys == 0 ? everySecond(bounds) : segmentBounds().fewer(bounds);
    }
    return withHalos(rows, determinism, frames, bounds, inRange);
  }

  /** Rows in no more than one partition, which has all of them. */
  private OverlappingRanges singleRange(RDD<InternalRow> rows) {
    Segments segments = segmentKeys == 0 ? null : Segments.whole(rows.getNumPartitions());
    return new OverlappingRanges(rows, List.of(), segments, null, null);
  }

  private List<KeySketch.Split> survey(RDD<InternalRow> rows, List<KeyBounds> frames) {
    boolean filesApart = false;
    return sketch(new InputSplits(rows, filesApart), columns, haveDistances(frames));
  }

  private static boolean haveDistances(List<KeyBounds> frames) {
    return frames.stream().anyMatch(KeyBounds::hasDistance);
  }

  /** Whether ranges would have more rows of others than there are, or all rows. */
  private boolean haveGaps(List<KeyBounds> frames, List<KeySketch.Split> sketches) {
    List<InternalRow> bounds = boundsWithin(frames, sketches);
    return bounds != null
        && haveDistances(frames)
        && (frames.stream().anyMatch(KeyBounds::isUnbounded)
            || inHalos(frames, bounds, sketches) > MOST_IN_HALOS);
  }

  /**
   * The bounds of ranges. Null if all rows have to be in one, because bounds of frames overflow, or
   * are NaN for some keys. Such frames may reach any rows.
   */
  private List<InternalRow> boundsWithin(List<KeyBounds> frames, List<KeySketch.Split> sketches) {
    if (!haveDistances(frames)) {
      return bounds(sketches);
    }
    List<InternalRow> ends = ends(sketches);
    if (ends == null) {
      return null;
    }
    BaseOrdering ordering = keys().ofLastColumn();
    boolean areOrdered =
        frames.stream().allMatch(frame -> frame.isOrdered(ends.get(0), ends.get(1), ordering));
    return areOrdered ? bounds(sketches) : null;
  }

  /** The keys whose last columns are the first and the last that are not null; null if all are. */
  private List<InternalRow> ends(List<KeySketch.Split> sketches) {
    BaseOrdering ordering = keys().ofLastColumn();
    List<InternalRow> filled = new ArrayList<>();
    for (KeySketch.Split split : sketches) {
      if (split.least() != null) {
        filled.add(split.least());
        filled.add(split.greatest());
      }
    }
    return filled.isEmpty()
        ? null
        : List.of(Collections.min(filled, ordering), Collections.max(filled, ordering));
  }

  /** Ranges that have all rows of their frames. */
  private OverlappingRanges withHalos(
      RDD<InternalRow> rows,
      Determinism determinism,
      List<KeyBounds> frames,
      List<InternalRow> bounds,
      Seq<SortOrder> inRange) {
    LOG.info("Shuffles into {} ranges with the rows around them.", bounds.size() + 1);
    // A row whose key were another one the second time could be in two ranges, or in none.
    boolean keepsKeys = determinism.repeatsValues(Attributes.references(list(order)));
    KeyHalos halos = new KeyHalos(frames, keys(), bounds);
    RangeShuffle shuffle =
        shuffle(
            keepsKeys ? rows : new UnrepeatableRows(rows),
            bounds,
            halos,
            List.of(),
            CoalescedRanges.none());
    return new OverlappingRanges(
        sorted(shuffle.rows(), plan, inRange), bounds, segments(bounds), null, null);
  }

  /**
   * Ranges that have the rows where their frames begin and end, and totals of those between. Null
   * if the driver cannot hold as many.
   *
   * @param isLeast whether there cannot be fewer
   */
  private OverlappingRanges withGaps(
      RDD<InternalRow> rows,
      Determinism determinism,
      KeySweeps sweeps,
      List<? extends Summary> totals,
      OrderedSummary digest,
      boolean isLeast,
      Seq<SortOrder> inRange) {
    int ranges = sweeps.bounds().size() + 1;
    int tasks = Math.max(1, rows.getNumPartitions());
    long count = 0;
    for (int i = 0; i < totals.size(); i++) {
      count += (long) tasks * (sweeps.cuts(i).size() + 1);
    }
    if (count > MOST_TOTALS && !isLeast) {
      return null;
    }
    long mostBytes = isLeast ? Long.MAX_VALUE : MOST_BYTES / tasks / totals.size();
    // If values were others the second time, the totals would not be theirs.
    boolean areSame =
        determinism.repeatsValues(
            Attributes.references(list(order)).$plus$plus(digest.references()));
    List<ToRanges.Totals> collected = new ArrayList<>();
    for (int i = 0; i < totals.size(); i++) {
      collected.add(collected(rows, sweeps.cuts(i), totals.get(i), mostBytes));
    }
    if (!areSame) {
      collected.add(collected(rows, sweeps.bounds(), digest, Long.MAX_VALUE));
    }
    LOG.info("Shuffles into {} ranges with the rows where their frames begin and end.", ranges);
    RangeShuffle shuffle =
        shuffle(
            areSame ? rows : new UnrepeatableRows(rows),
            sweeps.bounds(),
            sweeps,
            collected,
            CoalescedRanges.none());
    if (!collected.stream().allMatch(of -> of.collected().areAll())) {
      return null;
    }
    List<List<Gap>> gaps = new ArrayList<>();
    for (int range = 0; range < ranges; range++) {
      gaps.add(new ArrayList<>());
    }
    for (int i = 0; i < totals.size(); i++) {
      List<InternalRow> cuts = collected.get(i).bounds();
      List<Gap> ofFrame = sweeps.gaps(i, cuts, segments(collected.get(i)), totals.get(i));
      for (int range = 0; range < ranges; range++) {
        gaps.get(range).add(ofFrame.get(range));
      }
    }
    return new OverlappingRanges(
        sorted(shuffle.rows(), plan, inRange),
        sweeps.bounds(),
        /* segments= */ null,
        gaps,
        areSame ? null : segments(collected.get(totals.size())));
  }

  /** The total of the rows up to each bound from the one before, and of those behind the last. */
  private static List<byte[]> segments(ToRanges.Totals totals) {
    List<byte[]> segments = new ArrayList<>();
    for (int i = 0; i <= totals.bounds().size(); i++) {
      segments.add(totals.collected().of(i, i + 1, totals.summary()));
    }
    totals.collected().reset();
    return segments;
  }

  private static List<InternalRow> everySecond(List<InternalRow> bounds) {
    List<InternalRow> fewer = new ArrayList<>();
    for (int i = 1; i < bounds.size(); i += 2) {
      fewer.add(bounds.get(i));
    }
    return fewer;
  }

  private double inHalos(
      List<KeyBounds> frames, List<InternalRow> bounds, List<KeySketch.Split> sketches) {
    return inHalos(new KeyHalos(frames, keys(), bounds), bounds, sketches);
  }

  /** How many rows go to further ranges, for each row, by the samples. */
  private double inHalos(Halos halos, List<InternalRow> bounds, List<KeySketch.Split> sketches) {
    if (bounds.isEmpty()) {
      return 0;
    }
    Halos.Ranges reached = halos.ranges();
    BitSet others = new BitSet();
    BaseOrdering ordering = keys().ofKeys();
    double all = 0;
    double further = 0;
    for (KeySketch.Split split : sketches) {
      List<InternalRow> sample = split.sample();
      double weight = (double) split.rows() / sample.size();
      for (InternalRow key : sample) {
        int found = Collections.binarySearch(bounds, key, ordering);
        int own = found >= 0 ? found : -found - 1;
        all += weight;
        others.clear();
        reached.addTo(others, key, own);
        others.clear(own);
        further += weight * others.cardinality();
      }
    }
    return further / all;
  }

  /** The rows, sorted in one partition, if they are few; else null. */
  private RDD<InternalRow> ifSmall(RDD<InternalRow> rows) {
    OptionalLong size = InputSize.of(plan);
    if (!small.includes(size)) {
      return null;
    }
    RDD<InternalRow> single = inOnePartition(rows);
    if (single != null) {
      LOG.info("Sorts rows of {} bytes in one partition.", size.getAsLong());
    }
    return single;
  }

  /** The rows, sorted in one partition, if the survey kept all of them; else null. */
  private RDD<InternalRow> ifKept(List<KeySketch.Split> sketches) {
    // Rows that are read again are not kept; their files may even have been deleted meanwhile.
    if (isReread || !sketches.stream().allMatch(KeySketch.Split::isKept)) {
      return null;
    }
    List<byte[]> kept = sketches.stream().flatMap(split -> split.kept().stream()).toList();
    LOG.info("Sorts {} rows, which the survey of keys kept, in one partition.", kept.size());
    return sorted(
        new KeptRows(plan.session().sparkContext(), kept, plan.output().size()), plan, order);
  }

  /**
   * The rows of a small input, sorted in one partition. Null if more were written than the size of
   * the input promised.
   */
  private RDD<InternalRow> inOnePartition(RDD<InternalRow> rows) {
    if (rows.getNumPartitions() == 1) {
      return sorted(rows, plan, order);
    }
    RangeShuffle shuffle =
        shuffle(rows, List.of(), null, List.of(), CoalescedRanges.of(conf(), rows.sparkContext()));
    return shuffle.size() <= small.threshold() ? sorted(shuffle.rows(), plan, order) : null;
  }

  private static ToRanges.Totals collected(
      RDD<InternalRow> rows, List<InternalRow> bounds, Summary summary, long mostBytes) {
    BitSet all = new BitSet();
    all.set(0, bounds.size() + 1);
    return collected(rows, bounds, all, summary, mostBytes);
  }

  private static ToRanges.Totals collected(
      RDD<InternalRow> rows,
      List<InternalRow> bounds,
      BitSet totalled,
      Summary summary,
      long mostBytes) {
    RangeTotals collected = new RangeTotals();
    rows.sparkContext().register(collected);
    return new ToRanges.Totals(bounds, totalled, summary, mostBytes, collected);
  }

  private RangeShuffle shuffle(
      RDD<InternalRow> rows,
      List<InternalRow> bounds,
      Halos halos,
      List<ToRanges.Totals> totals,
      CoalescedRanges coalesced) {
    return new RangeShuffle(
        rows, new ToRanges(keys(), bounds, halos, totals), coalesced, metrics.shuffle());
  }

  /**
   * Whether a node computes values from the partition of a row or its place there, such as row ids.
   */
  private static boolean dependsOnPartition(SparkPlan node) {
    return !node.expressions().forall(Expression::deterministic);
  }

  /**
   * Surveys the keys of splits.
   *
   * @param plan the plan of the splits
   */
  private List<KeySketch.Split> sketch(InputSplits splits, SparkPlan plan, boolean findsExtremes) {
    double sample =
        Math.min(
            LARGEST_SAMPLE,
            (double) conf().rangeExchangeSampleSizePerPartition() * conf().numShufflePartitions());
    int sampleOfSplit = (int) Math.ceil(OVERSAMPLING * sample / splits.count());
    KeySketch sketch =
        new KeySketch(
            new KeyOrder(order, list(plan.output())),
            // Rows of segments never stay where they are, for which the totals would be.
            segmentKeys == 0 ? summary : Summary.NOTHING,
            sampleOfSplit,
            MOST_BYTES / Math.max(1, splits.count()),
            isReread ? 0 : small.keptOfSplit(splits.count()),
            findsExtremes);
    return Jobs.described(plan.session().sparkContext(), "survey of keys", () -> sketch.of(splits));
  }

  /**
   * The splits that have rows, in the order of their keys. Null if some split is not in order, or
   * if two have keys in common.
   */
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
      InputSplits splits, List<Integer> inOrder, List<KeySketch.Split> sketches) {
    List<List<Integer>> partitions = splits.packed(inOrder);
    List<InternalRow> firstKeys = new ArrayList<>();
    List<InternalRow> lastKeys = new ArrayList<>();
    for (List<Integer> partition : partitions) {
      firstKeys.add(sketches.get(partition.get(0)).first());
      lastKeys.add(sketches.get(partition.get(partition.size() - 1)).last());
    }
    OrderCheck check = new OrderCheck(keys(), firstKeys, lastKeys);
    RDD<InternalRow> rows = check.of(splits.rows(partitions));
    return new OrderedRows(rows, rows, list(plan.output()), totals(partitions, sketches));
  }

  /** The totals of splits that were put together; null if one was too large for the driver. */
  private List<byte[]> totals(List<List<Integer>> partitions, List<KeySketch.Split> sketches) {
    List<byte[]> totals = new ArrayList<>();
    for (List<Integer> partition : partitions) {
      Summary.State total = summary.start(List.of());
      List<Integer> merged = new ArrayList<>(partition);
      if (summary.mergesInReverse()) {
        Collections.reverse(merged);
      }
      for (int split : merged) {
        byte[] ofSplit = sketches.get(split).total();
        if (ofSplit == null) {
          return null;
        }
        total.merge(ofSplit);
      }
      totals.add(total.serialize());
    }
    return totals;
  }

  private List<InternalRow> bounds(List<KeySketch.Split> splits) {
    ArrayBuffer<Tuple2<InternalRow, Object>> candidates = new ArrayBuffer<>();
    for (KeySketch.Split split : splits) {
      List<InternalRow> sample = split.sample();
      float weight = (float) split.rows() / sample.size();
      for (InternalRow key : sample) {
        candidates.addOne(new Tuple2<>(key, weight));
      }
    }
    Object bounds =
        RangePartitioner.determineBounds(
            candidates,
            Math.min(mostRanges(splits), candidates.size()),
            keys().ofKeys(),
            ClassTag$.MODULE$.apply(InternalRow.class));
    return List.of((InternalRow[]) bounds);
  }

  /** The bounds, but inside of segments only where these are larger than a range. */
  private List<InternalRow> aroundSegments(List<InternalRow> bounds, List<KeySketch.Split> splits) {
    SegmentBounds ofSegments = segmentBounds();
    TreeMap<InternalRow, Double> weights = new TreeMap<>(ofSegments.ofSegments());
    double all = 0;
    for (KeySketch.Split split : splits) {
      List<InternalRow> sample = split.sample();
      double weight = (double) split.rows() / sample.size();
      for (InternalRow key : sample) {
        weights.merge(key, weight, Double::sum);
        all += weight;
      }
    }
    double largest = all / (bounds.size() + 1);
    return ofSegments.around(bounds, key -> weights.get(key) > largest);
  }

  /** As many ranges as Spark has partitions, but few if the rows are known to be few. */
  private int mostRanges(List<KeySketch.Split> splits) {
    int partitions = conf().numShufflePartitions();
    OptionalLong read = InputSize.of(plan);
    if (small.threshold() == 0 || read.isEmpty()) {
      return partitions;
    }
    // Files may be compressed, and the size of a row is an estimate.
    long rows = splits.stream().mapToLong(KeySketch.Split::rows).sum();
    long bytes = Math.max(read.getAsLong(), rows * plan.schema().defaultSize());
    long smallest = (Long) conf().getConf(SQLConf.COALESCE_PARTITIONS_MIN_PARTITION_SIZE());
    return (int) Math.min(partitions, 1 + bytes / smallest);
  }

  private OrderedRows shuffled(RDD<InternalRow> rows, List<KeySketch.Split> sketches) {
    List<InternalRow> bounds = bounds(sketches);
    if (segmentKeys == 0) {
      BitSet all = new BitSet();
      all.set(0, bounds.size() + 1);
      CoalescedRanges coalesced = CoalescedRanges.of(conf(), rows.sparkContext());
      return shuffled(rows, sketches, bounds, all, Long.MAX_VALUE, coalesced);
    }
    bounds = aroundSegments(bounds, sketches);
    Segments segments = segments(bounds);
    if (segments.haveParts()) {
      // The survey does not tell how large totals are.
      long mostBytes = MOST_BYTES / Math.max(1, rows.getNumPartitions());
      CoalescedRanges apart = CoalescedRanges.none();
      return shuffled(rows, sketches, bounds, segments.parts(), mostBytes, apart).with(segments);
    }
    RDD<InternalRow> ranges =
        shuffle(rows, bounds, null, List.of(), CoalescedRanges.of(conf(), rows.sparkContext()))
            .rows();
    return OrderedRows.whole(sorted(ranges, plan, order));
  }

  private SegmentBounds segmentBounds() {
    return new SegmentBounds(keys(), segmentKeys);
  }

  /** The segments of ranges; null if all rows are one. */
  private Segments segments(List<InternalRow> bounds) {
    return segmentKeys == 0 ? null : Segments.between(bounds, segmentBounds().ofSegments());
  }

  /**
   * @param totalled the ranges whose totals are needed
   * @param mostBytes a task that needs more bytes for its totals sends none
   */
  private OrderedRows shuffled(
      RDD<InternalRow> rows,
      List<KeySketch.Split> sketches,
      List<InternalRow> bounds,
      BitSet totalled,
      long mostBytes,
      CoalescedRanges coalesced) {
    long count = (long) rows.getNumPartitions() * (bounds.size() + 1);
    long size = sketches.stream().mapToLong(split -> split.totalSize()).max().orElse(0);
    // The totals of rows that are out of order end early, with few of the rows that are kept.
    size +=
        summary.mostRows()
            * list(summary.references().toSeq()).stream()
                .mapToLong(column -> column.dataType().defaultSize())
                .sum();
    ToRanges.Totals totals = null;
    // Rows of a shuffle come in any order.
    Seq<SortOrder> withPeers = withPeers(sketches, summary.readInOrderOfPeers());
    Summary ofRanges = withPeers == null ? null : summary.inAnyOrder(withPeers);
    if (ofRanges != null && count <= MOST_TOTALS && count * size <= MOST_BYTES) {
      totals = collected(rows, bounds, totalled, ofRanges, mostBytes);
    }
    RangeShuffle shuffle =
        shuffle(rows, bounds, null, totals == null ? List.of() : List.of(totals), coalesced);
    RDD<InternalRow> ranges = shuffle.rows();
    if (totals != null && totals.collected().areAll()) {
      List<byte[]> ofPartitions = ofRanges.inOrder(shuffle.totals(totals.collected(), ofRanges));
      totals.collected().reset();
      return OrderedRows.summarized(sorted(ranges, plan, withPeers), ofPartitions);
    }
    if (!summary.dependsOnOrder()) {
      return new OrderedRows(sorted(ranges, plan, order), ranges, list(plan.output()), null);
    }
    if (withPeers == null) {
      return new OrderedRows(sorted(ranges, plan, order), null, List.of(), null);
    }
    SparkPlan narrow = new ProjectExec(seq(summarizedColumns()), plan);
    return new OrderedRows(
        sorted(ranges, plan, withPeers),
        sorted(projected(ranges, narrow), narrow, withPeers),
        list(narrow.output()),
        null);
  }

  /**
   * The order, continued by that of peers, by the values in some columns. Null if they have none,
   * or if many keys are equal: comparing their peers would take longer than keeping the rows.
   */
  private Seq<SortOrder> withPeers(List<KeySketch.Split> sketches, AttributeSet inOrder) {
    if (inOrder.isEmpty()) {
      return order;
    }
    List<InternalRow> sample = sketches.stream().flatMap(split -> split.sample().stream()).toList();
    boolean manyAreEqual = new HashSet<>(sample).size() < sample.size() / 2;
    return manyAreEqual ? null : PeerOrder.after(order, inOrder);
  }

  /** The columns that the order and the summary need. */
  private List<NamedExpression> summarizedColumns() {
    AttributeSet needed = Attributes.references(list(order)).$plus$plus(summary.references());
    return list(plan.output()).stream()
        .filter(needed::contains)
        .map(NamedExpression.class::cast)
        .toList();
  }

  private RDD<InternalRow> projected(RDD<InternalRow> rows, SparkPlan narrow) {
    List<Expression> columns = list(narrow.output());
    List<Attribute> input = list(plan.output());
    return PartitionFunction.mapped(
        rows,
        (partition, of) -> {
          UnsafeProjection projection = UnsafeProjection$.MODULE$.create(seq(columns), seq(input));
          return of.map(projection);
        });
  }

  /** Partitions of the rows of a plan, each sorted with the sorter of Spark's operator. */
  private RDD<InternalRow> sorted(RDD<InternalRow> rows, SparkPlan of, Seq<SortOrder> by) {
    boolean global = false;
    int testSpillFrequency = 0;
    SortExec sort = new SortExec(by, global, of, testSpillFrequency);
    boolean peersLater = order.size() == 1 && by.size() > 1 && SortedPeers.sortFaster(order);
    PartitionSort sorting =
        peersLater
            ? new PartitionSort(
                new SortExec(order, global, of, testSpillFrequency), sort, metrics.sort())
            : new PartitionSort(sort, null, metrics.sort());
    return sorting.of(rows);
  }

  private KeyOrder keys() {
    return new KeyOrder(order, list(plan.output()));
  }

  private SQLConf conf() {
    return plan.conf();
  }
}
