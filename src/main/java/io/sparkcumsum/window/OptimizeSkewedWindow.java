package io.sparkcumsum.window;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Seqs;
import io.sparkcumsum.scan.ReverseWindowExec;
import io.sparkcumsum.scan.ShufflePartitionsExec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.apache.spark.MapOutputStatistics;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation$;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.CoalescedPartitionSpec;
import org.apache.spark.sql.execution.PartialReducerPartitionSpec;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.ShufflePartitionSpec;
import org.apache.spark.sql.execution.SortExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.UnionExec;
import org.apache.spark.sql.execution.adaptive.LogicalQueryStage;
import org.apache.spark.sql.execution.adaptive.ShufflePartitionsUtil$;
import org.apache.spark.sql.execution.adaptive.ShuffleQueryStageExec;
import org.apache.spark.sql.execution.exchange.ENSURE_REQUIREMENTS$;
import org.apache.spark.sql.execution.exchange.EnsureRequirements;
import org.apache.spark.sql.execution.exchange.ShuffleExchangeLike;
import org.apache.spark.sql.execution.window.WindowExec;
import org.apache.spark.sql.internal.SQLConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;
import scala.collection.immutable.Seq;

/**
 * Divides windows with {@code PARTITION BY} where a partition of their shuffle is much larger than
 * the others, as Spark's {@code OptimizeSkewedJoin} does for joins, and by its settings. The large
 * partitions become a scan in order of the keys, in which large groups are divided into ranges. The
 * others are read by the window that was planned.
 */
public final class OptimizeSkewedWindow extends Rule<SparkPlan> {
  private static final Logger LOG = LoggerFactory.getLogger(OptimizeSkewedWindow.class);

  private final SparkSession session;
  private final BooleanSupplier enabled;

  /**
   * @param enabled whether to divide windows at all, asked for each plan
   */
  public OptimizeSkewedWindow(SparkSession session, BooleanSupplier enabled) {
    this.session = session;
    this.enabled = enabled;
  }

  @Override
  public SparkPlan apply(SparkPlan plan) {
    if (!enabled.getAsBoolean()) {
      return plan;
    }
    SparkPlan divided = divide(plan);
    if (divided == plan) {
      return plan;
    }
    boolean optimizeOutRepartition = false;
    SparkPlan ensured =
        new EnsureRequirements(optimizeOutRepartition, Option.empty()).apply(divided);
    if (shuffles(ensured) > shuffles(plan)) {
      LOG.info("A skewed window is not divided, because its result would be shuffled again.");
      return plan;
    }
    return ensured;
  }

  private static long shuffles(SparkPlan plan) {
    long count = plan instanceof ShuffleExchangeLike ? 1 : 0;
    for (SparkPlan child : list(plan.children())) {
      count += shuffles(child);
    }
    return count;
  }

  /** The plan with its topmost windows divided; the plan itself if there is none to divide. */
  private SparkPlan divide(SparkPlan plan) {
    ShuffleQueryStageExec stage = partitionSpec(plan) == null ? null : stageBelow(plan, null);
    SparkPlan divided = stage == null ? null : divided(plan, stage);
    if (divided != null) {
      plan.logicalLink()
          .foreach(
              link -> {
                divided.setLogicalLink(link);
                return null;
              });
      return divided;
    }
    List<SparkPlan> children = new ArrayList<>();
    boolean isChanged = false;
    for (SparkPlan child : list(plan.children())) {
      SparkPlan newChild = divide(child);
      isChanged |= newChild != child;
      children.add(newChild);
    }
    return isChanged ? plan.withNewChildren(seq(children)) : plan;
  }

  /**
   * The shuffle below windows, and what keeps rows and their partitions; null if there is none, or
   * if it has not run. Each window is over the keys of the one below, and maybe over more.
   */
  private static ShuffleQueryStageExec stageBelow(SparkPlan plan, Seq<Expression> keys) {
    if (plan instanceof ShuffleQueryStageExec stage) {
      boolean isOurs =
          stage.isMaterialized()
              && stage.mapStats().isDefined()
              && !stage.supportsColumnar()
              && stage.shuffle().shuffleOrigin().equals(ENSURE_REQUIREMENTS$.MODULE$);
      return isOurs ? stage : null;
    }
    Seq<Expression> ownKeys = partitionSpec(plan);
    if (ownKeys != null) {
      boolean isWithin =
          keys == null || ownKeys.forall(own -> keys.exists(key -> key.semanticEquals(own)));
      boolean isNever =
          plan.logicalLink().exists(link -> Boolean.FALSE.equals(PartitionedHint.of(link)));
      return isWithin && !isNever && !ownKeys.isEmpty()
          ? stageBelow(plan.children().head(), ownKeys)
          : null;
    }
    // A value that depends on the partition would be there twice, once for each part of the union.
    boolean keepsRows =
        (plan instanceof ProjectExec project
                && list(project.projectList()).stream()
                    .allMatch(column -> ((Expression) column).deterministic()))
            || (plan instanceof SortExec sort && !sort.global());
    return keepsRows ? stageBelow(plan.children().head(), keys) : null;
  }

  /** The keys of PARTITION BY of a window; null if the plan is none. */
  private static Seq<Expression> partitionSpec(SparkPlan plan) {
    if (plan instanceof WindowExec window) {
      return window.partitionSpec();
    }
    return plan instanceof ReverseWindowExec reverse ? reverse.partitionSpec() : null;
  }

