package io.sparkcumsum.window;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.DataFrameWindowFramesSuite;
import org.apache.spark.sql.DataFrameWindowFunctionsSuite;
import org.apache.spark.sql.SQLQueryTestSuite;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.scalatest.tools.Runner;

/** Spark's own suites about windows pass with the extension on. */
class SparkSuitesTest {
  private static final String PRINT_WITHOUT_COLOURS = "-oW";

  @ParameterizedTest
  @ValueSource(
      classes = {
        WindowFunctionsSuite.class,
        DataFrameWindowFunctionsSuite.class,
        DataFrameWindowFramesSuite.class
      })
  void theSuitePasses(Class<?> suite) {
    assertPasses(PRINT_WITHOUT_COLOURS, "-s", suite.getName());
  }

  @Test
  void theGoldenFilesAboutWindowsPass() {
    assertPasses(PRINT_WITHOUT_COLOURS, "-s", SQLQueryTestSuite.class.getName(), "-z", "window");
  }

  @AfterAll
  static void windowsWereTakenOver() {
    System.out.println(WindowCount.report());
    assertThat(WindowCount.prefixScans()).isPositive();
  }

  private static void assertPasses(String... arguments) {
    assertThat(Runner.run(arguments)).isTrue();
  }
}
