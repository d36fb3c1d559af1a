package io.sparkcumsum.scan.function;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;

/**
 * A function of a scan: a state, and the expressions that initialize, update, merge and evaluate
 * it. Its children are the expressions that it reads from a row. Only the operator of the scan can
 * evaluate it.
 *
 * <p>It is shaped like Catalyst's {@code DeclarativeAggregate}, with two differences. The totals
 * pass and the offset pass update the state by different expressions, because a total may overflow
 * where no prefix does. And the result may read the current row besides the state.
 *
 * <p>The law: {@linkplain #merge merging} the state after the rows a with the {@linkplain
 * #serialize serialized} state after the rows b gives the state after a followed by b. Merging is
 * associative, and {@linkplain #initialValues the state before any row} is neutral.
 */
public abstract class ScanFunction extends Expression implements Serializable {

  /** The columns of the state. Each call returns the same columns. */
  public abstract List<AttributeReference> state();

  /** The columns of a serialized state, as it is sent between driver and tasks: SQL types only. */
  public abstract List<AttributeReference> serialized();

  /** {@link #serialized()} from {@link #state()}. */
  public abstract List<Expression> serialize();

  /** {@link #state()} from {@link #serialized()}. */
  public abstract List<Expression> deserialize();

  /** As {@link #deserialize}, but never throws, even if the state is out of range. */
  public List<Expression> deserializeTotal() {
    return deserialize();
  }

  /** The state before any row. */
  public abstract List<Expression> initialValues();

  /** The state after a row in the totals pass, from the state before and the row; never throws. */
  public abstract List<Expression> updateTotal();

  /**
   * The state after two stretches of rows, from the {@link #state()} after the first and the {@link
   * #serialized()} state after the second.
   */
  public abstract List<Expression> merge();

  /** The state after a row in the offset pass, from the state before and the row. */
  public abstract List<Expression> update();

  /** Whether the offset pass needs the total of all rows. */
  public boolean needsGrandTotal() {
    return false;
  }

  /** Whether the offset pass of a partition needs the total of all rows behind it. */
  public boolean needsFollowing() {
    return false;
  }

  /**
   * The state that a partition starts from, from the {@link #state()} of its offset and the {@link
   * #serialized()} total of all rows.
   */
  public List<Expression> complete() {
    return List.copyOf(state());
  }

  /**
   * The result of a row, from the state after the row and the row itself. Evaluated exactly once
   * for each row.
   */
  public abstract Expression evaluate();

  /**
   * The values that both passes have to agree on at the end of a partition, from {@link #state()}.
   */
  public List<Expression> verified() {
    return serialize();
  }

  /**
   * Whether all rows that are equal in the order return the result of the last of them, as in a
   * RANGE frame. Such a result may read the state only.
   */
  public boolean sharedByPeers() {
    return false;
  }

  /** Whether rows that are equal in the order have to be in one partition. */
  public boolean needsPeersTogether() {
    return sharedByPeers();
  }

  /** Whether a total depends on the order of its rows. */
  public boolean dependsOnOrder() {
    return dependsOnOrderOfPeers();
  }

  /** Whether a total depends even on the order of rows that are equal in the order of the scan. */
  public boolean dependsOnOrderOfPeers() {
    return false;
  }

  /**
   * The same function, for totals that get rows and other totals from the last to the first: each
   * is put before those that the total has. The function itself if its totals have the same bits in
   * any order.
   */
  public ScanFunction prepending() {
    if (dependsOnOrder()) {
      throw new UnsupportedOperationException(this + " puts no rows before others");
    }
    return this;
  }

  /** The rows that decide a total that depends on the order; none if all do. */
  public List<DecidingRows> decidingRows() {
    return List.of();
  }

  @Override
  public final boolean foldable() {
    return false;
  }

  @Override
  public final Object eval(InternalRow row) {
    throw new UnsupportedOperationException(this + " is evaluated by PrefixScan");
  }

  @Override
  public final ExprCode doGenCode(CodegenContext context, ExprCode code) {
    throw new UnsupportedOperationException(this + " is evaluated by PrefixScan");
  }
}
