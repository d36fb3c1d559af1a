package io.sparkcumsum.scan.phase;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.Jobs;
import io.sparkcumsum.scan.function.DecidingRow;
import io.sparkcumsum.scan.function.RunningState;
import io.sparkcumsum.scan.function.ScanFunction;
import io.sparkcumsum.scan.function.ScanFunctions;
import io.sparkcumsum.scan.ordering.Summary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection$;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.immutable.Seq;

/**
 * The total of rows that come in any order, of functions of which some depend on the order. For
 * each of those it keeps the {@link DecidingRow}.
 *
 * @param functions all functions
 * @param dependent those whose total depends on the order; each has a deciding row
 * @param order the order of the rows, in which only rows with the same values are equal
 */
record TotalInAnyOrder(ScanFunctions functions, ScanFunctions dependent, Seq<SortOrder> order)
    implements Summary {

  /** Null if one row does not decide each total that depends on the order. */
  static TotalInAnyOrder of(ScanFunctions functions, Seq<SortOrder> order) {
    List<ScanFunction> dependent = new ArrayList<>();
    for (ScanFunction function : functions.functions()) {
      if (function.dependsOnOrder()) {
        if (function.decidingRow() == null) {
          return null;
        }
        dependent.add(function);
      }
    }
    AttributeSet needed =
        Attributes.references(dependent).$plus$plus(Attributes.references(list(order)));
    List<Attribute> columns = functions.input().stream().filter(needed::contains).toList();
    return new TotalInAnyOrder(functions, new ScanFunctions(dependent, columns), order);
  }

  @Override
  public Summary.State start(List<Attribute> columns) {
    return new State(functions.over(columns).start(), new Choice(columns));
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

  /**
   * The columns of a total, from those of all functions followed by those of the dependent
   * functions, which take the place of what the former have for them.
   */
  private UnsafeProjection composed() {
    List<Expression> columns = new ArrayList<>();
    int ofAll = 0;
    int ofDependent =
        functions.withRowCount().stream().mapToInt(function -> function.serialized().size()).sum();
    for (ScanFunction function : functions.withRowCount()) {
      for (Attribute column : function.serialized()) {
        int position = function.dependsOnOrder() ? ofDependent++ : ofAll;
        columns.add(new BoundReference(position, column.dataType(), true));
        ofAll++;
      }
    }
    return UnsafeProjection$.MODULE$.create(seq(columns));
  }

  /** The code that chooses the deciding row of each dependent function, for one thread. */
  private final class Choice {
    /** From a row to the columns of {@link #dependent}. Null if states will only be merged. */
    private final UnsafeProjection columns;

    private final BaseOrdering ofRows = ordering(List.of());
    private final List<BasePredicate> counts = new ArrayList<>();
    private final List<BaseOrdering> orders = new ArrayList<>();
    private final List<Boolean> isFirst = new ArrayList<>();
    private final UnsafeProjection serialized;

    Choice(List<Attribute> input) {
      List<Expression> needed = new ArrayList<>(dependent.input());
      this.columns =
          input.isEmpty() ? null : UnsafeProjection$.MODULE$.create(seq(needed), seq(input));
      for (ScanFunction function : dependent.functions()) {
        DecidingRow row = function.decidingRow();
        counts.add(Predicate$.MODULE$.create(row.condition(), seq(dependent.input())));
        orders.add(ordering(row.order()));
        isFirst.add(row.isFirst());
      }
      DataType[] types = new DataType[1 + count()];
      Arrays.fill(types, DataTypes.BinaryType);
      this.serialized = UnsafeProjection$.MODULE$.create(types);
    }

    private BaseOrdering ordering(List<SortOrder> before) {
      List<SortOrder> all = new ArrayList<>(before);
      all.addAll(list(order));
      return RowOrdering$.MODULE$.create(seq(all), seq(dependent.input()));
    }

    int count() {
      return dependent.functions().size();
    }

    /** The number of columns of a chosen row. */
    int width() {
      return dependent.input().size();
    }

    /** Whether a row decides rather than another, which may be null. */
    boolean decides(int function, UnsafeRow row, UnsafeRow other) {
      if (other == null) {
        return true;
      }
      int compared = orders.get(function).compare(row, other);
      return isFirst.get(function) ? compared < 0 : compared > 0;
    }
  }

  private static final class State implements Summary.State {
    private final RunningState running;
    private final Choice choice;
    private final UnsafeRow[] chosen;

    State(RunningState running, Choice choice) {
      this.running = running;
      this.choice = choice;
      this.chosen = new UnsafeRow[choice.count()];
    }

    @Override
    public Summary.State fresh() {
      return new State(running.fresh(), choice);
    }

    /** Also updates the running states of the dependent functions, which nobody reads. */
    @Override
    public void update(InternalRow row) {
      running.updateTotal(row);
      UnsafeRow columns = choice.columns.apply(row);
      for (int i = 0; i < chosen.length; i++) {
        if (choice.counts.get(i).eval(columns) && choice.decides(i, columns, chosen[i])) {
          chosen[i] = columns.copy();
        }
      }
    }

    @Override
    public void merge(byte[] later) {
      UnsafeRow total = Jobs.row(later, 1 + chosen.length);
      running.merge(total.getBinary(0));
      for (int i = 0; i < chosen.length; i++) {
        byte[] bytes = total.getBinary(1 + i);
        if (bytes != null) {
          UnsafeRow row = Jobs.row(bytes, choice.width());
          if (choice.decides(i, row, chosen[i])) {
            chosen[i] = row;
          }
        }
      }
    }

    @Override
    public byte[] serialize() {
      Object[] total = new Object[1 + chosen.length];
      total[0] = running.serialize();
      for (int i = 0; i < chosen.length; i++) {
        total[1 + i] = chosen[i] == null ? null : chosen[i].getBytes();
      }
      return Jobs.bytes(choice.serialized.apply(new GenericInternalRow(total)));
    }

    /** The chosen rows, in the order of the scan. */
    List<UnsafeRow> inOrder() {
      return Arrays.stream(chosen).filter(Objects::nonNull).sorted(choice.ofRows).toList();
    }
  }
}