  /** The union of small partitions and large ones; null if there are none. */
  private SparkPlan divided(SparkPlan windows, ShuffleQueryStageExec stage) {
    MapOutputStatistics statistics = stage.mapStats().get();
    long[] sizes = statistics.bytesByPartitionId();
    long largest = largestWithoutSkew(sizes);
    List<ShufflePartitionSpec> large = new ArrayList<>();
    int skewed = 0;
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] > largest) {
        large.addAll(parts(statistics.shuffleId(), i));
        skewed++;
      }
    }
    if (skewed == 0) {
      return null;
    }
    SparkPlan ofLarge = new ShufflePartitionsExec(stage, seq(large), false);
    SparkPlan scan = scan(windows, ofLarge);
    if (scan == null) {
      return null;
    }
    LOG.info("A window is skewed: {} of {} partitions are large.", skewed, sizes.length);
    List<ShufflePartitionSpec> small = coalesced(sizes, largest);
    if (small.isEmpty()) {
      return scan;
    }
    SparkPlan ofSmall = over(windows, new ShufflePartitionsExec(stage, seq(small), true));
    return new UnionExec(seq(List.of(ofSmall, scan)));
  }

  /** The size in bytes beyond which a partition is skewed, as Spark's skewed join has it. */
  private long largestWithoutSkew(long[] sizes) {
    long[] sorted = sizes.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    long median =
        sorted.length % 2 == 0
            ? Math.max((sorted[middle] + sorted[middle - 1]) / 2, 1)
            : Math.max(sorted[middle], 1);
    double factor = (Double) conf().getConf(SQLConf.SKEW_JOIN_SKEWED_PARTITION_FACTOR());
    long threshold = (Long) conf().getConf(SQLConf.SKEW_JOIN_SKEWED_PARTITION_THRESHOLD());
    return Math.max((long) (factor * median), threshold);
  }

  /** The partitions that are not large, neighbours put together as adaptive execution does. */
  private List<ShufflePartitionSpec> coalesced(long[] sizes, long largest) {
    boolean isEnabled = (Boolean) conf().getConf(SQLConf.COALESCE_PARTITIONS_ENABLED());
    long most = isEnabled ? coalescedSize(sizes) : 0;
    List<ShufflePartitionSpec> coalesced = new ArrayList<>();
    int first = 0;
    while (first < sizes.length) {
      if (sizes[first] > largest) {
        first++;
        continue;
      }
      int end = first + 1;
      long size = sizes[first];
      while (end < sizes.length && sizes[end] <= largest && size + sizes[end] <= most) {
        size += sizes[end++];
      }
      coalesced.add(new CoalescedPartitionSpec(first, end, Option.empty()));
      first = end;
    }
    return coalesced;
  }

  /** How large coalesced partitions are to be, as Spark's {@code CoalesceShufflePartitions}. */
  private long coalescedSize(long[] sizes) {
    boolean parallelismFirst =
        (Boolean) conf().getConf(SQLConf.COALESCE_PARTITIONS_PARALLELISM_FIRST());
    int tasks = parallelismFirst ? session.sparkContext().defaultParallelism() : 1;
    long ofTask = LongStream.of(sizes).sum() / tasks;
    long advised = (Long) conf().getConf(SQLConf.ADVISORY_PARTITION_SIZE_IN_BYTES());
    long least = (Long) conf().getConf(SQLConf.COALESCE_PARTITIONS_MIN_PARTITION_SIZE());
    return Math.max(Math.min(ofTask, advised), least);
  }

  /** A partition of the shuffle, read by several tasks if it was written by several. */
  private List<ShufflePartitionSpec> parts(int shuffle, int partition) {
    long target = (Long) conf().getConf(SQLConf.ADVISORY_PARTITION_SIZE_IN_BYTES());
    Option<Seq<PartialReducerPartitionSpec>> parts =
        ShufflePartitionsUtil$.MODULE$.createSkewPartitionSpecs(
            shuffle,
            partition,
            target,
            ShufflePartitionsUtil$.MODULE$.createSkewPartitionSpecs$default$4());
    return parts.isDefined()
        ? new ArrayList<>(Seqs.<PartialReducerPartitionSpec>list(parts.get()))
        : List.of(new CoalescedPartitionSpec(partition, partition + 1, Option.empty()));
  }

  /** The same windows over other rows. */
  private static SparkPlan over(SparkPlan windows, SparkPlan rows) {
    if (windows instanceof ShuffleQueryStageExec) {
      return rows;
    }
    SparkPlan child = over(windows.children().head(), rows);
    return windows.withNewChildren(seq(List.of(child)));
  }

  /** The windows as scans over rows; null if some are Spark's. */
  private SparkPlan scan(SparkPlan windows, SparkPlan rows) {
    LogicalPlan logical = logical(windows, rows);
    SparkPlan scan = session.sessionState().planner().plan(logical).next();
    return scan.exists(node -> node instanceof WindowExec) ? null : scan;
  }

  private static LogicalPlan logical(SparkPlan plan, SparkPlan rows) {
    if (plan instanceof ShuffleQueryStageExec) {
      Seq<Attribute> columns = rows.output();
      return new LogicalQueryStage(LocalRelation$.MODULE$.apply(columns), rows);
    }
    LogicalPlan child = logical(plan.children().head(), rows);
    if (plan instanceof WindowExec exec) {
      return window(exec.windowExpression(), exec.partitionSpec(), exec.orderSpec(), child);
    } else if (plan instanceof ReverseWindowExec exec) {
      return window(exec.windows(), exec.partitionSpec(), exec.orderSpec(), child);
    }
    return plan instanceof ProjectExec project ? new Project(project.projectList(), child) : child;
  }

  private static Window window(
      Seq<NamedExpression> windows,
      Seq<Expression> partitionSpec,
      Seq<SortOrder> orderSpec,
      LogicalPlan child) {
    return new Window(
        windows, partitionSpec, orderSpec, child, Option.apply(PartitionedHint.ALWAYS));
  }
}
