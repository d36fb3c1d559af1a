package io.sparkcumsum;

import org.apache.spark.sql.SparkSession;

/** The one Spark session of the test JVM. */
public final class Sessions {
  private static final SparkSession SHARED =
      SparkSession.builder()
          .master("local[2]")
          .appName("tests")
          .config("spark.ui.enabled", false)
          .config("spark.sql.shuffle.partitions", 4)
          // Else adaptive execution puts all rows of a test into one partition.
          .config("spark.sql.adaptive.coalescePartitions.enabled", false)
          .config("spark.sql.session.timeZone", "UTC")
          .getOrCreate();

  private Sessions() {}

  /** The shared session; a test that changes its configuration works on a {@code newSession()}. */
  public static SparkSession shared() {
    return SHARED;
  }
}
