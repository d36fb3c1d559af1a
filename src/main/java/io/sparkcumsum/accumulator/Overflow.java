package io.sparkcumsum.accumulator;

import io.sparkcumsum.dtype.DTypes;
import io.sparkcumsum.error.CumsumErrors;
import java.io.Serializable;
import org.apache.spark.sql.types.DataType;

/**
 * What becomes of results out of range.
 *
 * @param fails whether they are an error; else integers wrap, and decimals are null
 * @param function the function that the error names
 */
public record Overflow(boolean fails, String function) implements Serializable {

  /** For a type: an interval out of range is an error in any case, as in Spark's own arithmetic. */
  Overflow of(DataType result) {
    return DTypes.isNumeric(result) ? this : new Overflow(true, function);
  }

  ArithmeticException error(DataType result) {
    return DTypes.isNumeric(result)
        ? CumsumErrors.arithmeticOverflow(result, function)
        : CumsumErrors.intervalOverflow();
  }
}
