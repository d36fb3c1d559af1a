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
 * running scalar, one cell an element for arrays that are added elementwise. It is mutable and
 * belongs to one thread; a fresh one of the same kind comes from {@link #fresh()}.
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
   * An empty accumulator of the same kind for partition totals, in which overflow is no error: the
   * total of a partition may leave the range although no prefix of the whole scan does.
   */
  public Accumulator freshForTotals() {
    return fresh();
  }

  /**
   * Runs one cell along the values, innermost elements in row-major order.
   *
   * @return the inclusive scan of the values, seeded with the cell, as a 1-d array
   */
  public abstract ArrayData scan(ArrayData values);

  /**
   * Adds each element to the cell at its position.
   *
   * @return the cells after it, in the shape of the values
   * @throws RuntimeException {@code CUMSUM_RAGGED_ARRAY} if the shape is not that of earlier values
   */
  public abstract ArrayData step(ArrayData values);

  /**
   * Adds all values to one cell, as {@link #scan} does, for the total alone.
   *
   * @return this accumulator
   */
  public abstract Accumulator addAll(ArrayData values);

  /**
   * Adds each element to the cell at its position, as {@link #step} does, for the total alone.
   *
   * @return this accumulator
   * @throws RuntimeException {@code CUMSUM_RAGGED_ARRAY} if the shape is not that of earlier values
   */
  public abstract Accumulator add(ArrayData values);

  /** Appends what a later stretch of the input accumulated, and returns this accumulator. */
  public abstract Accumulator merge(Accumulator later);

  /** Writes the state so that equal sums of exact types are equal bytes. */
  protected abstract void write(DataOutput out) throws IOException;

  /** Replaces the state of this empty accumulator by one that was written. */
  protected abstract void read(DataInput in) throws IOException;

  /** The state as bytes, for the way between driver and tasks. */
  public final byte[] store() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      write(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A fresh accumulator with a state that {@link #store()} gave. */
  public final Accumulator restore(byte[] stored) {
    Accumulator restored = fresh();
    try {
      restored.read(new DataInputStream(new ByteArrayInputStream(stored)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return restored;
  }
}
