package io.sparkcumsum;

import java.util.HashSet;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The rows that a query keeps. Other tests of the JVM keep rows too, which may be cleaned up at any
 * time; only those that are new count.
 */
public final class KeptRows {
  private final Set<Integer> before = ids();

  private KeptRows() {}

  /** From here on. */
  public static KeptRows since() {
    return new KeptRows();
  }

  /** How many sets of rows are kept that were not before. */
  public int count() {
    Set<Integer> kept = ids();
    kept.removeAll(before);
    return kept.size();
  }

  private static Set<Integer> ids() {
    return new HashSet<>(
        JavaSparkContext.fromSparkContext(Sessions.shared().sparkContext())
            .getPersistentRDDs()
            .keySet());
  }
}
