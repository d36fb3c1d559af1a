package io.sparkcumsum;

import io.sparkcumsum.array.ArrayFunctionBuilder;
import io.sparkcumsum.catalyst.SparkCompat;
import io.sparkcumsum.scan.PrefixScanStrategy;
import io.sparkcumsum.window.OptimizeSkewedWindow;
import io.sparkcumsum.window.PartitionedHint;
import io.sparkcumsum.window.RunningWindowStrategy;
import org.apache.spark.package$;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry$;
import org.apache.spark.sql.catalyst.analysis.TableFunctionRegistry$;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.runtime.BoxedUnit;

/**
 * Makes {@code cumsum} and {@code cumsum_table} built-in functions of Spark, and plans the running
 * windows of a session as scans. On a Spark that is not known, windows stay as they are.
 *
 * <p>Sessions started with the jar on their class path find it by themselves; elsewhere name it:
 *
 * <pre>{@code
 * spark.sql.extensions=io.sparkcumsum.CumsumExtensions
 * }</pre>
 *
 * Doing both is harmless.
 */
public final class CumsumExtensions implements SparkSessionExtensionsProvider {
  private static final Logger LOG = LoggerFactory.getLogger(CumsumExtensions.class);

  private final String sparkVersion;

  /** Creates the extension, as Spark does. */
  public CumsumExtensions() {
    this(package$.MODULE$.SPARK_VERSION());
  }

  CumsumExtensions(String sparkVersion) {
    this.sparkVersion = sparkVersion;
  }

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    CumsumConf.register();

    // Sessions start with a copy of these registries. An injected function would be a temporary
    // one, which Spark refuses in stored views, in SQL functions and in defaults of columns.
    for (ArrayFunctionBuilder builder : ArrayFunctionBuilder.ALL) {
      FunctionRegistry$.MODULE$
          .builtin()
          .registerFunction(builder.identifier(), builder.info(), builder);
    }
    for (TableFunctionBuilder builder : TableFunctionBuilder.ALL) {
      TableFunctionRegistry$.MODULE$
          .builtin()
          .registerFunction(builder.identifier(), builder.info(), builder);
    }

    extensions.injectPlannerStrategy(session -> new PrefixScanStrategy());
    if (!SparkCompat.isFor(sparkVersion)) {
      // Windows rely most on what is internal to Spark, and worked before the jar was there.
      LOG.warn(
          "Windows are left to Spark, because this version of spark-cumsum is for Spark {}, and"
              + " this is {}. See whether there is a newer one.",
          String.join(", ", SparkCompat.VERSIONS),
          sparkVersion);
      return BoxedUnit.UNIT;
    }
    extensions.injectPlannerStrategy(
        session ->
            new RunningWindowStrategy(
                CumsumConf::windowEnabled,
                CumsumConf::windowTakesFloatingPoint,
                CumsumConf::windowIsAlwaysDivided,
                CumsumConf::windowIsLeftInGroups));
    extensions.injectHintResolutionRule(session -> new PartitionedHint.Resolve());
    extensions.injectPostHocResolutionRule(session -> new PartitionedHint.Mark());
    extensions.injectOptimizerRule(session -> new PartitionedHint.KeepRepartitioning());
    extensions.injectQueryStagePrepRule(
        session ->
            new OptimizeSkewedWindow(
                (org.apache.spark.sql.classic.SparkSession) session,
                CumsumConf::windowIsDividedIfSkewed));
    return BoxedUnit.UNIT;
  }
}
