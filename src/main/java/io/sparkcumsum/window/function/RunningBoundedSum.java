package io.sparkcumsum.window.function;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.accumulator.BoundedSums;
import io.sparkcumsum.accumulator.WrappingSums;
import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.Calls;
import io.sparkcumsum.catalyst.SparkCompat;
import io.sparkcumsum.catalyst.Substitution;
import io.sparkcumsum.scan.function.ScanFunction;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Add;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Cast$;
import org.apache.spark.sql.catalyst.expressions.Coalesce;
import org.apache.spark.sql.catalyst.expressions.EqualTo;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GreaterThanOrEqual;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.IsNull;
import org.apache.spark.sql.catalyst.expressions.LessThanOrEqual;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;
import org.apache.spark.sql.catalyst.expressions.aggregate.Sum;
import org.apache.spark.sql.types.AnsiIntervalType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.YearMonthIntervalType;

/**
 * A sum of BIGINT or intervals, or an average of intervals, that is none from the first row on
 * after which the sum is out of range, even if later values bring it back: NULL for {@code try_sum}
 * and {@code try_avg}, else an error. So a total also tells {@linkplain BoundedSums from which
 * offsets} no prefix of its rows overflows.
 */
public final class RunningBoundedSum extends RunningFunction implements Reversible {
  private static final Literal ZERO = number(0);
  private static final Literal ONE = number(1);

  private final AttributeReference sum = column("sum");
  private final AttributeReference least = column("least_offset");
  private final AttributeReference greatest = column("greatest_offset");
  private final AttributeReference count = column("count");
  private final List<AttributeReference> serialized =
      List.of(
          column("serialized_sum"),
          column("serialized_least_offset"),
          column("serialized_greatest_offset"),
          column("serialized_count"));

  /** Public for Catalyst, which copies nodes through it. */
  public RunningBoundedSum(DeclarativeAggregate function, boolean sharedByPeers) {
    super(function, sharedByPeers);
  }

  private static AttributeReference column(String name) {
    return Attributes.create(name, DataTypes.LongType);
  }

  private static Literal number(long value) {
    return new Literal(value, DataTypes.LongType);
  }

  @Override
  public List<AttributeReference> state() {
    return List.of(sum, least, greatest, count);
  }

  @Override
  public List<AttributeReference> serialized() {
    return serialized;
  }

  @Override
  public List<Expression> serialize() {
    return List.copyOf(state());
  }

  @Override
  public List<Expression> deserialize() {
    return List.copyOf(serialized);
  }

  @Override
  public List<Expression> initialValues() {
    return List.of(ZERO, lowest(), highest(), ZERO);
  }

  private Literal lowest() {
    return number(isInMonths() ? Integer.MIN_VALUE : Long.MIN_VALUE);
  }

  private Literal highest() {
    return number(isInMonths() ? Integer.MAX_VALUE : Long.MAX_VALUE);
  }

  private boolean isInMonths() {
    return sumType() instanceof YearMonthIntervalType;
  }

  private DataType sumType() {
    return function.aggBufferAttributes().head().dataType();
  }

  @Override
  public List<Expression> updateTotal() {
    return update();
  }

  @Override
  public List<Expression> merge() {
    return concatenated(List.copyOf(state()), deserialize());
  }

  @Override
  public List<Expression> update() {
    Expression input = function.children().apply(0);
    Expression number =
        input.dataType() instanceof AnsiIntervalType
            ? Calls.ofClass(BoundedSums.class, "asLong", DataTypes.LongType, input)
            : Cast$.MODULE$.apply(input, DataTypes.LongType, false);
    Expression value = new Coalesce(seq(List.of(number, ZERO)));
    return concatenated(
        List.copyOf(state()),
        List.of(
            value,
            offset("leastOffset", value, lowest()),
            offset("greatestOffset", value, highest()),
            new If(new IsNull(input), ZERO, ONE)));
  }

  @Override
  public List<Expression> concatenated(List<Expression> before, List<Expression> after) {
    Expression[] offsets = {
      before.get(0), before.get(1), before.get(2), after.get(1), after.get(2)
    };
    return List.of(
        Calls.ofClass(WrappingSums.class, "add", DataTypes.LongType, before.get(0), after.get(0)),
        offset("leastOffset", offsets),
        offset("greatestOffset", offsets),
        new Add(before.get(3), after.get(3)));
  }

  private static Expression offset(String method, Expression... arguments) {
    return Calls.ofClass(BoundedSums.class, method, DataTypes.LongType, arguments);
  }

  /** The aggregate's own result. The sum, if it is one, takes the place of that in its buffer. */
  @Override
  public Expression evaluate() {
    List<AttributeReference> buffer = list(function.aggBufferAttributes());
    Expression isInRange =
        new And(new LessThanOrEqual(least, ZERO), new GreaterThanOrEqual(greatest, ZERO));
    Expression value =
        Calls.ofClass(BoundedSums.class, isInMonths() ? "asInt" : "asLong", sumType(), sum);
    Expression onOverflow =
        SparkCompat.hasEvalMode("TRY", function)
            ? Literal.create(null, sumType())
            : CheckedAggregate.overflow(CheckedAggregate.operation(function, Add.class));
    Expression isEmpty = new EqualTo(count, ZERO);
    Expression sumOrNone =
        new If(isEmpty, Literal.create(null, sumType()), new If(isInRange, value, onOverflow));
    // The buffer of a sum tells whether it is empty, that of an average the number of values.
    Expression countOrEmpty = function instanceof Sum ? isEmpty : count;
    return Substitution.in(
        function.evaluateExpression(),
        node ->
            switch (buffer.indexOf(node)) {
              case 0 -> sumOrNone;
              case 1 -> countOrEmpty;
              default -> null;
            });
  }

  @Override
  public ScanFunction prepending() {
    return new PrependedRows(this);
  }

  /** Among peers too, the order says which prefixes there are. */
  @Override
  public boolean dependsOnOrderOfPeers() {
    return true;
  }
}
