package io.sparkcumsum.window;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.objects.StaticInvoke;
import org.apache.spark.sql.types.AbstractDataType;
import org.apache.spark.sql.types.DataType;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/** Calls of static Java methods as Catalyst expressions. */
final class StaticCalls {
  private StaticCalls() {}

  /** A call that gives null if an argument is null, and else never does. */
  static Expression of(Class<?> owner, String method, DataType result, Expression... arguments) {
    return new StaticInvoke(
        owner,
        result,
        method,
        CollectionConverters.asScala(List.of(arguments)).toSeq(),
        CollectionConverters.asScala(List.<AbstractDataType>of()).toSeq(),
        true,
        true,
        true,
        Option.empty());
  }
}
