package io.sparkcumsum;

import io.sparkcumsum.array.ArrayCumsumBuilder;
import io.sparkcumsum.scan.PrefixScanStrategy;
import io.sparkcumsum.window.RunningWindowStrategy;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry$;
import org.apache.spark.sql.catalyst.analysis.TableFunctionRegistry$;
import scala.runtime.BoxedUnit;

/**
 * Brings {@code cumsum} and {@code cumsum_table} into a Spark session, and plans its running
 * windows as scans.
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
  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    CumsumConf.register();

    // Each session starts with a copy of these. What extensions inject would be temporary functions
    // of it, which Spark refuses in stored views and functions and in defaults of columns.
    FunctionRegistry$.MODULE$
        .builtin()
        .registerFunction(
            ArrayCumsumBuilder.identifier(), ArrayCumsumBuilder.INFO, ArrayCumsumBuilder.INSTANCE);
    TableFunctionRegistry$.MODULE$
        .builtin()
        .registerFunction(
            CumsumTableBuilder.identifier(), CumsumTableBuilder.INFO, CumsumTableBuilder.INSTANCE);

    extensions.injectPlannerStrategy(session -> new PrefixScanStrategy());
    extensions.injectPlannerStrategy(
        session ->
            new RunningWindowStrategy(
                CumsumConf::windowEnabled, CumsumConf::windowTakesFloatingPoint));
    return BoxedUnit.UNIT;
  }
}
