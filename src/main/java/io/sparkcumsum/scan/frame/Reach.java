package io.sparkcumsum.scan.frame;

import java.io.Serializable;
import org.apache.spark.sql.catalyst.expressions.Expression;

/**
 * How far a frame reaches beyond the row that it belongs to.
 *
 * @param isAhead whether it reaches later rows, else earlier ones
 * @param rows the number of rows that it reaches
 * @param notNull the value that has to be there for a row to be counted; null if all are
 */
public record Reach(boolean isAhead, int rows, Expression notNull) implements Serializable {}
