package io.sparkcumsum.window;

import org.apache.spark.sql.execution.SQLWindowFunctionSuite;
import scala.collection.immutable.Map;
import scala.collection.immutable.Set;
import scala.collection.immutable.Set$;

/**
 * Spark's suite without one test: it asserts that Spark's operator spills the rows it buffers, and
 * a scan buffers none.
 */
public final class WindowFunctionsSuite extends SQLWindowFunctionSuite {
  @Override
  @SuppressWarnings("unchecked") // The type is raw in the class file of the suite.
  public Map<String, Set<String>> tags() {
    Set<String> ignored = Set$.MODULE$.<String>empty().incl("org.scalatest.Ignore");
    return super.tags().updated("test with low buffer spill threshold", ignored);
  }
}
