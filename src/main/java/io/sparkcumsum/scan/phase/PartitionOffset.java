package io.sparkcumsum.scan.phase;

import io.sparkcumsum.error.CumsumErrors;
import io.sparkcumsum.scan.function.RunningState;
import io.sparkcumsum.scan.function.ScanFunctions;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.XXH64;
import org.apache.spark.unsafe.Platform;

/**
 * The state that a partition starts from, and what is known of the state that it has to end with.
 * It travels as bytes. Called by generated code.
 */
public final class PartitionOffset {
  private static final long SEED = 42;
  private static final long UNKNOWN = -1;

  /** Instead of the bytes of a state that no function needs. */
  static final byte[] NOT_NEEDED = {};

  private final ScanFunctions functions;
  private final int partition;
  private final byte[] start;
  private final byte[] grandTotal;
  private final byte[] following;
  private final long rowsAtEnd;
  private final long digestAtEnd;

  PartitionOffset(ScanFunctions functions, byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    this.functions = functions;
    this.partition = buffer.getInt();
    this.rowsAtEnd = buffer.getLong();
    this.digestAtEnd = buffer.getLong();
    this.start = next(buffer);
    this.grandTotal = next(buffer);
    this.following = next(buffer);
  }

  private static byte[] next(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.getInt()];
    buffer.get(bytes);
    return bytes;
  }

  /** The bytes of the offset of a single partition, whose end is not known. */
  static byte[] ofSingle(RunningState start) {
    byte[] nothing = start.serialize();
    return bytes(0, nothing, UNKNOWN, 0, NOT_NEEDED, nothing);
  }

  /** The offset of a single partition whose total is known. */
  PartitionOffset withTotal(byte[] total) {
    return new PartitionOffset(
        functions, bytes(partition, start, rowsAtEnd, digestAtEnd, total, following));
  }

  /** The same offset of rows with other columns, which include those that the functions read. */
  PartitionOffset over(List<Attribute> columns) {
    return new PartitionOffset(
        functions.over(columns),
        bytes(partition, start, rowsAtEnd, digestAtEnd, grandTotal, following));
  }

  /**
   * The bytes of an offset.
   *
   * @param start the serialized state before the first row
   * @param end the state after the last row
   * @param grandTotal the serialized total of all rows; empty if no function needs it
   * @param following the serialized total of all rows behind; empty if no function needs it
   */
  static byte[] bytes(
      int partition, byte[] start, RunningState end, byte[] grandTotal, byte[] following) {
    return bytes(partition, start, end.rowCount(), digest(end), grandTotal, following);
  }

  private static byte[] bytes(
      int partition,
      byte[] start,
      long rowsAtEnd,
      long digestAtEnd,
      byte[] grandTotal,
      byte[] following) {
    int lengths = start.length + grandTotal.length + following.length;
    return ByteBuffer.allocate(4 * Integer.BYTES + 2 * Long.BYTES + lengths)
        .putInt(partition)
        .putLong(rowsAtEnd)
        .putLong(digestAtEnd)
        .putInt(start.length)
        .put(start)
        .putInt(grandTotal.length)
        .put(grandTotal)
        .putInt(following.length)
        .put(following)
        .array();
  }

  private static long digest(RunningState state) {
    byte[] verified = state.verified();
    return XXH64.hashUnsafeBytes(verified, Platform.BYTE_ARRAY_OFFSET, verified.length, SEED);
  }

  /** The state before the first row that the scan comes to. */
  public RunningState start() {
    RunningState state = functions.deserialized(start);
    if (grandTotal.length > 0) {
      state.complete(grandTotal);
    }
    return state;
  }

  /** The total of all rows behind the partition; null if no function needs it. */
  RunningState following() {
    return following.length == 0 ? null : functions.start().total(following);
  }

  /** Whether the functions need the total of all rows, and it is not known. */
  boolean lacksGrandTotal() {
    return functions.needGrandTotal() && grandTotal.length == 0;
  }

  /**
   * Checks that the partition ends with the offset of the next one. If it does not, the two passes
   * have read different rows.
   */
  public void verifyEnd(RunningState state) {
    if (rowsAtEnd == UNKNOWN || (state.rowCount() == rowsAtEnd && digest(state) == digestAtEnd)) {
      return;
    }
    long rowsBefore = state.rowCount(start);
    throw CumsumErrors.inputChanged(
        partition, rowsAtEnd - rowsBefore, state.rowCount() - rowsBefore);
  }
}
