package io.sparkcumsum.error;

import java.util.Map;
import org.apache.spark.SparkThrowable;

/** A scan that failed on its data; {@link #getCondition()} names the reason. */
public final class CumsumRuntimeException extends RuntimeException implements SparkThrowable {
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
