package io.sparkcumsum.scan.frame;

import io.sparkcumsum.catalyst.ProductNode;
import io.sparkcumsum.scan.function.ScanFunction;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.immutable.Seq;

/** A function that only learns something of the rows: it has no column of results. */
abstract class WithoutResult extends ScanFunction implements ProductNode {
  final Seq<Expression> columns;

  /**
   * @param columns that it reads
   */
  WithoutResult(Seq<Expression> columns) {
    this.columns = columns;
  }

  @Override
  public final Expression evaluate() {
    throw new UnsupportedOperationException(this + " has no result");
  }

  @Override
  public final DataType dataType() {
    return DataTypes.NullType;
  }

  @Override
  public final boolean nullable() {
    return true;
  }

  @Override
  public final Seq<Expression> children() {
    return columns;
  }

  @Override
  public final boolean equals(Object other) {
    return hasParametersOf(other);
  }
}
