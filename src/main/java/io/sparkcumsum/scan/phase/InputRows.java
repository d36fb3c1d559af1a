package io.sparkcumsum.scan.phase;

import static io.sparkcumsum.catalyst.Seqs.seq;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection$;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.array.ByteArrayMethods;

/** Converts input rows to {@link UnsafeRow}, which nearly all operators emit anyway. */
final class InputRows {
  private final UnsafeProjection toUnsafe;
  private final UnsafeRow copy;
  private byte[] bytes = new byte[0];

  InputRows(List<Attribute> columns) {
    List<Expression> all = new ArrayList<>();
    columns.forEach(column -> all.add((Expression) column));
    this.toUnsafe = UnsafeProjection$.MODULE$.create(seq(all), seq(columns));
    this.copy = new UnsafeRow(columns.size());
  }

  /**
   * The row itself if it is an {@link UnsafeRow}, else a converted one, which is reused; copy to
   * keep.
   */
  UnsafeRow unsafe(InternalRow row) {
    return row instanceof UnsafeRow unsafe ? unsafe : toUnsafe.apply(row);
  }

  /** A copy of the row, which the next call overwrites. */
  UnsafeRow copy(InternalRow row) {
    UnsafeRow unsafe = unsafe(row);
    int size = unsafe.getSizeInBytes();
    if (size > bytes.length) {
      bytes = new byte[(int) Math.min(2L * size, ByteArrayMethods.MAX_ROUNDED_ARRAY_LENGTH)];
    }
    unsafe.writeToMemory(bytes, Platform.BYTE_ARRAY_OFFSET);
    copy.pointTo(bytes, size);
    return copy;
  }
}
