package io.sparkcumsum.scan.frame;

import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.Calls;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.XxHash64;
import org.apache.spark.sql.types.AnsiIntervalType;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DatetimeType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * The sum of the hashes of all rows, to notice if the two passes read different rows. It has no
 * result of its own.
 */
public final class RowDigest extends WithoutResult {
  private final AttributeReference digest = Attributes.create("digest", DataTypes.LongType);
  private final AttributeReference serialized =
      Attributes.create("serialized_digest", DataTypes.LongType);

  /** Public for Catalyst, which copies nodes through it. */
  public RowDigest(Seq<Expression> columns) {
    super(columns);
  }

  /** The digest of those of the columns whose type has a hash. */
  static RowDigest of(List<Expression> columns) {
    return new RowDigest(
        seq(columns.stream().filter(column -> hasHash(column.dataType())).toList()));
  }

  /** Whether Spark hashes values of a type, in each of its versions. */
  public static boolean hasHash(DataType type) {
    return !type.existsRecursively(part -> hasNoHash(part));
  }

  private static boolean hasNoHash(DataType type) {
    return !(type instanceof NumericType
        || type instanceof BooleanType
        || type instanceof DatetimeType
        || type instanceof AnsiIntervalType
        || type instanceof StringType
        || type instanceof BinaryType
        || type instanceof ArrayType
        || type instanceof StructType);
  }

  @Override
  public List<AttributeReference> state() {
    return List.of(digest);
  }

  @Override
  public List<AttributeReference> serialized() {
    return List.of(serialized);
  }

  @Override
  public List<Expression> serialize() {
    return List.of(digest);
  }

  @Override
  public List<Expression> deserialize() {
    return List.of(serialized);
  }

  @Override
  public List<Expression> initialValues() {
    return List.of(new Literal(0L, DataTypes.LongType));
  }

  @Override
  public List<Expression> updateTotal() {
    return List.of(plus(new XxHash64(columns)));
  }

  @Override
  public List<Expression> merge() {
    return List.of(plus(serialized));
  }

  @Override
  public List<Expression> update() {
    return updateTotal();
  }

  /** The sum wraps in all modes. */
  private Expression plus(Expression addend) {
    return Calls.ofClass(Long.class, "sum", DataTypes.LongType, digest, addend);
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
    return new RowDigest(newChildren);
  }

  @Override
  public List<Object> parameters() {
    return List.of(columns);
  }
}
