package io.sparkcumsum.accumulator;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.spark.sql.catalyst.util.ArrayData;

/**
 * The running state of a scan: a vector of cells, each holding what was accumulated into it so far.
 *
 * <p>An accumulator starts empty and takes its width from the first values it sees: one cell for a
 * running scalar, one cell an element for arrays that are accumulated elementwise. It is mutable
 * and belongs to one thread; a fresh one of the same kind comes from {@link #fresh()}.
 *
 * <p>Values are accumulated flat, all into one cell in row-major order, or elementwise, each into
 * the cell at its position. To <i>reduce</i> is to accumulate for the total alone. That never fails
 * on overflow: the total of a part may leave the range although no prefix of the whole does. What
 * is out of range is an error where it would be returned.
 *
 * <p>Nulls are NumPy's masked values: a null element gives a null at its place and leaves its cell
 * as it was.
 */
public abstract class Accumulator implements Serializable {

  /** An empty accumulator of the same kind. */
  public abstract Accumulator fresh();

  /** What tells accumulators of this class apart, whatever they hold; equal for the same kind. */
  public abstract List<Object> kind();

  /**
   * Accumulates the values into one cell, innermost elements in row-major order.
   *
   * @return the scan of the values, which starts from the cell, as a 1-d array
   */
  public abstract ArrayData accumulate(ArrayData values, ScanOptions options);

  /**
   * Accumulates each element into the cell at its position.
   *
   * @param exclusive whether the cells are returned as they were before
   * @return the cells, in the shape of the values, null where those are
   * @throws RuntimeException {@code CUMSUM_RAGGED_ARRAY} if the shape is not that of earlier values
   */
  public abstract ArrayData accumulateElementwise(ArrayData values, boolean exclusive);

  /** What the cells of an empty accumulator hold, in the shape of the values. */
  public abstract ArrayData initial(ArrayData values);

  /** Accumulates all values into one cell, and returns this accumulator. */
  public abstract Accumulator reduce(ArrayData values);

  /**
   * Accumulates each element into the cell at its position, and returns this accumulator.
   *
   * @throws RuntimeException {@code CUMSUM_RAGGED_ARRAY} if the shape is not that of earlier values
   */
  public abstract Accumulator reduceElementwise(ArrayData values);

  /** Appends what a later stretch of the input accumulated, and returns this accumulator. */
  public abstract Accumulator merge(Accumulator later);

  /** Writes the state; equal states of exact operations are equal bytes. */
  protected abstract void write(DataOutput out) throws IOException;

  /** Replaces the state of this empty accumulator by one that was written. */
  protected abstract void read(DataInput in) throws IOException;

  /** Writes what is the same for the same values, in whatever parts they were accumulated. */
  protected void writeChecksum(DataOutput out) throws IOException {
    write(out);
  }

  /** The state as bytes, for the way between driver and tasks. */
  public final byte[] serialize() {
    return bytes(this::write);
  }

  /** Bytes that are equal for the same values, in whatever parts they were accumulated. */
  public final byte[] checksum() {
    return bytes(this::writeChecksum);
  }

  private interface Writer {
    void write(DataOutput out) throws IOException;
  }

  private static byte[] bytes(Writer writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      writer.write(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A fresh accumulator with a state that {@link #serialize()} gave. */
  public final Accumulator deserialize(byte[] serialized) {
    Accumulator deserialized = fresh();
    try {
      deserialized.read(new DataInputStream(new ByteArrayInputStream(serialized)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return deserialized;
  }
}
