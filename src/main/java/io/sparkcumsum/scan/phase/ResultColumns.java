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
 * Appends results to a row. It copies the bytes of both and looks at no single column. Only if the
 * output has another order of columns, the row is projected once more.
 */
final class ResultColumns {
  private final UnsafeRowJoiner joiner;

  /** Puts the columns in the order of the output; null if they are in that order already. */
  private final UnsafeProjection reorder;

  /**
   * @param left the columns of the row
   * @param right the columns that are appended
   * @param output all columns, in the order of the output
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

  /** The row of all columns. The row is reused; copy to keep. */
  UnsafeRow join(UnsafeRow left, UnsafeRow right) {
    UnsafeRow joined = joiner.join(left, right);
    return reorder == null ? joined : reorder.apply(joined);
  }
}
