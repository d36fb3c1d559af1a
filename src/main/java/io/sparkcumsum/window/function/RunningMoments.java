package io.sparkcumsum.window.function;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.accumulator.ExactMoments;
import io.sparkcumsum.accumulator.FilteredSurd;
import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.Calls;
import io.sparkcumsum.catalyst.Substitution;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.catalyst.expressions.Abs;
import org.apache.spark.sql.catalyst.expressions.Add;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.BinaryComparison;
import org.apache.spark.sql.catalyst.expressions.Coalesce;
import org.apache.spark.sql.catalyst.expressions.Divide;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.Multiply;
import org.apache.spark.sql.catalyst.expressions.Sqrt;
import org.apache.spark.sql.catalyst.expressions.Subtract;
import org.apache.spark.sql.catalyst.expressions.aggregate.CentralMomentAgg;
import org.apache.spark.sql.catalyst.expressions.aggregate.Covariance;
import org.apache.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;
import org.apache.spark.sql.catalyst.expressions.aggregate.PearsonCorrelation;
import org.apache.spark.sql.catalyst.expressions.aggregate.RegrIntercept;
import org.apache.spark.sql.catalyst.expressions.aggregate.RegrSlope;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.ObjectType;

/**
 * An aggregate that Spark makes of central moments: variances, standard deviations, covariances,
 * correlations, regressions, skewness and kurtosis.
 *
 * <p>Spark updates the moments in DOUBLE, row by row. Here they are exact, and so is what Spark's
 * own formula makes of them: its arithmetic is replaced by that of {@link FilteredSurd}, and only
 * the result is rounded. When it is null, NaN or an error is decided by Spark's formula as it is.
 */
public final class RunningMoments extends RunningFunction {
  private static final DataType MOMENTS = new ObjectType(ExactMoments.class);
  private static final DataType EXACT = new ObjectType(FilteredSurd.class);

  private final AttributeReference moments = Attributes.create("moments", MOMENTS);
  private final AttributeReference serialized =
      Attributes.create("serialized_moments", DataTypes.BinaryType);
  private final Literal prototype;

  /** Public for Catalyst, which copies nodes through it. */
  public RunningMoments(DeclarativeAggregate function, boolean sharedByPeers) {
    super(function, sharedByPeers);
    Set<String> names = new TreeSet<>();
    for (AttributeReference column : list(function.aggBufferAttributes())) {
      names.add(column.name());
    }
    boolean squaresX = names.contains("m2") || names.contains("xMk");
    int orderOfX = names.contains("m4") ? 4 : names.contains("m3") ? 3 : squaresX ? 2 : 1;
    int orderOfY = names.contains("yMk") ? 2 : names.contains("yAvg") ? 1 : 0;
    this.prototype = new Literal(new ExactMoments(orderOfX, orderOfY), MOMENTS);
  }

  /** Whether an aggregate is of this kind. */
  public static boolean isMoment(Expression function) {
    return function instanceof CentralMomentAgg
        || function instanceof Covariance
        || function instanceof PearsonCorrelation
        || regressesOnSecond(function);
  }

  /** Whether x is the second argument, as in {@code regr_slope(y, x)}. */
  private static boolean regressesOnSecond(Expression function) {
    return function instanceof RegrSlope || function instanceof RegrIntercept;
  }

  @Override
  public List<AttributeReference> state() {
    return List.of(moments);
  }

  @Override
  public List<AttributeReference> serialized() {
    return List.of(serialized);
  }

  @Override
  public List<Expression> serialize() {
    return List.of(Calls.onObject(moments, "store", DataTypes.BinaryType));
  }

  @Override
  public List<Expression> deserialize() {
    return List.of(Calls.onObject(prototype, "restore", MOMENTS, serialized));
  }

  @Override
  public List<Expression> initialValues() {
    return List.of(Calls.onObject(prototype, "fresh", MOMENTS));
  }

  @Override
  public List<Expression> updateTotal() {
    return update();
  }

  @Override
  public List<Expression> merge() {
    return List.of(Calls.onObject(moments, "merge", MOMENTS, deserialize().get(0)));
  }

  @Override
  public List<Expression> update() {
    List<Expression> arguments = new ArrayList<>(list(function.children()));
    if (regressesOnSecond(function)) {
      arguments.add(0, arguments.remove(1));
    }
    // A row in which an argument is null does not count.
    Expression added =
        Calls.onObject(moments, "reduce", MOMENTS, arguments.toArray(new Expression[0]));
    return List.of(Calls.changed(moments, added));
  }

