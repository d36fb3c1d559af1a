package io.sparkcumsum.scan.function;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Jobs;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.InterpretedMutableProjection;
import org.apache.spark.sql.catalyst.expressions.InterpretedUnsafeProjection$;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.MutableProjection;
import org.apache.spark.sql.catalyst.expressions.MutableProjection$;
import org.apache.spark.sql.catalyst.expressions.SpecificInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection$;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.DataType;
import scala.collection.immutable.Seq;

/**
 * The states of all functions of a scan, and last the number of rows, in one row. The code that
 * updates the row is generated when it is first needed. Not thread-safe.
 *
 * <p>A serialized state is the bytes of an {@link UnsafeRow}.
 */
public final class RunningState {
  private final Projections projections;
  private final SpecificInternalRow row;
  private final JoinedRow joined = new JoinedRow();

  /** The state before any row. */
  static RunningState initial(ScanFunctions functions, boolean isForEachRow) {
    RunningState state = new RunningState(new Projections(functions, isForEachRow));
    state.clear();
    return state;
  }

  /** The state from its serialized form. */
  static RunningState deserialized(ScanFunctions functions, byte[] from) {
    return new RunningState(new Projections(functions, false)).deserialized(from);
  }

  private RunningState(Projections projections) {
    this.projections = projections;
    this.row = new SpecificInternalRow(projections.types);
  }

  /**
   * Another state before any row. It shares the code, so it is cheap, and has to stay in the same
   * thread.
   */
  public RunningState fresh() {
    RunningState fresh = new RunningState(projections);
    fresh.clear();
    return fresh;
  }

  /**
   * Another state, from its serialized form. It shares the code, and has to stay in the same
   * thread.
   */
  public RunningState deserialized(byte[] from) {
    RunningState deserialized = new RunningState(projections);
    deserialized.deserialize(from);
    return deserialized;
  }

  /**
   * Another state, from the serialized total of some rows, which may be out of range: it is only
   * merged, or read for what cannot be.
   */
  public RunningState total(byte[] from) {
    RunningState total = new RunningState(projections);
    total.setTotal(projections.unsafe(from));
    return total;
  }

  /** Goes to the serialized total of some rows, which may be out of range as in {@link #total}. */
  public void setTotal(UnsafeRow serialized) {
    projections.deserializeTotal().target(row).apply(serialized);
  }

  /** Goes back to the state before any row. */
  public void clear() {
    projections.initialValues().target(row).apply(InternalRow.empty());
  }

  /** The row of the state itself, not a copy. */
  public SpecificInternalRow row() {
    return row;
  }

  public void updateTotal(InternalRow inputRow) {
    projections.updateTotal().apply(row, inputRow);
  }

  public void update(InternalRow inputRow) {
    projections.update().apply(row, inputRow);
  }

  public void merge(byte[] later) {
    merge(projections.unsafe(later));
  }

  /** Merges a state in its serialized columns. */
  public void merge(UnsafeRow later) {
    projections.merge().apply(row, later);
  }

  /** Adds what a partition needs of the total of all rows to its offset. */
  public void complete(byte[] grandTotal) {
    projections.complete().apply(row, projections.unsafe(grandTotal));
  }

  private void deserialize(byte[] from) {
    projections.deserialize().target(row).apply(projections.unsafe(from));
  }

  /** The state in its serialized columns. The row is reused; copy to keep. */
  public UnsafeRow serialized() {
    return projections.serialize().apply(row);
  }

  public byte[] serialize() {
    return Jobs.bytes(serialized());
  }

  /** The bytes that both passes have to agree on, see {@link ScanFunction#verified}. */
  public byte[] verified() {
    return Jobs.bytes(projections.verified().apply(row));
  }

  /** The value of a column of the state. */
  public Object value(AttributeReference column) {
    return row.get(projections.state.indexOf(column), column.dataType());
  }

  /** The number of rows so far. */
  public long rowCount() {
    return row.getLong(row.numFields() - 1);
  }

  /** The number of rows in a serialized state. */
  public long rowCount(byte[] from) {
    return projections.unsafe(from).getLong(projections.serialized.size() - 1);
  }

  /** A projection of {@link #joined} rows, for expressions over the state and an input row. */
  public UnsafeProjection projection(List<Expression> output) {
    return UnsafeProjection$.MODULE$.create(
        seq(output), seq(concat(projections.state, projections.input)));
  }

