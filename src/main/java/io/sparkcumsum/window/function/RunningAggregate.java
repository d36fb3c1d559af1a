package io.sparkcumsum.window.function;

import static io.sparkcumsum.catalyst.Seqs.list;

import io.sparkcumsum.catalyst.SortOrders;
import io.sparkcumsum.catalyst.Substitution;
import io.sparkcumsum.scan.function.DecidingRows;
import io.sparkcumsum.scan.function.ScanFunction;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Ascending$;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Descending$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.IsNotNull;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.SortDirection;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.expressions.aggregate.Average;
import org.apache.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;
import org.apache.spark.sql.catalyst.expressions.aggregate.First;
import org.apache.spark.sql.catalyst.expressions.aggregate.Last;
import org.apache.spark.sql.catalyst.expressions.aggregate.MaxBy;
import org.apache.spark.sql.catalyst.expressions.aggregate.MaxMinBy;
import org.apache.spark.sql.catalyst.expressions.aggregate.Sum;
import org.apache.spark.sql.catalyst.optimizer.NormalizeNaNAndZero;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;

/**
 * Runs an aggregate of Catalyst as a scan: the state is its buffer, and its own expressions update,
 * merge and evaluate it. So types, nulls and errors are Spark's. This is for aggregates whose merge
 * gives the same bits as updates would.
 */
public class RunningAggregate extends RunningFunction implements Reversible {
  private final List<AttributeReference> state;
  private final List<AttributeReference> serialized;

  /** Public for Catalyst, which copies nodes through it. */
  public RunningAggregate(DeclarativeAggregate function, boolean sharedByPeers) {
    super(function, sharedByPeers);
    this.state = list(function.aggBufferAttributes());
    this.serialized = new ArrayList<>();
    for (AttributeReference column : list(function.inputAggBufferAttributes())) {
      serialized.add(
          column.dataType() instanceof DecimalType ? WideDecimals.serialized(column) : column);
    }
  }

  @Override
  public List<AttributeReference> state() {
    return state;
  }

  @Override
  public List<AttributeReference> serialized() {
    return serialized;
  }

  @Override
  public List<Expression> serialize() {
    List<Expression> serialize = new ArrayList<>();
    for (AttributeReference column : state) {
      serialize.add(
          column.dataType() instanceof DecimalType ? WideDecimals.toBytes(column) : column);
    }
    return serialize;
  }

  @Override
  public List<Expression> deserialize() {
    List<Expression> deserialize = new ArrayList<>();
    for (int i = 0; i < serialized.size(); i++) {
      AttributeReference column = state.get(i);
      deserialize.add(
          column.dataType() instanceof DecimalType type
              ? WideDecimals.fromBytes(serialized.get(i), type)
              : serialized.get(i));
    }
    return deserialize;
  }

  @Override
  public List<Expression> initialValues() {
    return list(function.initialValues());
  }

  @Override
  public List<Expression> updateTotal() {
    return list(function.updateExpressions());
  }

  @Override
  public List<Expression> merge() {
    return concatenated(List.copyOf(state), deserializeTotal());
  }

  /** Spark's merge, of any two buffers. */
  @Override
  public List<Expression> concatenated(List<Expression> before, List<Expression> after) {
    List<AttributeReference> left = list(function.aggBufferAttributes());
    List<AttributeReference> right = list(function.inputAggBufferAttributes());
    List<Expression> merge = new ArrayList<>();
    for (Expression expression : list(function.mergeExpressions())) {
      merge.add(
          Substitution.in(
              expression,
              node ->
                  left.contains(node)
                      ? before.get(left.indexOf(node))
                      : right.contains(node) ? after.get(right.indexOf(node)) : null));
    }
    return merge;
  }

  @Override
  public List<Expression> update() {
    return list(function.updateExpressions());
  }

  @Override
  public Expression evaluate() {
    return function.evaluateExpression();
  }

  /**
   * Zeros and NaNs have several forms that are equal, and the passes may have met another one
   * first.
   */
  @Override
  public List<Expression> verified() {
    List<Expression> verified = new ArrayList<>();
    for (Expression column : serialize()) {
      DataType type = column.dataType();
      boolean floating = type instanceof DoubleType || type instanceof FloatType;
      verified.add(floating ? new NormalizeNaNAndZero(column) : column);
    }
    return verified;
  }

  @Override
  public boolean dependsOnOrderOfPeers() {
    return function instanceof First
        || function instanceof Last
        || function instanceof MaxMinBy
        || state.stream().anyMatch(column -> equalMayDiffer(column.dataType(), true));
  }

  @Override
  public ScanFunction prepending() {
    boolean adds = function instanceof Sum || function instanceof Average;
    boolean choosesEquals =
        dependsOnOrderOfPeers()
            || state.stream().anyMatch(column -> equalMayDiffer(column.dataType(), false));
    return adds || !choosesEquals ? this : new PrependedRows(this);
  }

  @Override
  public List<DecidingRows> decidingRows() {
    if (function instanceof First first) {
      return decidingRow(counts(first.child(), first.ignoreNulls()), List.of(), true);
    } else if (function instanceof Last last) {
      return decidingRow(counts(last.child(), last.ignoreNulls()), List.of(), false);
    } else if (function instanceof MaxMinBy by) {
      // Of rows with the same ordering value, Spark's own update takes the last.
      SortDirection direction =
          function instanceof MaxBy ? Ascending$.MODULE$ : Descending$.MODULE$;
      SortOrder order = SortOrders.by(by.orderingExpr(), direction);
      return decidingRow(counts(by.orderingExpr(), true), List.of(order), false);
    }
    return List.of();
  }

  private static List<DecidingRows> decidingRow(
      Expression condition, List<SortOrder> order, boolean isFirst) {
    return List.of(new DecidingRows(condition, order, isFirst, 1));
  }

  private static Expression counts(Expression value, boolean ignoresNulls) {
    return ignoresNulls ? new IsNotNull(value) : new Literal(true, DataTypes.BooleanType);
  }

  /** Whether values that are equal may look different, so that it matters which came first. */
  private static boolean equalMayDiffer(DataType type, boolean outermost) {
    if (type instanceof StringType string) {
      return !string.supportsBinaryEquality();
    }
    if (type instanceof UserDefinedType<?> udt) {
      return equalMayDiffer(udt.sqlType(), false);
    }
    if (type instanceof ArrayType array) {
      return equalMayDiffer(array.elementType(), false);
    }
    if (type instanceof StructType struct) {
      for (StructField field : struct.fields()) {
        if (equalMayDiffer(field.dataType(), false)) {
          return true;
        }
      }
      return false;
    }
    return !outermost && (type instanceof DoubleType || type instanceof FloatType);
  }

  /** The list with one more element. */
  static <T> List<T> with(List<? extends T> list, T last) {
    List<T> longer = new ArrayList<>(list);
    longer.add(last);
    return longer;
  }
}
