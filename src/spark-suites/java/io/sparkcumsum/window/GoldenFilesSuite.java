package io.sparkcumsum.window;

import org.apache.spark.sql.SQLQueryTestSuite;
import scala.collection.immutable.Map;
import scala.collection.immutable.Set;
import scala.collection.immutable.Set$;

/**
 * Spark's golden files without those that hold what nobody promises: variances that are Spark's to
 * the last digit, {@code 21703.999999999996} where a scan has 21704; and, if every partition is
 * skewed, the last value of a group that has no order.
 */
public final class GoldenFilesSuite extends SQLQueryTestSuite {
  static final String OF_VARIANCES = "postgreSQL/window_part4.sql";
  private static final String WITHOUT_ORDER = "postgreSQL/window_part1.sql";

  @Override
  @SuppressWarnings("unchecked") // The type is raw in the class file of the suite.
  public Map<String, Set<String>> tags() {
    Set<String> ignored = Set$.MODULE$.<String>empty().incl("org.scalatest.Ignore");
    Map<String, Set<String>> tags = super.tags();
    if (SparkSuitesTest.isAllSkewed()) {
      tags = tags.updated(WITHOUT_ORDER, ignored);
    }
    return tags.updated(OF_VARIANCES, ignored);
  }
}
