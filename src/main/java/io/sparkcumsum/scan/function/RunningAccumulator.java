package io.sparkcumsum.scan.function;

import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.accumulator.Accumulator;
import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.Calls;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Coalesce;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.ObjectType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * A scan whose state is one {@link Accumulator}, which a method call feeds with the input of each
 * row and which answers with what the row shows. Rows in which the input is null show null and
 * leave the state as it was.
 */
public final class RunningAccumulator extends ScanFunction {
  /** The methods of {@link Accumulator} that generated code calls for a row to show results. */
  private static final String ELEMENTWISE = "step";

  private static final String FLATTENED = "scan";

  /** Those that only add the arrays of a row. */
  private static final Map<String, String> WITHOUT_RESULT =
      Map.of(ELEMENTWISE, "add", FLATTENED, "addAll");

  private final Expression input;
  private final Accumulator prototype;
  private final String method;
  private final DataType dataType;
  private final AttributeReference state;
  private final AttributeReference serialized;

  /** Public for Catalyst, which copies nodes through it. */
  public RunningAccumulator(
      Expression input, Accumulator prototype, String method, DataType dataType) {
    this.input = input;
    this.prototype = prototype;
    this.method = method;
    this.dataType = dataType;
    this.state = Attributes.create("accumulator", new ObjectType(prototype.getClass()));
    this.serialized = Attributes.create("total", DataTypes.BinaryType);
  }

  /** Elementwise down the rows: each row shows the accumulator after it, a scalar or an array. */
  public static RunningAccumulator elementwise(
      Expression input, Accumulator prototype, DataType dataType) {
    return new RunningAccumulator(input, prototype, ELEMENTWISE, dataType);
  }

  /** Through the elements of each row's array, then on to the next row: each row shows its part. */
  public static RunningAccumulator flattened(
      Expression input, Accumulator prototype, DataType dataType) {
    return new RunningAccumulator(input, prototype, FLATTENED, dataType);
  }

  @Override
  public List<AttributeReference> state() {
    return List.of(state);
  }

  @Override
  public List<AttributeReference> serialized() {
    return List.of(serialized);
  }

  @Override
  public List<Expression> serialize() {
    return List.of(Calls.onObject(state, "store", DataTypes.BinaryType));
  }

  @Override
  public List<Expression> deserialize() {
    return List.of(Calls.onObject(prototype(), "restore", state.dataType(), serialized));
  }

  @Override
  public List<Expression> initialValues() {
    return List.of(Calls.onObject(prototype(), "freshForTotals", state.dataType()));
  }

  @Override
  public List<Expression> updateTotal() {
    if (!(input.dataType() instanceof ArrayType)) {
      return List.of(Calls.changed(state, evaluate()));
    }
    Expression added = Calls.onObject(state, WITHOUT_RESULT.get(method), state.dataType(), input);
    return List.of(new Coalesce(seq(List.of(added, state))));
  }

  @Override
  public List<Expression> merge() {
    Expression later =
        Calls.onObject(initialValues().get(0), "restore", state.dataType(), serialized);
    return List.of(Calls.onObject(state, "merge", state.dataType(), later));
  }

  @Override
  public List<Expression> update() {
    return List.of(state);
  }

  @Override
  public Expression evaluate() {
    return Calls.onObject(state, method, dataType, input);
  }

  private Expression prototype() {
    return new Literal(prototype, state.dataType());
  }

  @Override
  public DataType dataType() {
    return dataType;
  }

  @Override
  public boolean nullable() {
    // A decimal sum that does not fit its precision is null.
    return input.nullable() || dataType instanceof DecimalType;
  }

  @Override
  public Seq<Expression> children() {
    return seq(List.of(input));
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
    return new RunningAccumulator(newChildren.apply(0), prototype, method, dataType);
  }

  @Override
  public int productArity() {
    return 4;
  }

  @Override
  public Object productElement(int index) {
    return switch (index) {
      case 0 -> input;
      case 1 -> prototype;
      case 2 -> method;
      default -> dataType;
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof RunningAccumulator;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RunningAccumulator that
        && input.equals(that.input)
        && prototype.kind().equals(that.prototype.kind())
        && method.equals(that.method)
        && dataType.equals(that.dataType);
  }

  @Override
  public int hashCode() {
    return Objects.hash(input, prototype.kind(), method, dataType);
  }

  @Override
  public String toString() {
    return prototype.getClass().getSimpleName() + "." + method + "(" + input + ")";
  }
}
