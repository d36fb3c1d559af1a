package io.sparkcumsum.window;

import io.sparkcumsum.scan.PrefixScanExec;
import io.sparkcumsum.scan.RangeFramesExec;
import io.sparkcumsum.scan.ReverseWindowExec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.execution.ColumnarRule;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.window.WindowExecBase;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.BoxedUnit;

/**
 * Counts the windows in the physical plans of every session with this extension: over all rows, and
 * over groups.
 */
public final class WindowCount implements SparkSessionExtensionsProvider {
  private static final String NOT_SKEWED = "is not skewed";
  private static final WindowCount OVER_ALL = new WindowCount();
  private static final WindowCount OVER_GROUPS = new WindowCount();

  private final List<String> taken = new ArrayList<>();
  private final Map<String, List<String>> leftToSpark = new TreeMap<>();

  static void clear() {
    synchronized (WindowCount.class) {
      for (WindowCount count : List.of(OVER_ALL, OVER_GROUPS)) {
        count.taken.clear();
        count.leftToSpark.clear();
      }
    }
  }

  static synchronized int overAllRows() {
    return OVER_ALL.taken.size();
  }

  static synchronized int overGroups() {
    return OVER_GROUPS.taken.size();
  }

  static synchronized String report() {
    return "windows over all rows: " + OVER_ALL + "\nwindows over groups: " + OVER_GROUPS;
  }

  @Override
  public String toString() {
    List<String> left = leftToSpark.values().stream().flatMap(List::stream).toList();
    StringBuilder report = new StringBuilder(howMany(taken));
    report.append(" distributed, ").append(howMany(left)).append(" left to Spark");
    leftToSpark.forEach(
        (reason, windows) -> {
          report.append("\n  ").append(howMany(windows)).append(": ").append(reason);
          if (!reason.equals(NOT_SKEWED)) {
            new TreeSet<>(windows).forEach(window -> report.append("\n    ").append(window));
          }
        });
    return report.toString();
  }

  private static String howMany(List<String> windows) {
    return windows.size() + " (" + new HashSet<>(windows).size() + " different)";
  }

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    extensions.injectColumnar(session -> new CountingRule());
    return BoxedUnit.UNIT;
  }

  private static synchronized void count(SparkPlan node) {
    boolean isOurs =
        node instanceof PrefixScanExec
            || node instanceof RangeFramesExec
            || node instanceof ReverseWindowExec;
    // A scan of one of the project's own functions is no window.
    if (!(isOurs || node instanceof WindowExecBase)
        || node.logicalLink().isEmpty()
        || !(node.logicalLink().get() instanceof Window window)) {
      return;
    }
    WindowCount count = window.partitionSpec().isEmpty() ? OVER_ALL : OVER_GROUPS;
    if (isOurs) {
      count.taken.add(sql(window));
    } else {
      count
          .leftToSpark
          .computeIfAbsent(reason(window), reason -> new ArrayList<>())
          .add(sql(window));
    }
  }

  private static String sql(Window window) {
    StringBuilder sql = new StringBuilder();
    for (Object column : CollectionConverters.asJava(window.windowExpressions())) {
      sql.append(((Expression) column).sql()).append("; ");
    }
    return sql.toString();
  }

  private static String reason(Window window) {
    try {
      new RunningWindow(window, true);
      return window.partitionSpec().isEmpty() ? "was switched off" : NOT_SKEWED;
    } catch (UnsupportedWindow e) {
      String upToTheWindow = "(?s).*\\) ";
      return e.getMessage().replaceFirst(upToTheWindow, "");
    }
  }

  /**
   * Rules about columns see each plan once, when it is complete, be it a query, a subquery or a
   * stage of adaptive execution.
   */
  private static final class CountingRule extends ColumnarRule {
    @Override
    public Rule<SparkPlan> preColumnarTransitions() {
      return new Rule<>() {
        @Override
        public SparkPlan apply(SparkPlan plan) {
          plan.foreach(
              node -> {
                count(node);
                return BoxedUnit.UNIT;
              });
          return plan;
        }
      };
    }
  }
}
