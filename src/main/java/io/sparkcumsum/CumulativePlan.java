package io.sparkcumsum;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.accumulator.Accumulator;
import io.sparkcumsum.accumulator.NestedAccumulator;
import io.sparkcumsum.accumulator.Operation;
import io.sparkcumsum.accumulator.Overflow;
import io.sparkcumsum.accumulator.ScanOptions;
import io.sparkcumsum.array.ArrayScanFunction;
import io.sparkcumsum.array.CumulativeFunction;
import io.sparkcumsum.array.NanAsNumber;
import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.SortOrders;
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
import org.apache.spark.sql.catalyst.expressions.Ascending$;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Cast$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.MonotonicallyIncreasingID;
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
 * The logical plan of one {@link CumulativeRequest} over one table: a {@link PrefixScan} for the
 * columns whose results cross rows, under a projection that computes the others and puts results in
 * their places.
 */
final class CumulativePlan {
  private final LogicalPlan table;
  private final SQLConf conf;
  private final CumulativeRequest request;

  /** The results that cross rows, and the columns in which the scan emits them. */
  private final List<ScanFunction> scans = new ArrayList<>();

  private final List<Attribute> scanResults = new ArrayList<>();

  /** The columns of the result. */
  private final List<NamedExpression> output;

  /**
   * @param table the resolved table
   * @param conf the configuration of the session that will run the plan
   */
  CumulativePlan(LogicalPlan table, SQLConf conf, CumulativeRequest request) {
    this.table = table;
    this.conf = conf;
    this.request = request;
    this.output = list(table.output());
  }

  /**
   * Adds the results of a column. They are stored in column {@code out} or, if that is null, in one
   * named after the input column.
   */
  void add(String column, String out) {
    Seq<String> name = UnresolvedAttribute$.MODULE$.parseAttributeName(column);
    String suffix = "_" + request.function().sqlName();
    store(resultsOf(resolve(name)), out == null ? named(name).name() + suffix : out);
  }

  /** The column of the table, or the field of a column, with a name of these parts. */
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

  /** The results of a column, computed from each row alone or by the scan beneath. */
  private Expression resultsOf(Expression values) {
    int dimensions = 1 + DTypes.dimensions(values.dataType());
    DataType flattened = flattenedType(values);
    Integer axis = request.axis();
    if (axis != null) {
      int normalized = DTypes.normalizeAxis(axis, dimensions);
      if (normalized > 0) {
        return ofRow(
            values, request.function(), new Literal(normalized - 1, DataTypes.IntegerType));
      }
    } else if (request.function().isOfArrayApi() && dimensions > 1) {
      throw CumsumErrors.axisRequired();
    }
    return scan(values, flattened);
  }

  /**
   * The type of the flattened results of each row's value. Throws Spark's analysis error if the
   * function does not take the values.
   */
  private DataType flattenedType(Expression values) {
    Expression flattened =
        ofRow(values, request.function().flattening(), new Literal(null, DataTypes.IntegerType));
    if (!flattened.checkInputDataTypes().isSuccess()) {
      // Spark writes the error message. For that, an empty table with the columns is enough.
      LogicalPlan columns = LocalRelation$.MODULE$.apply(table.output());
      Project refused =
          new Project(seq(List.of(Attributes.alias(flattened, "flattened"))), columns);
      SimpleAnalyzer$.MODULE$.checkAnalysis(refused);
    }
    return flattened.dataType();
  }

  private Expression ofRow(Expression values, CumulativeFunction function, Literal rowAxis) {
    String dtype = request.dtype();
    List<Expression> arguments =
        List.of(
            values,
            rowAxis,
            new Literal(dtype == null ? null : UTF8String.fromString(dtype), DataTypes.StringType),
            new Literal(request.options().exclusive(), DataTypes.BooleanType),
            new Literal(request.options().reverse(), DataTypes.BooleanType));
    return new ArrayScanFunction(
        function, seq(arguments), conf.ansiEnabled(), conf.sessionLocalTimeZone());
  }

