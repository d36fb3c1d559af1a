package io.sparkcumsum.scan.phase;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.Jobs;
import io.sparkcumsum.scan.function.DecidingRows;
import io.sparkcumsum.scan.function.RunningState;
import io.sparkcumsum.scan.function.ScanFunction;
import io.sparkcumsum.scan.function.ScanFunctions;
import io.sparkcumsum.scan.ordering.Summary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.BaseOrdering;
import org.apache.spark.sql.catalyst.expressions.BasePredicate;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.Predicate$;
import org.apache.spark.sql.catalyst.expressions.RowOrdering$;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection$;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.immutable.Seq;

/**
 * The total of rows that come in any order, of functions of which some depend on the order. For
 * each of those it keeps the {@link DecidingRows}.
 *
 * @param functions all functions
 * @param dependent those whose total depends on the order; each has deciding rows
 * @param independent the others
 * @param order the order of the rows, in which only rows with the same values are equal
 */
record TotalInAnyOrder(
    ScanFunctions functions,
    ScanFunctions dependent,
    ScanFunctions independent,
    Seq<SortOrder> order)
    implements Summary {

  /** Null if some total depends on the order of all rows. */
  static TotalInAnyOrder of(ScanFunctions functions, Seq<SortOrder> order) {
    List<ScanFunction> dependent = new ArrayList<>();
    List<ScanFunction> independent = new ArrayList<>();
    for (ScanFunction function : functions.functions()) {
      if (function.dependsOnOrder()) {
        if (function.decidingRows().isEmpty()) {
          return null;
        }
        dependent.add(function);
      } else {
        independent.add(function);
      }
    }
    AttributeSet needed =
        Attributes.references(dependent).$plus$plus(Attributes.references(list(order)));
    List<Attribute> columns = functions.input().stream().filter(needed::contains).toList();
    return new TotalInAnyOrder(
        functions,
        new ScanFunctions(dependent, columns),
        new ScanFunctions(independent, functions.input()),
        order);
  }

  @Override
  public Summary.State start(List<Attribute> columns) {
    return new State(independent.over(columns).start(), new Choice(columns));
  }

  @Override
  public List<byte[]> inOrder(List<byte[]> serialized) {
    Summary.State none = start(List.of());
    RunningState noneDecided = dependent.start();
    UnsafeProjection composed = composed();
    List<byte[]> totals = new ArrayList<>();
    for (byte[] bytes : serialized) {
      State state = (State) none.fresh();
      state.merge(bytes);
      RunningState decided = noneDecided.fresh();
      state.inOrder().forEach(decided::updateTotal);
      InternalRow both = new JoinedRow(state.running.serialized(), decided.serialized());
      totals.add(Jobs.bytes(composed.apply(both)));
    }
    return totals;
  }

  /** The columns of a total, from those of the independent and of the dependent functions. */
  private UnsafeProjection composed() {
    List<Expression> columns = new ArrayList<>();
    int ofIndependent = 0;
    int ofDependent =
        independent.withRowCount().stream()
            .mapToInt(function -> function.serialized().size())
            .sum();
    for (ScanFunction function : functions.withRowCount()) {
      for (Attribute column : function.serialized()) {
        int position = function.dependsOnOrder() ? ofDependent++ : ofIndependent++;
        columns.add(new BoundReference(position, column.dataType(), true));
      }
    }
    return UnsafeProjection$.MODULE$.create(seq(columns));
  }

  /** The code that chooses the deciding rows of each dependent function, for one thread. */
  private final class Choice {
    /** From a row to the columns of {@link #dependent}. Null if states will only be merged. */
    private final UnsafeProjection columns;

    private final BaseOrdering ofRows = ordering(List.of());
    private final List<DecidingRows> deciding = new ArrayList<>();
    private final List<BasePredicate> counts = new ArrayList<>();

    /** For each of {@link #deciding}, an order in which the rows that decide come first. */
    private final List<Comparator<UnsafeRow>> orders = new ArrayList<>();

    private final UnsafeProjection serialized;

    Choice(List<Attribute> input) {
      List<Expression> needed = new ArrayList<>(dependent.input());
      this.columns =
          input.isEmpty() ? null : UnsafeProjection$.MODULE$.create(seq(needed), seq(input));
      for (ScanFunction function : dependent.functions()) {
        for (DecidingRows rows : function.decidingRows()) {
          deciding.add(rows);
          counts.add(Predicate$.MODULE$.create(rows.condition(), seq(dependent.input())));
          BaseOrdering order = ordering(rows.order());
          orders.add(
              rows.areFirst() ? order::compare : (left, right) -> order.compare(right, left));
        }
      }
      DataType[] types = new DataType[1 + deciding.size()];
      Arrays.fill(types, DataTypes.createArrayType(DataTypes.BinaryType, false));
      types[0] = DataTypes.BinaryType;
      this.serialized = UnsafeProjection$.MODULE$.create(types);
    }

    private BaseOrdering ordering(List<SortOrder> before) {
      List<SortOrder> all = new ArrayList<>(before);
      all.addAll(list(order));
      return RowOrdering$.MODULE$.create(seq(all), seq(dependent.input()));
    }

    /** The number of columns of a chosen row. */
    int width() {
      return dependent.input().size();
    }
  }

  private static final class State implements Summary.State {
    private final RunningState running;
    private final Choice choice;

    /** The chosen rows; first in each queue is the one that the next better row replaces. */
    private final List<PriorityQueue<UnsafeRow>> chosen = new ArrayList<>();

    State(RunningState running, Choice choice) {
      this.running = running;
      this.choice = choice;
      choice.orders.forEach(order -> chosen.add(new PriorityQueue<>(order.reversed())));
    }

    @Override
    public Summary.State fresh() {
      return new State(running.fresh(), choice);
    }

    @Override
    public void update(InternalRow row) {
      running.updateTotal(row);
      UnsafeRow columns = choice.columns.apply(row);
      UnsafeRow copied = null;
      for (int i = 0; i < chosen.size(); i++) {
        if (choice.counts.get(i).eval(columns) && decides(i, columns)) {
          if (copied == null) {
            copied = columns.copy();
          }
          choose(i, copied);
        }
      }
    }

    /** Whether a row decides together with those chosen so far. */
    private boolean decides(int index, UnsafeRow row) {
      PriorityQueue<UnsafeRow> rows = chosen.get(index);
      return rows.size() < choice.deciding.get(index).count()
          || choice.orders.get(index).compare(row, rows.peek()) < 0;
    }

    private void choose(int index, UnsafeRow row) {
      PriorityQueue<UnsafeRow> rows = chosen.get(index);
      if (rows.size() == choice.deciding.get(index).count()) {
        rows.remove();
      }
      rows.add(row);
    }

    @Override
    public void merge(byte[] later) {
      UnsafeRow total = Jobs.row(later, 1 + chosen.size());
      running.merge(total.getBinary(0));
      for (int i = 0; i < chosen.size(); i++) {
        UnsafeArrayData rows = total.getArray(1 + i);
        for (int j = 0; j < rows.numElements(); j++) {
          UnsafeRow row = Jobs.row(rows.getBinary(j), choice.width());
          if (decides(i, row)) {
            choose(i, row);
          }
        }
      }
    }

    @Override
    public byte[] serialize() {
      Object[] total = new Object[1 + chosen.size()];
      total[0] = running.serialize();
      for (int i = 0; i < chosen.size(); i++) {
        total[1 + i] =
            new GenericArrayData(chosen.get(i).stream().map(UnsafeRow::getBytes).toArray());
      }
      return Jobs.bytes(choice.serialized.apply(new GenericInternalRow(total)));
    }

    /**
     * The chosen rows, in the order of the scan. One that was chosen for several reasons is there
     * once: as many equal rows as the reason has that chose the most of them.
     */
    List<UnsafeRow> inOrder() {
      Map<UnsafeRow, Integer> copies = new HashMap<>();
      for (PriorityQueue<UnsafeRow> rows : chosen) {
        Map<UnsafeRow, Integer> ofOne = new HashMap<>();
        rows.forEach(row -> ofOne.merge(row, 1, Integer::sum));
        ofOne.forEach((row, count) -> copies.merge(row, count, Math::max));
      }
      List<UnsafeRow> all = new ArrayList<>();
      copies.forEach((row, count) -> all.addAll(Collections.nCopies(count, row)));
      all.sort(choice.ofRows);
      return all;
    }
  }
}
