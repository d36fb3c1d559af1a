package io.sparkcumsum.scan.function;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;

/**
 * Says which row decides a total that depends on the order: the total of any rows that include this
 * one is that of the row alone. Such a total can be computed from rows in any order.
 *
 * @param condition which rows count
 * @param order the order of the rows that count; rows that are equal in it are in the order of the
 *     scan
 * @param isFirst whether the first of these rows decides, else the last
 */
public record DecidingRow(Expression condition, List<SortOrder> order, boolean isFirst)
    implements Serializable {}
