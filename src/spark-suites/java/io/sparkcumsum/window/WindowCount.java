package io.sparkcumsum.window;

import io.sparkcumsum.scan.PrefixScanExec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

/** Counts the windows over all rows in the physical plans of every session with this extension. */
public final class WindowCount implements SparkSessionExtensionsProvider {
  private static final List<String> PREFIX_SCANS = new ArrayList<>();
  private static final Map<String, List<String>> LEFT_TO_SPARK = new TreeMap<>();

  static synchronized int prefixScans() {
    return PREFIX_SCANS.size();
  }

  static synchronized String report() {
    List<String> left = LEFT_TO_SPARK.values().stream().flatMap(List::stream).toList();
    StringBuilder report = new StringBuilder("windows over all rows: ");
    report.append(howMany(PREFIX_SCANS)).append(" planned as PrefixScan, ");
    report.append(howMany(left)).append(" left to Spark");
    LEFT_TO_SPARK.forEach(
        (reason, windows) ->
            report.append("\n  ").append(howMany(windows)).append(": ").append(reason));
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
    if (node instanceof PrefixScanExec) {
      PREFIX_SCANS.add(sql(planned(node)));
    } else if (node instanceof WindowExecBase window && window.partitionSpec().isEmpty()) {
      LEFT_TO_SPARK
          .computeIfAbsent(reason(planned(node)), reason -> new ArrayList<>())
          .add(sql(planned(node)));
    }
  }

  private static Window planned(SparkPlan node) {
    return (Window) node.logicalLink().get();
  }

  private static String sql(Window window) {
    StringBuilder sql = new StringBuilder();
    for (Object column : CollectionConverters.asJava(window.windowExpressions())) {
      sql.append(((Expression) column).sql()).append('\n');
    }
    return sql.toString();
  }

  private static String reason(Window window) {
    try {
      new RunningWindow(window, true);
      return "was switched off";
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
