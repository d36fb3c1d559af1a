package io.sparkcumsum.scan;

import static io.sparkcumsum.scan.Seqs.seq;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection$;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;

/** The columns of input rows, with results beside them if there are any. */
abstract class RowPart {

  /** The columns in bytes of their own, which are others by the next call. */
  abstract UnsafeRow of(InternalRow row);

  static RowPart of(List<Attribute> input, List<Expression> results, RunningState state) {
    return results.isEmpty() ? new Copied(input) : new Projected(input, results, state);
  }

  private static final class Copied extends RowPart {
    private final UnsafeRow copy;
    private final UnsafeProjection toUnsafe;
    private byte[] bytes = new byte[0];

    Copied(List<Attribute> input) {
      this.copy = new UnsafeRow(input.size());
      List<Expression> columns = new ArrayList<>();
      input.forEach(column -> columns.add((Expression) column));
      this.toUnsafe = UnsafeProjection$.MODULE$.create(seq(columns), seq(input));
    }

    @Override
    UnsafeRow of(InternalRow row) {
      if (!(row instanceof UnsafeRow unsafe)) {
        return toUnsafe.apply(row);
      }
      int size = unsafe.getSizeInBytes();
      if (size > bytes.length) {
        bytes = new byte[2 * size];
      }
      unsafe.writeToMemory(bytes, Platform.BYTE_ARRAY_OFFSET);
      copy.pointTo(bytes, size);
      return copy;
    }
  }

  private static final class Projected extends RowPart {
    private final RunningState state;
    private final UnsafeProjection columns;

    Projected(List<Attribute> input, List<Expression> results, RunningState state) {
      this.state = state;
      List<Expression> output = new ArrayList<>();
      input.forEach(column -> output.add((Expression) column));
      output.addAll(results);
      this.columns = state.projection(output);
    }

    @Override
    UnsafeRow of(InternalRow row) {
      return columns.apply(state.joined(row));
    }
  }
}
