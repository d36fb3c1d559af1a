package io.sparkcumsum.catalyst;

import static io.sparkcumsum.catalyst.Seqs.seq;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.IsNotNull;
import org.apache.spark.sql.catalyst.expressions.objects.Invoke;
import org.apache.spark.sql.catalyst.expressions.objects.StaticInvoke;
import org.apache.spark.sql.types.AbstractDataType;
import org.apache.spark.sql.types.DataType;
import scala.Option;

/**
 * Calls of Java methods as Catalyst expressions. If an argument is null, the method is not called
 * and the result is null.
 */
public final class Calls {
  private static final boolean PROPAGATES_NULL = true;
  private static final boolean MAY_BE_NULL = true;

  /**
   * Spark must not merge two equal calls on objects into one, because each call makes or changes an
   * accumulator.
   */
  private static final boolean OBJECTS_ARE_DETERMINISTIC = false;

  private Calls() {}

  /** A call on an object, which may change it. */
  public static Expression onObject(
      Expression target, String method, DataType result, Expression... arguments) {
    return new Invoke(
        target,
        method,
        result,
        seq(List.of(arguments)),
        seq(List.<AbstractDataType>of()),
        PROPAGATES_NULL,
        MAY_BE_NULL,
        OBJECTS_ARE_DETERMINISTIC);
  }

  /**
   * The object after a call that changes it. Nothing happens if an argument of the call is null.
   */
  public static Expression changed(Expression object, Expression call) {
    // Both branches are the object: the condition is there only for the side effect of evaluating
    // it. No optimizer rule can remove it, because the expression is made when the plan already
    // runs.
    return new If(new IsNotNull(call), object, object);
  }

  /** A call of a static method whose result depends only on the arguments. */
  public static Expression ofClass(
      Class<?> owner, String method, DataType result, Expression... arguments) {
    boolean isDeterministic = true;
    return new StaticInvoke(
        owner,
        result,
        method,
        seq(List.of(arguments)),
        seq(List.<AbstractDataType>of()),
        PROPAGATES_NULL,
        MAY_BE_NULL,
        isDeterministic,
        Option.empty());
  }
}
