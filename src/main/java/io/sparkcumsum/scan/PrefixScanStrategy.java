package io.sparkcumsum.scan;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import java.util.List;
import org.apache.spark.sql.ExperimentalMethods;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.collection.immutable.Seq;

/** Plans {@link PrefixScan} as {@link PrefixScanExec}. */
public final class PrefixScanStrategy extends ScanStrategy {

  /**
   * Adds the strategy to a session that was started without the extension. It has to change the
   * session, because Spark plans a query with the strategies of its session and no others.
   */
  public static void ensurePlannedBy(SparkSession session) {
    boolean planned =
        session
            .sessionState()
            .planner()
            .strategies()
            .exists(strategy -> strategy instanceof PrefixScanStrategy);
    if (!planned) {
      ExperimentalMethods methods = session.experimental();
      List<SparkStrategy> strategies = list(methods.extraStrategies());
      strategies.add(new PrefixScanStrategy());
      methods.extraStrategies_$eq(seq(strategies));
    }
  }

  @Override
  public Seq<SparkPlan> apply(LogicalPlan plan) {
    List<SparkPlan> planned =
        plan instanceof PrefixScan scan
            ? List.of(
                planScan(
                    scan.functions(),
                    scan.results(),
                    seq(List.of()),
                    seq(List.of()),
                    scan.segmentKeys(),
                    seq(List.of()),
                    scan.order(),
                    scan.reverse(),
                    scan.child()))
            : planCollect(plan, node -> node instanceof PrefixScan);
    return seq(planned);
  }
}
