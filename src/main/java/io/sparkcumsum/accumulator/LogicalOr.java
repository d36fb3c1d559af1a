package io.sparkcumsum.accumulator;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.Platform;

/** The sum of BOOLEAN in BOOLEAN, as NumPy has it: true from the first true on. */
public final class LogicalOr extends PrimitiveAccumulator {
  private boolean[] cells;

  public LogicalOr() {
    super(Primitive.BOOLEAN, Primitive.BOOLEAN);
  }

  @Override
  public Accumulator fresh() {
    return new LogicalOr();
  }

  @Override
  public List<Object> kind() {
    return List.of(LogicalOr.class);
  }

  public boolean step(boolean value) {
    requireWidth(1);
    cells[0] |= value;
    return cells[0];
  }

  @Override
  void allocate(int width) {
    cells = new boolean[width];
  }

  @Override
  void scan(ArrayData in, Object out, long to) {
    boolean running = cells[0];
    for (int i = 0, length = in.numElements(); i < length; i++) {
      running |= in.getBoolean(i);
      Platform.putBoolean(out, to + i, running);
    }
    cells[0] = running;
  }

  @Override
  void step(ArrayData in, Object out, long to) {
    for (int i = 0, length = in.numElements(); i < length; i++) {
      cells[i] |= in.getBoolean(i);
      Platform.putBoolean(out, to + i, cells[i]);
    }
  }

  @Override
  void addFlattened(ArrayData in) {
    for (int i = 0, length = in.numElements(); i < length && !cells[0]; i++) {
      cells[0] = in.getBoolean(i);
    }
  }

  @Override
  void addElementwise(ArrayData in) {
    for (int i = 0, length = in.numElements(); i < length; i++) {
      cells[i] |= in.getBoolean(i);
    }
  }

  @Override
  void mergeCells(Accumulator later) {
    boolean[] laterCells = ((LogicalOr) later).cells;
    for (int i = 0; i < cells.length; i++) {
      cells[i] |= laterCells[i];
    }
  }

  @Override
  void writeCells(DataOutput out) throws IOException {
    for (boolean cell : cells) {
      out.writeBoolean(cell);
    }
  }

  @Override
  void readCells(DataInput in) throws IOException {
    for (int i = 0; i < cells.length; i++) {
      cells[i] = in.readBoolean();
    }
  }
}
