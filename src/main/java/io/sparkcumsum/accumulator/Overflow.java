package io.sparkcumsum.accumulator;

import io.sparkcumsum.dtype.DTypes;
import io.sparkcumsum.error.CumsumErrors;
import java.io.Serializable;
import org.apache.spark.sql.types.DataType;

/**
 * What happens to results that are out of range.
 *
 * @param fails whether they are an error; otherwise integers wrap, and decimals become null
 * @param function the name of the function, for the error message
 */
public record Overflow(boolean fails, String function) implements Serializable {

  /**
   * The rule for one type. An interval out of range is always an error, as in Spark's own
   * arithmetic.
   */
  Overflow of(DataType result) {
    return DTypes.isNumeric(result) ? this : new Overflow(true, function);
  }

  ArithmeticException error(DataType result) {
    return DTypes.isNumeric(result)
        ? CumsumErrors.arithmeticOverflow(result, function)
        : CumsumErrors.intervalOverflow();
  }
}
