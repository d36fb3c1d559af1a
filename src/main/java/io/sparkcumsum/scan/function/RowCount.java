package io.sparkcumsum.scan.function;

import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.ProductNode;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Add;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * The running number of rows. Every scan has it, to notice if its two passes read different rows.
 */
final class RowCount extends ScanFunction implements ProductNode {
  private static final Literal ZERO = new Literal(0L, DataTypes.LongType);
  private static final Literal ONE = new Literal(1L, DataTypes.LongType);

  private final AttributeReference count = Attributes.create("count", DataTypes.LongType);
  private final AttributeReference serializedCount =
      Attributes.create("serialized_count", DataTypes.LongType);

  @Override
  public List<AttributeReference> state() {
    return List.of(count);
  }

  @Override
  public List<AttributeReference> serialized() {
    return List.of(serializedCount);
  }

  @Override
  public List<Expression> serialize() {
    return List.of(count);
  }

  @Override
  public List<Expression> deserialize() {
    return List.of(serializedCount);
  }

  @Override
  public List<Expression> initialValues() {
    return List.of(ZERO);
  }

  @Override
  public List<Expression> updateTotal() {
    return List.of(plus(ONE));
  }

  @Override
  public List<Expression> merge() {
    return List.of(plus(serializedCount));
  }

  @Override
  public List<Expression> update() {
    return List.of(plus(ONE));
  }

  @Override
  public Expression evaluate() {
    return count;
  }

  private Expression plus(Expression addend) {
    return new Add(count, addend);
  }

  @Override
  public DataType dataType() {
    return DataTypes.LongType;
  }

  @Override
  public boolean nullable() {
    return false;
  }

  @Override
  public Seq<Expression> children() {
    return seq(List.<Expression>of());
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
    return this;
  }

  @Override
  public List<Object> parameters() {
    return List.of();
  }

  @Override
  public boolean equals(Object other) {
    return hasParametersOf(other);
  }
}
