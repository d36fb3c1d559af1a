package io.sparkcumsum.accumulator;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.sparkcumsum.error.CumsumErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;

/**
 * An accumulator over arrays of two or more dimensions. An elementwise scan has a tree with an
 * accumulator for each innermost array. A flat scan has a single accumulator with one cell.
 *
 * <p>A nested array that is null stays null in an elementwise scan, and is skipped in a flat one.
 */
public final class NestedAccumulator extends Accumulator {
  private final CellAccumulator prototype;
  private final int dimensions;

  /** The one cell of a flat scan. */
  private CellAccumulator running;

  /** The cells of an elementwise scan: one accumulator for each element of the outer array. */
  private Accumulator[] children;

  private NestedAccumulator(CellAccumulator prototype, int dimensions) {
    this.prototype = prototype;
    this.dimensions = dimensions;
  }

  /**
   * An empty accumulator for arrays of this many dimensions.
   *
   * @param prototype the accumulator for one dimension
   */
  public static Accumulator of(Accumulator prototype, int dimensions) {
    return dimensions <= 1
        ? prototype.fresh()
        : new NestedAccumulator((CellAccumulator) prototype, dimensions);
  }

  @Override
  public Accumulator fresh() {
    return new NestedAccumulator(prototype, dimensions);
  }

  @Override
  public List<Object> kind() {
    return List.of(NestedAccumulator.class, prototype.kind(), dimensions);
  }

  @Override
  public ArrayData accumulate(ArrayData values, ScanOptions options) {
    return running().accumulate(innermost(values), options);
  }

  private CellAccumulator running() {
    if (running == null) {
      running = (CellAccumulator) prototype.fresh();
    }
    return running;
  }

  private List<ArrayData> innermost(ArrayData values) {
    List<ArrayData> innermost = new ArrayList<>();
    collectInnermost(values, dimensions, innermost);
    return innermost;
  }

  private static void collectInnermost(ArrayData values, int dimensions, List<ArrayData> into) {
    if (dimensions == 1) {
      into.add(values);
      return;
    }
    for (int i = 0; i < values.numElements(); i++) {
      if (!values.isNullAt(i)) {
        collectInnermost(values.getArray(i), dimensions - 1, into);
      }
    }
  }

  @Override
  public ArrayData accumulateElementwise(ArrayData values, boolean exclusive) {
    return ofChildren(values, (child, inner) -> child.accumulateElementwise(inner, exclusive));
  }

  @Override
  public ArrayData initial(ArrayData values) {
    return ofChildren(values, Accumulator::initial);
  }

  private ArrayData ofChildren(
      ArrayData values, BiFunction<Accumulator, ArrayData, ArrayData> function) {
    int length = values.numElements();
    requireWidth(length);
    Object[] results = new Object[length];
    for (int i = 0; i < length; i++) {
      results[i] = values.isNullAt(i) ? null : function.apply(children[i], values.getArray(i));
    }
    return new GenericArrayData(results);
  }

  @Override
  public Accumulator reduce(ArrayData values) {
    CellAccumulator total = running();
    total.requireWidth(1);
    innermost(values).forEach(total::reduce);
    return this;
  }

  @Override
  public Accumulator reduceElementwise(ArrayData values) {
    int length = values.numElements();
    requireWidth(length);
    for (int i = 0; i < length; i++) {
      if (!values.isNullAt(i)) {
        children[i].reduceElementwise(values.getArray(i));
      }
    }
    return this;
  }

  private void requireWidth(int required) {
    if (children == null) {
      children = new Accumulator[required];
      for (int i = 0; i < required; i++) {
        children[i] = of(prototype, dimensions - 1);
      }
    } else if (children.length != required) {
      throw CumsumErrors.raggedArray(children.length, required);
    }
  }

  @Override
  public Accumulator merge(Accumulator later) {
    NestedAccumulator other = (NestedAccumulator) later;
    if (other.running != null) {
      running().merge(other.running);
    }
    if (other.children != null) {
      requireWidth(other.children.length);
      for (int i = 0; i < children.length; i++) {
        children[i].merge(other.children[i]);
      }
    }
    return this;
  }

  @Override
  protected void write(Output out) {
    write(out, Accumulator::write);
  }

  @Override
  protected void writeChecksum(Output out) {
    write(out, Accumulator::writeChecksum);
  }

  private interface Part {
    void write(Accumulator part, Output out);
  }

  private void write(Output out, Part part) {
    out.writeBoolean(running != null);
    if (running != null) {
      part.write(running, out);
    }
    out.writeBoolean(children != null);
    if (children != null) {
      out.writeInt(children.length);
      for (Accumulator child : children) {
        part.write(child, out);
      }
    }
  }

  @Override
  protected void read(Input in) {
    if (in.readBoolean()) {
      running().read(in);
    }
    if (in.readBoolean()) {
      requireWidth(in.readInt());
      for (Accumulator child : children) {
        child.read(in);
      }
    }
  }
}
