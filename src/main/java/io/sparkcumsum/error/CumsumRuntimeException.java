package io.sparkcumsum.error;

import java.util.Map;
import org.apache.spark.SparkThrowable;

/**
 * A scan that failed on its data, or a call from Java with a null; {@link #getCondition()} names
 * the reason.
 *
 * <p>PySpark has exceptions of its own for those of Java that it knows, and this is one of them.
 */
public final class CumsumRuntimeException extends IllegalArgumentException
    implements SparkThrowable {
  private final ErrorCondition condition;

  CumsumRuntimeException(ErrorCondition condition) {
    super(condition.message());
    this.condition = condition;
  }

  @Override
  public String getCondition() {
    return condition.name();
  }

  @Override
  public String getSqlState() {
    return condition.sqlState();
  }

  @Override
  public Map<String, String> getMessageParameters() {
    return condition.parameters();
  }
}
