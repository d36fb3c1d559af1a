package io.sparkcumsum.accumulator;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.catalyst.util.ArrayData;

/**
 * The running state of a scan: a vector of cells, each of which holds the result so far.
 *
 * <p>An accumulator starts empty. The first values set its width: one cell for scalars and flat
 * scans, one cell per element for elementwise scans of arrays. It is mutable and belongs to one
 * thread.
 *
 * <p>Values are accumulated either flat (all into one cell, in row-major order) or elementwise
 * (each into the cell at its position). To <i>reduce</i> is to accumulate without returning
 * results. Reducing never fails on overflow, because the total of a part can be out of range even
 * if no prefix of the whole is. Only a result that is out of range is an error, when it would be
 * returned.
 *
 * <p>Nulls are treated like masked values in NumPy: the result at the place of a null is null, and
 * the cell does not change.
 */
public abstract class Accumulator implements Serializable {
  /** Enough for a scalar. */
  private static final int INITIAL_BYTES = 64;

  private static final int UNLIMITED = -1;

  /** An empty accumulator of the same kind. */
  public abstract Accumulator fresh();

  /** Equal for accumulators that differ only in what they hold. */
  public abstract List<Object> kind();

  /**
   * Accumulates the values into one cell, innermost elements in row-major order.
   *
   * @return the results, starting from what the cell held, as a 1-d array
   */
  public abstract ArrayData accumulate(ArrayData values, ScanOptions options);

  /**
   * Accumulates each element into the cell at its position.
   *
   * @param exclusive whether to return what the cells held before
   * @return what the cells hold, in the shape of the values; null where a value is null
   * @throws RuntimeException {@code CUMSUM_RAGGED_ARRAY} if the shape differs from that of earlier
   *     values
   */
  public abstract ArrayData accumulateElementwise(ArrayData values, boolean exclusive);

  /** What the cells of an empty accumulator hold, in the shape of the values. */
  public abstract ArrayData initial(ArrayData values);

  /** Accumulates all values into one cell, and returns this accumulator. */
  public abstract Accumulator reduce(ArrayData values);

  /**
   * Accumulates each element into the cell at its position, and returns this accumulator.
   *
   * @throws RuntimeException {@code CUMSUM_RAGGED_ARRAY} if the shape differs from that of earlier
   *     values
   */
  public abstract Accumulator reduceElementwise(ArrayData values);

  /** Merges in the state of the part of the input that follows, and returns this accumulator. */
  public abstract Accumulator merge(Accumulator later);

  /** Writes the state. For exact operations, equal states give equal bytes. */
  protected abstract void write(Output out);

  /** Reads a written state into this accumulator, which must be empty. */
  protected abstract void read(Input in);

  /** Writes bytes that are equal for the same values, however these were split into parts. */
  protected void writeChecksum(Output out) {
    write(out);
  }

  /** The state as bytes, to be sent between driver and tasks. */
  public final byte[] serialize() {
    return bytes(this::write);
  }

  /** Bytes that are equal for the same values, however these were split into parts. */
  public final byte[] checksum() {
    return bytes(this::writeChecksum);
  }

  private interface Writer {
    void write(Output out);
  }

  private static byte[] bytes(Writer writer) {
    Output out = new Output(INITIAL_BYTES, UNLIMITED);
    writer.write(out);
    return out.toBytes();
  }

  /** A new accumulator with a state that {@link #serialize()} returned. */
  public final Accumulator deserialize(byte[] serialized) {
    Accumulator deserialized = fresh();
    deserialized.read(new Input(serialized));
    return deserialized;
  }
}
