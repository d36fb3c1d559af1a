package io.sparkcumsum.scan.function;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;

/**
 * Says which rows decide a total that depends on the order: the total of any rows that include them
 * is that of these rows alone. Such a total can be computed from rows in any order.
 *
 * @param condition which rows count
 * @param order the order of the rows that count; rows that are equal in it are in the order of the
 *     scan
 * @param areFirst whether the first of these rows decide, else the last
 * @param count how many rows decide; fewer if there are not as many
 */
public record DecidingRows(Expression condition, List<SortOrder> order, boolean areFirst, int count)
    implements Serializable {}
