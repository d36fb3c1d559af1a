package io.sparkcumsum.scan;

import static io.sparkcumsum.scan.Seqs.seq;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
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
 * The states of all functions of a scan in one row, and last the number of rows, with what moves
 * that row: generated projections, made when first needed. Belongs to one thread.
 *
 * <p>A stored state is the bytes of an {@link UnsafeRow}.
 */
final class RunningState {
  private final List<ScanFunction> functions;
  private final List<Attribute> input;
  private final List<Attribute> state = new ArrayList<>();
  private final List<Attribute> stored = new ArrayList<>();
  private final InternalRow row;
  private final JoinedRow joined = new JoinedRow();

  private MutableProjection accumulate;
  private MutableProjection advance;
  private MutableProjection merge;
  private UnsafeProjection store;
  private UnsafeProjection verified;

  /**
   * @param functions whose states these are
   * @param input the columns of the rows they see
   */
  RunningState(List<ScanFunction> functions, List<Attribute> input) {
    this.functions = new ArrayList<>(functions);
    this.functions.add(new RowCount());
    this.input = input;
    for (ScanFunction function : this.functions) {
      state.addAll(function.state());
      stored.addAll(function.stored());
    }
    row = new SpecificInternalRow(types(state));
    mutable(ScanFunction::identity, List.of()).target(row).apply(InternalRow.empty());
  }

  void accumulate(InternalRow inputRow) {
    if (accumulate == null) {
      accumulate = mutable(ScanFunction::accumulate, concat(state, input)).target(row);
    }
    accumulate.apply(joined.apply(row, inputRow));
  }

  void advance(InternalRow inputRow) {
    if (advance == null) {
      advance = mutable(ScanFunction::advance, concat(state, input)).target(row);
    }
    advance.apply(joined.apply(row, inputRow));
  }

  void merge(byte[] later) {
    if (merge == null) {
      merge = mutable(ScanFunction::merge, concat(state, stored)).target(row);
    }
    merge.apply(joined.apply(row, unsafe(later)));
  }

  void restore(byte[] from) {
    mutable(ScanFunction::restore, stored).target(row).apply(unsafe(from));
  }

  byte[] store() {
    if (store == null) {
      store = UnsafeProjection$.MODULE$.create(expressions(ScanFunction::store), seq(state));
    }
    // The projection reuses its row, and the row may hand out its own bytes.
    return store.apply(row).copy().getBytes();
  }

  /** What an equal state gives equal bytes for. */
  byte[] verified() {
    if (verified == null) {
      verified = UnsafeProjection$.MODULE$.create(expressions(ScanFunction::verified), seq(state));
    }
    return verified.apply(row).copy().getBytes();
  }

  /** The number of rows that a stored state has seen. */
  long rowCount(byte[] from) {
    return unsafe(from).getLong(stored.size() - 1);
  }

  /** The projection of columns of the input and results of the functions, see {@link #joined}. */
  UnsafeProjection projection(List<Expression> output) {
    return UnsafeProjection$.MODULE$.create(seq(output), seq(concat(state, input)));
  }

  /** The state and an input row side by side. */
  InternalRow joined(InternalRow inputRow) {
    return joined.apply(row, inputRow);
  }

  private MutableProjection mutable(
      Function<ScanFunction, List<Expression>> part, List<Attribute> schema) {
    return MutableProjection$.MODULE$.create(expressions(part), seq(schema));
  }

  private Seq<Expression> expressions(Function<ScanFunction, List<Expression>> part) {
    List<Expression> expressions = new ArrayList<>();
    for (ScanFunction function : functions) {
      expressions.addAll(part.apply(function));
    }
    return seq(expressions);
  }

  private UnsafeRow unsafe(byte[] bytes) {
    UnsafeRow unsafe = new UnsafeRow(stored.size());
    unsafe.pointTo(bytes, bytes.length);
    return unsafe;
  }

  private static List<Attribute> concat(List<Attribute> left, List<Attribute> right) {
    List<Attribute> both = new ArrayList<>(left);
    both.addAll(right);
    return both;
  }

  private static Seq<DataType> types(List<Attribute> attributes) {
    return seq(attributes.stream().map(Attribute::dataType).toList());
  }
}
