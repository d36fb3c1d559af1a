package io.sparkcumsum.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.DataFrameWindowFramesSuite;
import org.apache.spark.sql.DataFrameWindowFunctionsSuite;
import org.apache.spark.sql.SQLQueryTestSuite;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.scalatest.tools.Runner;

/**
 * Spark's own suites about windows pass with the extension on: with the settings that users have,
 * and with those by which every partition of groups is skewed.
 */
class SparkSuitesTest {
  private static final String PRINT_WITHOUT_COLOURS = "-oW";
  private static final String FLOATING_POINT = "spark.cumsum.window.floatingPoint";
  private static final Map<String, String> ALL_SKEWED =
      Map.of(
          "spark.sql.adaptive.skewJoin.skewedPartitionFactor", "0",
          "spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes", "0",
          "spark.sql.adaptive.advisoryPartitionSizeInBytes", "100");

  static boolean isAllSkewed() {
    return System.getProperties().keySet().containsAll(ALL_SKEWED.keySet());
  }

  /** Sessions of the suites take settings from the properties of the system. */
  @AfterEach
  void forgetSettings() {
    System.clearProperty(FLOATING_POINT);
    ALL_SKEWED.keySet().forEach(System::clearProperty);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theSuitesPass(boolean isAllSkewed) {
    if (isAllSkewed) {
      ALL_SKEWED.forEach(System::setProperty);
    }
    WindowCount.clear();
    List<String> failed = new ArrayList<>();
    for (Class<?> suite :
        List.of(
            WindowFunctionsSuite.class,
            DataFrameWindowFunctionsSuite.class,
            DataFrameWindowFramesSuite.class)) {
      run(failed, PRINT_WITHOUT_COLOURS, "-s", suite.getName());
    }
    run(failed, PRINT_WITHOUT_COLOURS, "-s", GoldenFilesSuite.class.getName(), "-z", "window");
    System.out.println(isAllSkewed ? "if all are skewed:" : "by default:");
    System.out.println(WindowCount.report());
    assertThat(failed).isEmpty();
    assertThat(WindowCount.overAllRows()).isPositive();
    assertThat(WindowCount.overGroups()).isPositive();
  }

  @Test
  void variancesAreLeftToSpark() {
    System.setProperty(FLOATING_POINT, "off");
    List<String> failed = new ArrayList<>();
    run(
        failed,
        PRINT_WITHOUT_COLOURS,
        "-s",
        SQLQueryTestSuite.class.getName(),
        "-t",
        GoldenFilesSuite.OF_VARIANCES);
    assertThat(failed).isEmpty();
  }

  private static void run(List<String> failed, String... arguments) {
    if (!Runner.run(arguments)) {
      failed.add(arguments[2]);
    }
  }
}
