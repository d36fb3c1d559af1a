package io.sparkcumsum.accumulator;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.Arrays;
import java.util.List;

/**
 * Products of FLOAT or DOUBLE that can be merged: each is held to twice the precision of DOUBLE, as
 * a {@link ScaledProduct}, and rounded once.
 */
final class WideProduct extends FloatingAccumulator {
  private ScaledProduct[] cells;

  WideProduct(boolean single) {
    super(single);
  }

  @Override
  public Accumulator fresh() {
    return new WideProduct(single);
  }

  @Override
  public List<Object> kind() {
    return List.of(WideProduct.class, single);
  }

  @Override
  void allocate(int width) {
    cells = new ScaledProduct[width];
    Arrays.setAll(cells, i -> new ScaledProduct());
  }

  @Override
  double identity() {
    return 1;
  }

  @Override
  void reduce(int cell, double value) {
    cells[cell].multiply(value);
  }

  @Override
  double value(int cell) {
    return single ? cells[cell].floatValue() : cells[cell].value();
  }

  @Override
  void mergeCells(Accumulator later) {
    WideProduct other = (WideProduct) later;
    for (int i = 0; i < cells.length; i++) {
      cells[i].merge(other.cells[i]);
    }
  }

  @Override
  void writeCells(Output out) {
    for (ScaledProduct cell : cells) {
      out.write(cell.store());
    }
  }

  /**
   * The last bits of a product depend on where it was split, so a hash of the factors is written.
   */
  @Override
  void writeCellChecksums(Output out) {
    for (ScaledProduct cell : cells) {
      out.writeLong(cell.checksum());
    }
  }

  @Override
  void readCells(Input in) {
    byte[] stored = new byte[ScaledProduct.STORED_BYTES];
    for (int i = 0; i < cells.length; i++) {
      in.readBytes(stored);
      cells[i] = cells[i].restore(stored);
    }
  }
}
