package io.sparkcumsum;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.accumulator.Accumulator;
import io.sparkcumsum.accumulator.Accumulators;
import io.sparkcumsum.accumulator.NestedAccumulator;
import io.sparkcumsum.array.ArrayCumsum;
import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.dtype.DTypes;
import io.sparkcumsum.error.CumsumErrors;
import io.sparkcumsum.scan.PrefixScan;
import io.sparkcumsum.scan.function.RunningAccumulator;
import io.sparkcumsum.scan.function.ScanFunction;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.analysis.SimpleAnalyzer$;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute$;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Cast$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation$;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import scala.Option;
import scala.collection.immutable.Seq;

/**
 * The logical plan of one {@link Cumsum} over one table: a {@link PrefixScan} for the columns whose
 * sums cross rows, under a projection that sums the others and puts results in their places.
 */
final class CumsumPlan {
  private final LogicalPlan table;
  private final SQLConf conf;
  private final Integer axis;
  private final String dtype;

  /** The sums that cross rows, and the columns in which the scan shows them. */
  private final List<ScanFunction> scans = new ArrayList<>();

  private final List<Attribute> scanResults = new ArrayList<>();

  /** The columns that the result will have. */
  private final List<NamedExpression> output;

  /**
   * @param table resolved
   * @param conf of the session that will run the plan
   */
  CumsumPlan(LogicalPlan table, SQLConf conf, Integer axis, String dtype) {
    this.table = table;
    this.conf = conf;
    this.axis = axis;
    this.dtype = dtype;
    this.output = list(table.output());
  }

  /** Adds the sum of a column, stored in column {@code out}, by default named after it. */
  void add(String column, String out) {
    Seq<String> name = UnresolvedAttribute$.MODULE$.parseAttributeName(column);
    store(sumOf(resolve(name)), out == null ? named(name).name() + "_cumsum" : out);
  }

  /** The column of the table, or the field of one, with a name in these parts. */
  Expression resolve(Seq<String> name) {
    NamedExpression named = named(name);
    return named instanceof Alias alias ? alias.child() : (Expression) named;
  }

  private NamedExpression named(Seq<String> name) {
    Option<NamedExpression> named = table.resolve(name, conf.resolver());
    if (named.isEmpty()) {
      throw CumsumErrors.unresolvedColumn(name, table.schema().fieldNames());
    }
    return named.get();
  }

  /** The sum of a column, over the rows beside it or over the scans beneath. */
  private Expression sumOf(Expression values) {
    int dimensions = 1 + DTypes.dimensions(values.dataType());
    DataType flattened = flattenedType(values);
    if (axis != null) {
      int normalized = DTypes.normalizeAxis(axis, dimensions);
      if (normalized > 0) {
        return rowSum(values, new Literal(normalized - 1, DataTypes.IntegerType));
      }
    }
    return scan(values, flattened);
  }

  /** The type of the flattened sum of each row's value, or Spark's analysis error. */
  private DataType flattenedType(Expression values) {
    Expression rowSum = rowSum(values, new Literal(null, DataTypes.IntegerType));
    if (!rowSum.checkInputDataTypes().isSuccess()) {
      // Spark words the error, for which no more than the columns has to be there.
      LogicalPlan columns = LocalRelation$.MODULE$.apply(table.output());
      Project refused = new Project(seq(List.of(Attributes.alias(rowSum, "flattened"))), columns);
      SimpleAnalyzer$.MODULE$.checkAnalysis(refused);
    }
    return rowSum.dataType();
  }

  private Expression rowSum(Expression values, Literal rowAxis) {
    Literal dtypeLiteral =
        new Literal(dtype == null ? null : UTF8String.fromString(dtype), DataTypes.StringType);
    return new ArrayCumsum(seq(List.of(values, rowAxis, dtypeLiteral)), conf.ansiEnabled());
  }

  private Attribute scan(Expression values, DataType flattened) {
    boolean ansi = conf.ansiEnabled();
    DataType type = values.dataType();
    DataType sum = DTypes.element(flattened);
    boolean sumsAreNullable = ((ArrayType) flattened).containsNull();
    boolean readable =
        type instanceof ArrayType
            ? Accumulators.reads(DTypes.element(type), sum)
            : type.equals(sum);
    Expression input =
        readable ? values : Cast$.MODULE$.apply(values, DTypes.withElement(type, sum, true), ansi);
    int dimensions = DTypes.dimensions(type);
    Accumulator accumulator =
        NestedAccumulator.of(
            Accumulators.exactSum(DTypes.element(input.dataType()), sum, ansi), dimensions);
    RunningAccumulator scan =
        axis == null && dimensions > 0
            ? RunningAccumulator.flattened(input, accumulator, flattened)
            : RunningAccumulator.elementwise(
                input, accumulator, DTypes.withElement(type, sum, sumsAreNullable));
    Attribute result = Attributes.create("scan" + scans.size(), scan.dataType(), scan.nullable());
    scans.add(scan);
    scanResults.add(result);
    return result;
  }

  /** Puts a result in its column: a new one, or an existing one that it fits. */
  private void store(Expression sum, String out) {
    int existing = -1;
    for (int i = 0; i < output.size(); i++) {
      if (sameName(output.get(i).name(), out)) {
        if (existing >= 0) {
          throw CumsumErrors.outAmbiguous(out);
        }
        existing = i;
      }
    }
    if (existing < 0) {
      output.add(Attributes.alias(sum, out));
    } else if (!(output.get(existing) instanceof Attribute replaced)) {
      throw CumsumErrors.outDuplicate(out);
    } else {
      output.set(existing, Attributes.alias(castTo(replaced.dataType(), sum, out), out));
    }
  }

  private boolean sameName(String left, String right) {
    return (Boolean) conf.resolver().apply(left, right);
  }

  private Expression castTo(DataType type, Expression sum, String out) {
    DataType from = DTypes.element(sum.dataType());
    DataType to = DTypes.element(type);
    boolean sameShape = DTypes.dimensions(sum.dataType()) == DTypes.dimensions(type);
    if (!sameShape || !(from.equals(to) || (DTypes.isNumeric(from) && DTypes.isNumeric(to)))) {
      throw CumsumErrors.outIncompatible(out, type, sum.dataType());
    }
    return from.equals(to)
        ? sum
        : Cast$.MODULE$.apply(
            sum, DTypes.withElement(sum.dataType(), to, true), conf.ansiEnabled());
  }

  /** Whether some sum depends on the order of rows. */
  boolean crossesRows() {
    return !scans.isEmpty();
  }

  /**
   * The sums beside the columns of the table.
   *
   * @param rows the table, maybe with more columns that the order needs
   * @param order of the rows; empty for their natural one
   */
  LogicalPlan over(LogicalPlan rows, Seq<SortOrder> order) {
    if (!crossesRows()) {
      return new Project(seq(output), rows);
    }
    if (rows.isStreaming()) {
      throw CumsumErrors.streamingUnsupported();
    }
    return new Project(seq(output), new PrefixScan(seq(scans), seq(scanResults), order, rows));
  }
}