  private Attribute scan(Expression column, DataType flattened) {
    CumulativeFunction function = request.function();
    Operation operation = function.operation();
    boolean ansi = conf.ansiEnabled();
    Expression values =
        function.skipsNan() ? NanAsNumber.in(column, function.operation().identity()) : column;
    DataType type = values.dataType();
    DataType result = DTypes.element(flattened);
    boolean resultsAreNullable = ((ArrayType) flattened).containsNull();
    boolean readable =
        type instanceof ArrayType
            ? operation.reads(DTypes.element(type), result)
            : type.equals(result);
    Expression input =
        readable
            ? values
            : Cast$.MODULE$.apply(values, DTypes.withElement(type, result, true), ansi);
    int dimensions = DTypes.dimensions(type);
    ScanOptions options = request.options();
    Accumulator accumulator =
        NestedAccumulator.of(
            operation.mergeable(
                DTypes.element(input.dataType()),
                result,
                new Overflow(ansi, function.sqlName()),
                options.exclusive()),
            dimensions);
    RunningAccumulator scan =
        request.axis() == null && dimensions > 0
            ? RunningAccumulator.flattened(input, accumulator, options, flattened)
            : RunningAccumulator.elementwise(
                input, accumulator, options, DTypes.withElement(type, result, resultsAreNullable));
    Attribute emitted = Attributes.create("scan" + scans.size(), scan.dataType(), scan.nullable());
    scans.add(scan);
    scanResults.add(emitted);
    return emitted;
  }

  /** Puts a result in a new column, or in an existing one of that name and a compatible type. */
  private void store(Expression results, String out) {
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
      output.add(Attributes.alias(results, out));
    } else if (!(output.get(existing) instanceof Attribute replaced)) {
      throw CumsumErrors.outDuplicate(out);
    } else {
      output.set(existing, Attributes.alias(castTo(replaced.dataType(), results, out), out));
    }
  }

  private boolean sameName(String left, String right) {
    return (Boolean) conf.resolver().apply(left, right);
  }

  private Expression castTo(DataType type, Expression results, String out) {
    DataType from = DTypes.element(results.dataType());
    DataType to = DTypes.element(type);
    boolean sameShape = DTypes.dimensions(results.dataType()) == DTypes.dimensions(type);
    if (!sameShape || !(from.equals(to) || (DTypes.isNumeric(from) && DTypes.isNumeric(to)))) {
      throw CumsumErrors.outIncompatible(out, type, results.dataType());
    }
    return from.equals(to)
        ? results
        : Cast$.MODULE$.apply(
            results, DTypes.withElement(results.dataType(), to, true), conf.ansiEnabled());
  }

  /** Whether some result depends on the order of rows. */
  boolean crossesRows() {
    return !scans.isEmpty();
  }

  /**
   * The plan of the results next to the columns of the table.
   *
   * @param rows the table, possibly with more columns that only the order needs
   * @param order the order of the rows, first by the columns that partition them; empty for their
   *     natural order
   */
  LogicalPlan over(LogicalPlan rows, Seq<SortOrder> order) {
    if (!crossesRows()) {
      return new Project(seq(output), rows);
    }
    if (rows.isStreaming()) {
      throw CumsumErrors.streamingUnsupported();
    }
    if (request.naturalOrder() && !order.isEmpty()) {
      return numbered(rows, order);
    }
    return new Project(seq(output), scan(rows, order));
  }

  /** The plan in the order of groups, and within each in that of the rows. */
  private LogicalPlan numbered(LogicalPlan rows, Seq<SortOrder> groups) {
    Alias place = Attributes.alias(new MonotonicallyIncreasingID(), "place");
    List<NamedExpression> columns = list(rows.output());
    columns.add(place);
    List<SortOrder> order = list(groups);
    order.add(SortOrders.by((Expression) place.toAttribute(), Ascending$.MODULE$));
    return new Project(seq(output), scan(new Project(seq(columns), rows), seq(order)));
  }

  private LogicalPlan scan(LogicalPlan rows, Seq<SortOrder> order) {
    return new PrefixScan(
        seq(scans),
        seq(scanResults),
        request.partitionBy().size(),
        order,
        request.options().reverse(),
        rows);
  }
}
