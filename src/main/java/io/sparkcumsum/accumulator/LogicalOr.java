package io.sparkcumsum.accumulator;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;

/** The sum of BOOLEAN in BOOLEAN, as NumPy has it: true from the first true on. */
public final class LogicalOr extends CellAccumulator<boolean[]> {
  private boolean[] cells;

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
  void scan(boolean[] values, boolean[] nulls) {
    accumulate(values, nulls, 0);
  }

  @Override
  void step(boolean[] values, boolean[] nulls) {
    accumulate(values, nulls, 1);
  }

  private void accumulate(boolean[] values, boolean[] nulls, int stride) {
    for (int i = 0; i < values.length; i++) {
      if (nulls == null || !nulls[i]) {
        int cell = i * stride;
        cells[cell] |= values[i];
        values[i] = cells[cell];
      }
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
  boolean[] newValues(int length) {
    return new boolean[length];
  }

  @Override
  boolean[] read(ArrayData values, boolean[] nulls) {
    if (nulls == null) {
      return values.toBooleanArray();
    }
    boolean[] read = new boolean[nulls.length];
    for (int i = 0; i < read.length; i++) {
      read[i] = !nulls[i] && values.getBoolean(i);
    }
    return read;
  }

  @Override
  ArrayData write(boolean[] values) {
    return UnsafeArrayData.fromPrimitiveArray(values);
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
