package io.sparkcumsum;

import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.accumulator.ScanOptions;
import io.sparkcumsum.array.CumulativeFunction;
import io.sparkcumsum.catalyst.Substitution;
import io.sparkcumsum.error.CumsumErrors;
import io.sparkcumsum.scan.PrefixScanStrategy;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.classic.ColumnNodeToExpressionConverter$;
import org.apache.spark.sql.classic.Dataset$;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.internal.SQLConf;

/**
 * A request for a cumulative function of whole columns, from the DataFrame API, a table function or
 * the job.
 *
 * @param axis null for the flattened order
 * @param dtype null for the function's default
 * @param out the names of the result columns; empty to name them after the input columns
 * @param partitionBy what divides the rows into groups; empty if they are all one
 * @param order empty if there is none, or the natural order
 */
record CumulativeRequest(
    CumulativeFunction function,
    List<String> columns,
    Integer axis,
    String dtype,
    ScanOptions options,
    List<String> out,
    List<Column> partitionBy,
    List<Column> order,
    boolean naturalOrder) {

  CumulativeRequest {
    if (naturalOrder && !order.isEmpty()) {
      throw CumsumErrors.orderConflict();
    }
  }

  CumulativeRequest(CumulativeFunction function, List<String> columns) {
    this(
        function,
        columns,
        null,
        null,
        ScanOptions.INCLUSIVE,
        List.of(),
        List.of(),
        List.of(),
        false);
  }

  CumulativeRequest withAxis(Integer newAxis) {
    return new CumulativeRequest(
        function, columns, newAxis, dtype, options, out, partitionBy, order, naturalOrder);
  }

  CumulativeRequest withDtype(String newDtype) {
    return new CumulativeRequest(
        function, columns, axis, newDtype, options, out, partitionBy, order, naturalOrder);
  }

  CumulativeRequest withOptions(boolean exclusive, boolean reverse) {
    ScanOptions newOptions = new ScanOptions(exclusive, reverse, /* includeInitial= */ false);
    return new CumulativeRequest(
        function, columns, axis, dtype, newOptions, out, partitionBy, order, naturalOrder);
  }

  CumulativeRequest withOut(List<String> names) {
    return new CumulativeRequest(
        function, columns, axis, dtype, options, names, partitionBy, order, naturalOrder);
  }

  CumulativeRequest ordered(List<Column> newOrder) {
    if (!order.isEmpty()) {
      throw CumsumErrors.orderConflict();
    }
    return new CumulativeRequest(
        function, columns, axis, dtype, options, out, partitionBy, newOrder, naturalOrder);
  }

  CumulativeRequest partitioned(List<Column> newPartitions) {
    return new CumulativeRequest(
        function, columns, axis, dtype, options, out, newPartitions, order, naturalOrder);
  }

  CumulativeRequest inNaturalOrder() {
    return new CumulativeRequest(
        function, columns, axis, dtype, options, out, partitionBy, order, true);
  }

  /** The DataFrame with the results next to its columns. */
  Dataset<Row> apply(Dataset<Row> df) {
    if (!(df instanceof org.apache.spark.sql.classic.Dataset<Row> classic)) {
      throw CumsumErrors.connectUnsupported();
    }
    SparkSession session = classic.sparkSession();
    PrefixScanStrategy.ensurePlannedBy(session);
    CumulativePlan plan = plan(classic.logicalPlan(), session.sessionState().conf());
    List<Column> keys = new ArrayList<>(partitionBy);
    keys.addAll(order);
    if (keys.isEmpty()) {
      return Dataset$.MODULE$.ofRows(session, plan.over(classic.logicalPlan(), seq(List.of())));
    }
    // Spark resolves the order as part of a sort. The scan then takes the place of that sort.
    Sort sort = RowOrder.sortOf(classic.sort(seq(keys)).logicalPlan()).orElseThrow();
    return Dataset$.MODULE$.ofRows(session, plan.over(sort.child(), sort.order()));
  }

  /**
   * The plan of the results next to the columns of a table, while Spark analyses the query.
   *
   * @param rows the table, possibly with more columns that only the order needs
   */
  LogicalPlan apply(LogicalPlan table, LogicalPlan rows, SQLConf conf) {
    CumulativePlan plan = plan(table, conf);
    List<Column> keys = new ArrayList<>();
    partitionBy.forEach(column -> keys.add(column.asc()));
    keys.addAll(order);
    List<SortOrder> sortOrder = new ArrayList<>();
    for (Column column : keys) {
      Expression named = ColumnNodeToExpressionConverter$.MODULE$.apply(column.node());
      sortOrder.add(
          (SortOrder)
              Substitution.in(
                  named,
                  node ->
                      node instanceof UnresolvedAttribute name
                          ? plan.resolve(name.nameParts())
                          : null));
    }
    return plan.over(rows, seq(sortOrder));
  }

  private CumulativePlan plan(LogicalPlan table, SQLConf conf) {
    if (!out.isEmpty() && out.size() != columns.size()) {
      throw CumsumErrors.outCountMismatch(out, columns);
    }
    CumulativePlan plan = new CumulativePlan(table, conf, this);
    for (int i = 0; i < columns.size(); i++) {
      plan.add(columns.get(i), out.isEmpty() ? null : out.get(i));
    }
    if (plan.crossesRows() && order.isEmpty() && !naturalOrder) {
      throw CumsumErrors.orderRequired(columns);
    }
    return plan;
  }
}
