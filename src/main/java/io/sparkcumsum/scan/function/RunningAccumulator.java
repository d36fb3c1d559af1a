package io.sparkcumsum.scan.function;

import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.accumulator.Accumulator;
import io.sparkcumsum.accumulator.ScanOptions;
import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.Calls;
import io.sparkcumsum.catalyst.ProductNode;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Coalesce;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.ObjectType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * A scan by an {@link Accumulator}. Its state is the accumulator, and what that returned for the
 * last row. Rows in which the input is null get null and leave the accumulator as it was.
 */
public final class RunningAccumulator extends ScanFunction implements ProductNode {
  private final Expression input;
  private final Accumulator prototype;
  private final ScanOptions options;
  private final boolean flat;
  private final DataType dataType;
  private final AttributeReference returned;
  private final AttributeReference accumulator;
  private final AttributeReference serialized;

  /**
   * Public for Catalyst, which copies nodes through it.
   *
   * @param flat whether all elements of a row's array go into one cell, else into one each
   */
  public RunningAccumulator(
      Expression input,
      Accumulator prototype,
      ScanOptions options,
      boolean flat,
      DataType dataType) {
    this.input = input;
    this.prototype = prototype;
    this.options = options;
    this.flat = flat;
    this.dataType = dataType;
    // Each row gets a new array. A column of arrays would be copied, an object is not.
    DataType type = isArray() ? new ObjectType(ArrayData.class) : dataType;
    this.returned = Attributes.create("returned", type, /* nullable= */ true);
    this.accumulator = Attributes.create("accumulator", new ObjectType(publicClass()));
    this.serialized = Attributes.create("total", DataTypes.BinaryType);
  }

  /** Elementwise down the rows: each row gets the cells after it, a scalar or an array. */
  public static RunningAccumulator elementwise(
      Expression input, Accumulator prototype, ScanOptions options, DataType dataType) {
    return new RunningAccumulator(input, prototype, options, /* flat= */ false, dataType);
  }

  /** Through the elements of each row's array, then on to the next row: each row gets its part. */
  public static RunningAccumulator flattened(
      Expression input, Accumulator prototype, ScanOptions options, DataType dataType) {
    return new RunningAccumulator(input, prototype, options, /* flat= */ true, dataType);
  }

  private boolean isArray() {
    return dataType instanceof ArrayType;
  }

  /** The class through which generated code may call the accumulator. */
  private Class<?> publicClass() {
    Class<?> owner = prototype.getClass();
    while (!Modifier.isPublic(owner.getModifiers())) {
      owner = owner.getSuperclass();
    }
    return owner;
  }

  @Override
  public List<AttributeReference> state() {
    return List.of(returned, accumulator);
  }

  @Override
  public List<AttributeReference> serialized() {
    return List.of(serialized);
  }

  @Override
  public List<Expression> serialize() {
    return List.of(Calls.onObject(accumulator, "serialize", DataTypes.BinaryType));
  }

  @Override
  public List<Expression> deserialize() {
    return List.of(nothing(), deserialized());
  }

  private Expression deserialized() {
    return callOnPrototype("deserialize", serialized);
  }

  /** The methods are those of any accumulator, which return one. */
  private Expression callOnPrototype(String method, Expression... arguments) {
    Literal literal = new Literal(prototype, accumulator.dataType());
    return Calls.onObject(literal, method, accumulator.dataType(), arguments);
  }

  private Expression nothing() {
    return Literal.create(null, returned.dataType());
  }

  @Override
  public List<Expression> initialValues() {
    return List.of(nothing(), callOnPrototype("fresh"));
  }

  @Override
  public List<Expression> updateTotal() {
    String method = isArray() && !flat ? "reduceElementwise" : "reduce";
    Expression reduced = Calls.onObject(accumulator, method, accumulator.dataType(), input);
    return List.of(returned, new Coalesce(seq(List.of(reduced, accumulator))));
  }

  @Override
  public List<Expression> merge() {
    return List.of(
        returned, Calls.onObject(accumulator, "merge", accumulator.dataType(), deserialized()));
  }

  /** The call changes the accumulator, which stays the one of the state. */
  @Override
  public List<Expression> update() {
    String method = isArray() && !flat ? "accumulateElementwise" : "accumulate";
    Expression argument =
        flat
            ? new Literal(options, new ObjectType(ScanOptions.class))
            : new Literal(options.exclusive(), DataTypes.BooleanType);
    return List.of(
        Calls.onObject(accumulator, method, returned.dataType(), input, argument), accumulator);
  }

  @Override
  public Expression evaluate() {
    return isArray()
        ? Calls.ofClass(RunningAccumulator.class, "column", dataType, returned)
        : returned;
  }

  /** The array that was an object as the value of a column; called by generated code. */
  public static ArrayData column(ArrayData array) {
    return array;
  }

  @Override
  public List<Expression> verified() {
    return List.of(Calls.onObject(accumulator, "checksum", DataTypes.BinaryType));
  }

  @Override
  public DataType dataType() {
    return dataType;
  }

  @Override
  public boolean nullable() {
    // A decimal sum may not fit its precision, and before the first maximum there is none.
    return input.nullable() || dataType instanceof DecimalType || options.exclusive();
  }

  @Override
  public Seq<Expression> children() {
    return seq(List.of(input));
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
    return new RunningAccumulator(newChildren.apply(0), prototype, options, flat, dataType);
  }

  @Override
  public List<Object> parameters() {
    return List.of(input, prototype, options, flat, dataType);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RunningAccumulator that
        && input.equals(that.input)
        && prototype.kind().equals(that.prototype.kind())
        && options.equals(that.options)
        && flat == that.flat
        && dataType.equals(that.dataType);
  }

  /** Two accumulators of one kind are equal prototypes, whatever they hold. */
  @Override
  public int hashCode() {
    return Objects.hash(input, prototype.kind(), options, flat, dataType);
  }

  @Override
  public String toString() {
    String method = flat ? "flat" : "elementwise";
    return prototype.getClass().getSimpleName() + "." + method + "(" + input + ")";
  }
}
