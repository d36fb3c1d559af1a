package io.sparkcumsum;

import io.sparkcumsum.array.ArrayCumsumBuilder;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/** Draft to be replaced. */
public final class Cumsum {
  private Cumsum() {}

  /** The cumulative sum of the elements of {@code arr}, in the flattened order. */
  public static Column cumsum(Column arr) {
    return functions.call_function(ArrayCumsumBuilder.NAME, arr);
  }
}
