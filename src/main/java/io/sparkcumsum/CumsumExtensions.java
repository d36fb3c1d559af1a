package io.sparkcumsum;

import io.sparkcumsum.array.ArrayCumsumBuilder;
import io.sparkcumsum.scan.PrefixScanStrategy;
import io.sparkcumsum.window.RunningWindowStrategy;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import scala.Tuple3;
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

    extensions.injectFunction(
        new Tuple3<>(
            ArrayCumsumBuilder.identifier(), ArrayCumsumBuilder.info(), new ArrayCumsumBuilder()));
    extensions.injectTableFunction(
        new Tuple3<>(
            CumsumTableBuilder.identifier(), CumsumTableBuilder.info(), new CumsumTableBuilder()));

    extensions.injectPlannerStrategy(session -> new PrefixScanStrategy());
    extensions.injectPlannerStrategy(
        session ->
            new RunningWindowStrategy(
                CumsumConf::windowEnabled, CumsumConf::windowTakesFloatingPoint));
    return BoxedUnit.UNIT;
  }
}
