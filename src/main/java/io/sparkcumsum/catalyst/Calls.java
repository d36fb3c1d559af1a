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

/** Java methods as Catalyst expressions, which are null if an argument is. */
public final class Calls {
  private static final boolean PROPAGATES_NULL = true;
  private static final boolean MAY_BE_NULL = true;

  /** No two calls on objects may become one: each makes an accumulator, or changes one. */
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

  /** The object after a call on it, which is null, and does nothing, where an argument is. */
  public static Expression changed(Expression object, Expression call) {
    // Both branches are the object: the condition is there for what its evaluation does to it. No
    // optimizer rule sees this expression, which is made when the plan already runs.
    return new If(new IsNotNull(call), object, object);
  }

  /** A call of a static method, which depends on the arguments alone. */
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
