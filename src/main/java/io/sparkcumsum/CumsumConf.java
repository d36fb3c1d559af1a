package io.sparkcumsum;

import io.sparkcumsum.catalyst.ConfigEntries;
import io.sparkcumsum.scan.ScanConf;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.internal.config.ConfigEntry;
import org.apache.spark.sql.internal.SQLConf;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The configuration of this project: SQL configurations of a session, which can be set at run time
 * and are listed by {@code SET -v}.
 *
 * <pre>{@code
 * spark.conf().set("spark.cumsum.window.enabled", false);
 * }</pre>
 */
public final class CumsumConf {
  private static final String REPRODUCIBLE = "reproducible";
  private static final String OFF = "off";
  private static final String AUTO = "auto";
  private static final String ALWAYS = "always";
  private static final String NEVER = "never";

  /** {@code spark.cumsum.window.enabled}, default {@code true}. */
  public static final ConfigEntry<Object> WINDOW_ENABLED =
      ConfigEntries.of(
          "spark.cumsum.window.enabled",
          key ->
              key.doc(
                      "Whether windows without PARTITION BY are planned as distributed scans"
                          + " (PrefixScan, RangeFrames) instead of Spark's Window, which moves all"
                          + " rows into one partition; and whether those with PARTITION BY are, as"
                          + " spark.cumsum.window.partitioned says. What is not taken over stays"
                          + " Spark's.")
                  .version("0.1.0")
                  .booleanConf()
                  .createWithDefault(true));

  /** {@code spark.cumsum.window.floatingPoint}, default {@code reproducible}. */
  public static final ConfigEntry<String> WINDOW_FLOATING_POINT =
      ConfigEntries.of(
          "spark.cumsum.window.floatingPoint",
          key ->
              key.doc(
                      "What becomes of running windows with sums, averages, products, variances and"
                          + " the like that Spark works out in DOUBLE. 'reproducible': they are"
                          + " planned as PrefixScan, and each prefix is its exact sum or variance,"
                          + " rounded once, or its product to twice the precision of a DOUBLE,"
                          + " rounded; the bits of all but products do not depend on partitions,"
                          + " and results may differ from Spark's in the last places. 'off': they"
                          + " are left to Spark.")
                  .version("0.1.0")
                  .stringConf()
                  .transform(value -> value.toLowerCase(Locale.ROOT))
                  .checkValues(
                      scala.collection.immutable.Set.from(
                          CollectionConverters.asScala(Set.of(REPRODUCIBLE, OFF))))
                  .createWithDefault(REPRODUCIBLE));

  /** {@code spark.cumsum.window.partitioned}, default {@code auto}. */
  public static final ConfigEntry<String> WINDOW_PARTITIONED =
      ConfigEntries.of(
          "spark.cumsum.window.partitioned",
          key ->
              key.doc(
                      "Whether large groups of windows with PARTITION BY are divided. 'auto': if"
                          + " adaptive execution sees that some partition of their shuffle is"
                          + " skewed, by spark.sql.adaptive.skewJoin.* as for joins, and no operator"
                          + " above would shuffle the result again for it. 'always': all are planned"
                          + " as PrefixScan from the start. 'never': they are left to Spark, frames to"
                          + " UNBOUNDED FOLLOWING too, which else are scanned in reverse.")
                  .version("0.1.0")
                  .stringConf()
                  .transform(value -> value.toLowerCase(Locale.ROOT))
                  .checkValues(
                      scala.collection.immutable.Set.from(
                          CollectionConverters.asScala(Set.of(AUTO, ALWAYS, NEVER))))
                  .createWithDefault(AUTO));

  /**
   * {@code spark.cumsum.singlePartitionThreshold}, default 16 MiB. Rows that are known to take no
   * more bytes are sorted in one partition.
   */
  public static final ConfigEntry<Object> SINGLE_PARTITION_THRESHOLD =
      ScanConf.SINGLE_PARTITION_THRESHOLD;

  /**
   * {@code spark.cumsum.maxTotalsOnDriver}, default 64 MiB. Totals of all partitions that take more
   * bytes are scanned on the executors.
   */
  public static final ConfigEntry<Object> MAX_TOTALS_ON_DRIVER = ScanConf.MAX_TOTALS_ON_DRIVER;

  private CumsumConf() {}

  /** Makes the keys known to Spark, so that it lists them and checks the values that are set. */
  static void register() {
    // What loads this class has registered them.
  }

  static boolean windowEnabled() {
    return (Boolean) SQLConf.get().getConf(WINDOW_ENABLED);
  }

  static boolean windowIsDividedIfSkewed() {
    return windowEnabled() && SQLConf.get().getConf(WINDOW_PARTITIONED).equals(AUTO);
  }

  static boolean windowIsLeftInGroups() {
    return SQLConf.get().getConf(WINDOW_PARTITIONED).equals(NEVER);
  }

  static boolean windowIsAlwaysDivided() {
    return SQLConf.get().getConf(WINDOW_PARTITIONED).equals(ALWAYS);
  }

  static boolean windowTakesFloatingPoint() {
    return SQLConf.get().getConf(WINDOW_FLOATING_POINT).equals(REPRODUCIBLE);
  }
}