  @Override
  public Expression evaluate() {
    return result(function.evaluateExpression());
  }

  /** The value of Spark's formula, rounded once. */
  private Expression result(Expression formula) {
    if (formula instanceof If branch) {
      return new If(
          condition(branch.predicate()), result(branch.trueValue()), result(branch.falseValue()));
    }
    return formula instanceof Literal ? formula : rounded(exact(formula));
  }

  private static Expression rounded(Expression exact) {
    return Calls.onObject(exact, "value", DataTypes.DoubleType);
  }

  /** A condition of Spark's formula, which compares exact numbers. */
  private Expression condition(Expression condition) {
    List<Expression> children = new ArrayList<>();
    for (Expression child : list(condition.children())) {
      children.add(condition instanceof BinaryComparison ? compared(child) : condition(child));
    }
    return condition.withNewChildren(seq(children));
  }

  private Expression compared(Expression operand) {
    return operand instanceof Literal || isWhole(operand)
        ? whole(operand)
        : Calls.onObject(exact(operand), "comparable", DataTypes.DoubleType);
  }

  /** What Spark's formula stands for, as an exact number. */
  private Expression exact(Expression formula) {
    if (isWhole(formula)) {
      return ofDouble(whole(formula));
    } else if (formula instanceof AttributeReference column) {
      return moment(column);
    } else if (formula instanceof Add add) {
      return binary("plus", add.left(), add.right());
    } else if (formula instanceof Subtract subtract) {
      return binary("minus", subtract.left(), subtract.right());
    } else if (formula instanceof Multiply multiply) {
      return binary("times", multiply.left(), multiply.right());
    } else if (formula instanceof Divide divide) {
      // Spark's own node says what comes of a division by zero: null, or an error.
      Expression byZero =
          divide.withNewChildren(
              seq(List.of(rounded(exact(divide.left())), new Literal(0.0, DataTypes.DoubleType))));
      Expression quotient = binary("dividedBy", divide.left(), divide.right());
      return new Coalesce(seq(List.of(quotient, ofDouble(byZero))));
    } else if (formula instanceof Sqrt sqrt) {
      return Calls.onObject(exact(sqrt.child()), "squareRoot", EXACT);
    } else if (formula instanceof Abs abs) {
      return Calls.onObject(exact(abs.child()), "absolute", EXACT);
    } else if (formula instanceof If branch) {
      return new If(
          condition(branch.predicate()), exact(branch.trueValue()), exact(branch.falseValue()));
    }
    // What is not known is left to Spark, in DOUBLE.
    return ofDouble(
        Substitution.in(
            formula, node -> isBuffer(node) ? rounded(moment((AttributeReference) node)) : null));
  }

  private Expression binary(String method, Expression left, Expression right) {
    return Calls.onObject(exact(left), method, EXACT, exact(right));
  }

  private static Expression ofDouble(Expression value) {
    return Calls.ofClass(FilteredSurd.class, "of", EXACT, value);
  }

  private boolean isBuffer(Expression node) {
    return node instanceof AttributeReference
        && list(function.aggBufferAttributes()).contains(node);
  }

  private boolean isBuffer(Expression node, String name) {
    return isBuffer(node) && ((AttributeReference) node).name().equals(name);
  }

  /** Whether a formula is a whole number, as n - 1 is, which DOUBLE has exactly. */
  private boolean isWhole(Expression formula) {
    return (formula instanceof Literal literal
            && literal.value() instanceof Double value
            && value == Math.rint(value))
        || isBuffer(formula, "n")
        || ((formula instanceof Add || formula instanceof Subtract)
            && list(formula.children()).stream().allMatch(this::isWhole));
  }

  private Expression whole(Expression formula) {
    Expression count = Calls.onObject(moments, "count", DataTypes.DoubleType);
    return Substitution.in(formula, node -> isBuffer(node, "n") ? count : null);
  }

  /** What a column of Spark's buffer stands for. */
  private Expression moment(AttributeReference column) {
    return switch (column.name()) {
      case "n" -> ofDouble(whole(column));
      case "avg", "xAvg" -> moment("meanX");
      case "yAvg" -> moment("meanY");
      case "m2", "xMk" -> moment("secondX");
      case "yMk" -> moment("secondY");
      case "ck" -> moment("product");
      case "m3" -> moment("thirdX");
      case "m4" -> moment("fourthX");
      default -> throw new IllegalArgumentException("no moment: " + column);
    };
  }

  private Expression moment(String method) {
    return Calls.onObject(moments, method, EXACT);
  }
}