  /** A projection of {@link #row}, for expressions over the state alone. */
  public UnsafeProjection ownProjection(List<Expression> output) {
    return UnsafeProjection$.MODULE$.create(seq(output), seq(projections.state));
  }

  /** The state and an input row side by side. */
  public InternalRow joined(InternalRow inputRow) {
    return joined.apply(row, inputRow);
  }

  private static List<Attribute> concat(List<Attribute> left, List<Attribute> right) {
    List<Attribute> both = new ArrayList<>(left);
    both.addAll(right);
    return both;
  }

  /**
   * What evaluates the parts of some functions, each made when it is first needed. Only what a row
   * needs is generated code. The rest mostly runs a few times in each task, and to generate code
   * for it would take longer than a small task itself.
   */
  private static final class Projections {
    private final List<ScanFunction> functions;
    private final boolean isForEachRow;
    private final List<Attribute> input;
    private final List<Attribute> state = new ArrayList<>();
    private final List<Attribute> serialized = new ArrayList<>();
    private final Seq<DataType> types;

    private MutableProjection initialValues;
    private StateUpdate updateTotal;
    private StateUpdate update;
    private StateUpdate merge;
    private MutableProjection deserialize;
    private MutableProjection deserializeTotal;
    private UnsafeProjection serialize;
    private UnsafeProjection verified;

    Projections(ScanFunctions functions, boolean isForEachRow) {
      this.functions = functions.withRowCount();
      this.isForEachRow = isForEachRow;
      this.input = functions.input();
      for (ScanFunction function : this.functions) {
        state.addAll(function.state());
        serialized.addAll(function.serialized());
      }
      this.types = seq(state.stream().map(Attribute::dataType).toList());
    }

    MutableProjection initialValues() {
      if (initialValues == null) {
        initialValues = mutable(ScanFunction::initialValues, List.of());
      }
      return initialValues;
    }

    StateUpdate updateTotal() {
      if (updateTotal == null) {
        updateTotal = StateUpdate.of(functions, ScanFunction::updateTotal, input);
      }
      return updateTotal;
    }

    StateUpdate update() {
      if (update == null) {
        update = StateUpdate.of(functions, ScanFunction::update, input);
      }
      return update;
    }

    StateUpdate merge() {
      if (merge == null) {
        merge = StateUpdate.of(functions, ScanFunction::merge, serialized);
      }
      return merge;
    }

    StateUpdate complete() {
      return StateUpdate.of(functions, ScanFunction::complete, serialized);
    }

    MutableProjection deserialize() {
      if (deserialize == null) {
        deserialize = mutable(ScanFunction::deserialize, serialized);
      }
      return deserialize;
    }

    MutableProjection deserializeTotal() {
      if (deserializeTotal == null) {
        deserializeTotal = mutable(ScanFunction::deserializeTotal, serialized);
      }
      return deserializeTotal;
    }

    UnsafeProjection serialize() {
      if (serialize == null) {
        serialize = unsafe(ScanFunction::serialize);
      }
      return serialize;
    }

    UnsafeProjection verified() {
      if (verified == null) {
        verified = unsafe(ScanFunction::verified);
      }
      return verified;
    }

    private MutableProjection mutable(
        Function<ScanFunction, List<Expression>> part, List<Attribute> schema) {
      return isForEachRow
          ? MutableProjection$.MODULE$.create(expressions(part), seq(schema))
          : new InterpretedMutableProjection(expressions(part), seq(schema));
    }

    private UnsafeProjection unsafe(Function<ScanFunction, List<Expression>> part) {
      List<Expression> bound = new ArrayList<>();
      for (Expression expression : list(expressions(part))) {
        bound.add(GeneratedState.bind(expression, state));
      }
      return isForEachRow
          ? UnsafeProjection$.MODULE$.create(seq(bound))
          : InterpretedUnsafeProjection$.MODULE$.createProjection(seq(bound));
    }

    private Seq<Expression> expressions(Function<ScanFunction, List<Expression>> part) {
      List<Expression> expressions = new ArrayList<>();
      for (ScanFunction function : functions) {
        expressions.addAll(part.apply(function));
      }
      return seq(expressions);
    }

    UnsafeRow unsafe(byte[] bytes) {
      return Jobs.row(bytes, serialized.size());
    }
  }
}
