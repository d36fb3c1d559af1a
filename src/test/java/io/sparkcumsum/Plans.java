package io.sparkcumsum;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.execution.adaptive.QueryStageExec;

/** Plans of DataFrames that were executed. */
public final class Plans {
  private Plans() {}

  /** The plan that was executed, which an adaptive one shows once it is final. */
  public static SparkPlan executed(Dataset<?> df) {
    SparkPlan plan = df.queryExecution().executedPlan();
    if (plan instanceof AdaptiveSparkPlanExec adaptive) {
      plan = adaptive.executedPlan();
    }
    return plan instanceof QueryStageExec stage ? stage.plan() : plan;
  }
}
