package io.sparkcumsum.scan;

import java.util.List;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Plans {@link PrefixScan} as {@link PrefixScanExec}. */
public final class PrefixScanStrategy extends SparkStrategy {
  @Override
  public Seq<SparkPlan> apply(LogicalPlan plan) {
    List<SparkPlan> planned =
        plan instanceof PrefixScan scan
            ? List.of(new PrefixScanExec(scan.scans(), scan.order(), planLater(scan.child())))
            : List.of();
    return CollectionConverters.asScala(planned).toSeq();
  }
}
