package io.sparkcumsum.error;

import org.apache.spark.QueryContext;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.catalyst.trees.Origin;
import scala.Option;
import scala.collection.immutable.Map;

/** A request that cannot be planned; {@link #getCondition()} names the reason. */
public final class CumsumAnalysisException extends AnalysisException {
  private final ErrorCondition condition;

  CumsumAnalysisException(ErrorCondition condition) {
    super(
        condition.message(),
        Option.empty(),
        Option.empty(),
        Option.empty(),
        Option.apply(condition.name()),
        condition.scalaParameters(),
        new QueryContext[0]);
    this.condition = condition;
  }

  /**
   * The same: the copy that Spark makes for a position would be of Spark's class, which looks for
   * the condition among Spark's own.
   */
  @Override
  public AnalysisException withPosition(Origin origin) {
    return this;
  }

  @Override
  public String getSqlState() {
    return condition.sqlState();
  }

  /** The message alone: unlike a parse error it has no position in the query. */
  @Override
  public String getSimpleMessage() {
    return condition.message();
  }

  @Override
  public Map<String, String> messageParameters() {
    return condition.scalaParameters();
  }
}
