package io.sparkcumsum.scan.function;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;

/**
 * What is accumulated over the rows of a scan: a state, and the expressions that start it, feed it,
 * merge it and read it. Its children are what it takes from a row; {@code PrefixScanExec} is what
 * evaluates it.
 *
 * <p>The shape is that of Catalyst's {@code DeclarativeAggregate}, with two differences. The totals
 * pass and the offset pass feed the state by different expressions, because a total may overflow
 * where no prefix does. And the result sees the current row besides the state.
 *
 * <p>The law: for stretches of rows a and b, the state after a, {@linkplain #merge merged} with
 * what the state after b {@linkplain #serialize serialized}, is the state after a followed by b.
 * Merging is associative, and {@linkplain #initialValues the state before any row} changes nothing.
 */
public abstract class ScanFunction extends Expression implements Serializable {

  /** The columns of the state, the same ones at every call. */
  public abstract List<AttributeReference> state();

  /** The columns in which a state travels between driver and tasks: SQL types only. */
  public abstract List<AttributeReference> serialized();

  /** {@link #serialized()} from {@link #state()}. */
  public abstract List<Expression> serialize();

  /** {@link #state()} from {@link #serialized()}. */
  public abstract List<Expression> deserialize();

  /** The state before any row. */
  public abstract List<Expression> initialValues();

  /** The state after a row in the totals pass, from the state before and the row; never throws. */
  public abstract List<Expression> updateTotal();

  /**
   * The state of two stretches of rows, from the state of the first and what the second serialized.
   */
  public abstract List<Expression> merge();

  /** The state after a row in the offset pass, from the state before and the row. */
  public abstract List<Expression> update();

  /** What the row shows, from the state after it and the row; evaluated once a row. */
  public abstract Expression evaluate();

  /** What both passes have to agree on at the end of a partition, from {@link #state()}. */
  public List<Expression> verified() {
    return serialize();
  }

  /**
   * Whether rows that are equal in the order all show the result of the last of them; such a result
   * sees the state only.
   */
  public boolean sharedByPeers() {
    return false;
  }

  /** Whether rows that are equal in the order have to be in one partition. */
  public boolean needsPeersTogether() {
    return sharedByPeers();
  }

  /** Whether a total depends on the order of the rows, also of those that are equal in it. */
  public boolean dependsOnOrder() {
    return false;
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
