package io.sparkcumsum.scan.phase;

import static io.sparkcumsum.catalyst.Seqs.seq;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection$;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.expressions.codegen.GenerateUnsafeRowJoiner;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeRowJoiner;
import org.apache.spark.sql.catalyst.types.DataTypeUtils;
import org.apache.spark.sql.types.StructType;

/**
 * Puts results beside the columns of a row. Bytes are copied, columns are not taken apart; only
 * where the results come in another order are they projected once more.
 */
final class ResultColumns {
  private final UnsafeRowJoiner joiner;

  /** Puts columns in their order; null if they are. */
  private final UnsafeProjection reorder;

  /**
   * @param left the columns of the row
   * @param right those that are put beside them
   * @param output both, in the order that they are to have
   */
  ResultColumns(List<Attribute> left, List<Attribute> right, List<Attribute> output) {
    this.joiner = GenerateUnsafeRowJoiner.create(schema(left), schema(right));
    List<Attribute> joined = new ArrayList<>(left);
    joined.addAll(right);
    List<Expression> columns = new ArrayList<>();
    output.forEach(column -> columns.add((Expression) column));
    this.reorder =
        joined.equals(output) ? null : UnsafeProjection$.MODULE$.create(seq(columns), seq(joined));
  }

  private static StructType schema(List<Attribute> columns) {
    return DataTypeUtils.fromAttributes(seq(columns));
  }

  /** The row of all columns. It is reused; copy to keep. */
  UnsafeRow join(UnsafeRow left, UnsafeRow right) {
    UnsafeRow joined = joiner.join(left, right);
    return reorder == null ? joined : reorder.apply(joined);
  }
}
