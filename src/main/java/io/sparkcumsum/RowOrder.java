package io.sparkcumsum;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.View;
import org.apache.spark.sql.functions;

/** Orders of rows: those written as in SQL, and those of sorts. */
final class RowOrder {
  private static final Pattern WRITTEN =
      Pattern.compile(
          "(.+?)(?:\\s+(asc|desc))?(?:\\s+nulls\\s+(first|last))?",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private RowOrder() {}

  /**
   * The columns that texts name, with their directions: {@code day}, {@code day desc}, {@code `end
   * day` desc nulls last}. A text is a name and no expression.
   */
  static List<Column> parse(List<String> texts) {
    List<Column> columns = new ArrayList<>();
    for (String text : texts) {
      columns.add(parse(text.trim()));
    }
    return columns;
  }

  /**
   * The sort that a table ends with, where that is a query or a DataFrame. Its child has all
   * columns of the table, and maybe more: those that only the order needs.
   */
  static Optional<Sort> sortOf(LogicalPlan table) {
    LogicalPlan plan = table;
    // A projection drops what only the order needs, and a DataFrame in SQL is a temporary view.
    while (plan instanceof Project || plan instanceof SubqueryAlias || plan instanceof View) {
      plan = plan.children().head();
    }
    return plan instanceof Sort sort
            && sort.global()
            && table.outputSet().subsetOf(sort.child().outputSet())
        ? Optional.of(sort)
        : Optional.empty();
  }

  private static Column parse(String text) {
    Matcher matcher = WRITTEN.matcher(text);
    if (!matcher.matches()) {
      return functions.col(text).asc();
    }
    Column column = functions.col(matcher.group(1));
    boolean descending = "desc".equalsIgnoreCase(matcher.group(2));
    if (matcher.group(3) == null) {
      return descending ? column.desc() : column.asc();
    }
    if ("first".equalsIgnoreCase(matcher.group(3))) {
      return descending ? column.desc_nulls_first() : column.asc_nulls_first();
    }
    return descending ? column.desc_nulls_last() : column.asc_nulls_last();
  }
}
