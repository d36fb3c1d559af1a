package io.sparkcumsum.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sparkcumsum.Sessions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.catalyst.CatalystTypeConverters$;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.optimizer.ConvertToLocalRelation$;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import scala.Function1;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The SQL function gives, bit for bit, what NumPy gave: generated code and interpreted, with
 * integers that wrap and in ANSI mode.
 */
class NumpyDifferentialTest {
  private static final Map<String, Integer> LEAST_CASES =
      new TreeMap<>(
          Map.of(
              "every-combination", 2000,
              "sizes", 170,
              "empties", 700,
              "wrap-around", 230,
              "floats", 330,
              "masked", 590,
              "situations", 500));

  private static final List<NumpyCase> CASES = readAll();

  private static final String EXCLUDED_RULES = "spark.sql.optimizer.excludedRules";

  /** Few enough for the code of a projection to fit into one method. */
  private static final int COLUMNS_PER_JOB = 16;

  private enum Evaluation {
    GENERATED,
    INTERPRETED
  }

  /** The cases that one column can hold and one expression answers, in the order of the files. */
  private record Group(DataType type, Integer axis, String argument) {
    static Group of(NumpyCase numpy) {
      return new Group(numpy.input().type(), numpy.axis(), numpy.argument());
    }
  }

  private static List<NumpyCase> readAll() {
    List<NumpyCase> cases = new ArrayList<>();
    for (String topic : LEAST_CASES.keySet()) {
      cases.addAll(NumpyCase.read(topic));
    }
    return cases;
  }

  @ParameterizedTest
  @EnumSource
  void resultsAreThoseOfNumpy(Evaluation evaluation) {
    Map<Group, List<NumpyCase>> groups = new LinkedHashMap<>();
    for (NumpyCase numpy : CASES) {
      if (numpy.expected() != null) {
        groups.computeIfAbsent(Group.of(numpy), key -> new ArrayList<>()).add(numpy);
      }
    }
    List<List<NumpyCase>> columns = new ArrayList<>(groups.values());

    SparkSession wrapping = session(evaluation, false);
    SparkSession ansi = session(evaluation, true);
    List<String> mismatches = new ArrayList<>();
    for (int start = 0; start < columns.size(); start += COLUMNS_PER_JOB) {
      int end = Math.min(columns.size(), start + COLUMNS_PER_JOB);
      // One after the other, so that Spark still has the code where both modes have the same.
      compare(wrapping, evaluation, columns.subList(start, end), mismatches);
      compare(ansi, evaluation, withoutOverflow(columns.subList(start, end)), mismatches);
    }
    assertThat(mismatches).as("%s mismatches", mismatches.size()).isEmpty();
  }

  private static List<List<NumpyCase>> withoutOverflow(List<List<NumpyCase>> columns) {
    List<List<NumpyCase>> without = new ArrayList<>();
    for (List<NumpyCase> column : columns) {
      List<NumpyCase> inRange = new ArrayList<>(column);
      inRange.removeIf(numpy -> numpy.overflow() != null);
      if (!inRange.isEmpty()) {
        without.add(inRange);
      }
    }
    return without;
  }

  /** Runs the cases of each list in a column of its own, all columns in one projection. */
  private static void compare(
      SparkSession session,
      Evaluation evaluation,
      List<List<NumpyCase>> columns,
      List<String> mismatches) {
    Dataset<Row> sums = sums(session, columns);
    assertEvaluation(sums, evaluation);
    for (int c = 0; c < columns.size(); c++) {
      for (NumpyCase numpy : columns.get(c)) {
        assertType(sums.schema().apply(c).dataType(), numpy);
      }
    }
    List<Row> rows = collect(sums);
    assertThat(rows).hasSize(length(columns));
    for (int r = 0; r < rows.size(); r++) {
      assertThat(rows.get(r).getString(columns.size())).isEqualTo(evaluation.name());
      for (int c = 0; c < columns.size(); c++) {
        Object actual = asLists(rows.get(r).get(c));
        NumpyCase numpy = r < columns.get(c).size() ? columns.get(c).get(r) : null;
        // Boxed numbers are equal if they have the same class and bits, and any NaN equals NaN.
        if (numpy == null) {
          assertThat(actual).as("the sum of a null").isNull();
        } else if (!numpy.expected().nested().equals(actual)) {
          mismatches.add(
              "%s%n  NumPy %s%n  Spark %s%n"
                  .formatted(
                      numpy,
                      NumpyCase.abbreviated(numpy.expected().nested()),
                      NumpyCase.abbreviated(actual)));
        }
      }
    }
  }

  /** As collectAsList, without the time that Spark takes to compile code for reading the rows. */
  private static List<Row> collect(Dataset<Row> sums) {
    Function1<Object, Object> read =
        CatalystTypeConverters$.MODULE$.createToScalaConverter(sums.schema());
    List<Row> rows = new ArrayList<>();
    for (InternalRow row :
        sums.queryExecution().toRdd().toJavaRDD().map(InternalRow::copy).collect()) {
      rows.add((Row) read.apply(row));
    }
    return rows;
  }

  /** One column for each list, and how they were evaluated. */
  private static Dataset<Row> sums(SparkSession session, List<List<NumpyCase>> columns) {
    StructType schema = new StructType().add("id", DataTypes.IntegerType, false);
    List<Column> calls = new ArrayList<>();
    for (int c = 0; c < columns.size(); c++) {
      NumpyCase any = columns.get(c).get(0);
      schema = schema.add("c" + c, any.input().type(), true);
      calls.add(functions.expr(any.call("c" + c)).as("sum" + c));
    }
    calls.add(functions.expr("evaluation(id)"));

    List<Row> rows = new ArrayList<>();
    for (int r = 0; r < length(columns); r++) {
      Object[] row = new Object[columns.size() + 1];
      row[0] = r;
      for (int c = 0; c < columns.size(); c++) {
        List<NumpyCase> column = columns.get(c);
        row[c + 1] = r < column.size() ? column.get(r).input().nested() : null;
      }
      rows.add(RowFactory.create(row));
    }
    return session.createDataFrame(rows, schema).select(calls.toArray(new Column[0]));
  }

  private static int length(List<List<NumpyCase>> columns) {
    int length = 0;
    for (List<NumpyCase> column : columns) {
      length = Math.max(length, column.size());
    }
    return length;
  }

  private static Object asLists(Object value) {
    if (!(value instanceof scala.collection.Seq<?> sequence)) {
      return value;
    }
    List<Object> list = new ArrayList<>();
    for (Object element : CollectionConverters.asJava(sequence)) {
      list.add(asLists(element));
    }
    return list;
  }

  private static void assertType(DataType actual, NumpyCase numpy) {
    assertThat(actual.sql()).as("type of %s", numpy).isEqualTo(numpy.expected().type().sql());
    if (numpy.expected().masked()) {
      DataType innermost = actual;
      while (((ArrayType) innermost).elementType() instanceof ArrayType inner) {
        innermost = inner;
      }
      assertThat(((ArrayType) innermost).containsNull()).as("%s admits nulls", actual).isTrue();
    }
  }

  /** That the plan has the function where the evaluation wants it. */
  private static void assertEvaluation(Dataset<Row> sums, Evaluation evaluation) {
    SparkPlan plan = sums.queryExecution().executedPlan();
    boolean generated = plan instanceof WholeStageCodegenExec;
    assertThat(generated).as("%s", plan).isEqualTo(evaluation == Evaluation.GENERATED);
    ProjectExec projection =
        (ProjectExec) (generated ? ((WholeStageCodegenExec) plan).child() : plan);
    int calls = 0;
    for (NamedExpression column : CollectionConverters.asJava(projection.projectList())) {
      calls += ((Expression) column).exists(ArrayCumsum.class::isInstance) ? 1 : 0;
    }
    assertThat(calls).as("calls in %s", plan).isEqualTo(sums.columns().length - 1);
  }

  @Test
  void ansiModeFailsWhereNumpyWraps() {
    SparkSession jobs = session(Evaluation.GENERATED, true);
    // A job that fails is slow and fills the log. The optimizer fails just as well.
    SparkSession optimizer = session(Evaluation.INTERPRETED, true);
    optimizer.conf().unset(EXCLUDED_RULES);
    Set<List<String>> kindsOfJobs = new HashSet<>();
    int failures = 0;
    for (NumpyCase numpy : CASES) {
      if (numpy.overflow() != null) {
        assertOverflow(numpy, sums(optimizer, List.of(List.of(numpy))));
        if (kindsOfJobs.add(List.of(numpy.overflow(), numpy.expected().dtype()))) {
          assertOverflow(numpy, sums(jobs, List.of(List.of(numpy))));
        }
        failures++;
      }
    }
    assertThat(failures).isGreaterThanOrEqualTo(100);
    assertThat(kindsOfJobs).as("sums of four types, casts to three of them").hasSize(7);
  }

  private static void assertOverflow(NumpyCase numpy, Dataset<Row> sums) {
    assertThat(condition(catchThrowable(sums::collectAsList)))
        .as("%s", numpy)
        .isEqualTo(numpy.overflow().equals("cast") ? "CAST_OVERFLOW" : "ARITHMETIC_OVERFLOW");
  }

  private static String condition(Throwable thrown) {
    String condition = null;
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof SparkThrowable spark) {
        condition = spark.getCondition();
      }
    }
    return condition;
  }

  @Test
  void axesOutOfBoundsAreAnalysisErrorsWithTheMessageOfNumpy() {
    SparkSession session = session(Evaluation.GENERATED, false);
    int errors = 0;
    for (NumpyCase numpy : CASES) {
      if (numpy.error() != null) {
        Throwable thrown = catchThrowable(() -> sums(session, List.of(List.of(numpy))));
        assertThat(thrown)
            .as("%s", numpy)
            .isInstanceOf(AnalysisException.class)
            .hasMessageContaining(numpy.error());
        assertThat(condition(thrown)).isEqualTo("CUMSUM_AXIS_OUT_OF_BOUNDS");
        errors++;
      }
    }
    assertThat(errors).isGreaterThan(600);
  }

  @Test
  void casesCoverEveryTypeAxisAndArgument() {
    for (Map.Entry<String, Integer> topic : LEAST_CASES.entrySet()) {
      assertThat(NumpyCase.read(topic.getKey()))
          .as(topic.getKey())
          .hasSizeGreaterThanOrEqualTo(topic.getValue());
    }
    Set<List<Object>> covered = new HashSet<>();
    for (NumpyCase numpy : CASES) {
      covered.add(
          Arrays.asList(
              numpy.input().dtype(), numpy.input().dimensions(), numpy.axis(), numpy.argument()));
    }
    List<String> dtypes = List.of("bool", "int8", "int16", "int32", "int64", "float32", "float64");
    List<String> arguments = new ArrayList<>(dtypes);
    arguments.add(null);
    for (int dimensions = 0; dimensions <= 4; dimensions++) {
      int bound = Math.max(1, dimensions);
      List<Integer> axes = new ArrayList<>(Collections.singletonList(null));
      for (int axis = -bound - 1; axis <= bound; axis++) {
        axes.add(axis);
      }
      for (String dtype : dtypes) {
        for (Integer axis : axes) {
          for (String argument : arguments) {
            assertThat(covered).contains(Arrays.asList(dtype, dimensions, axis, argument));
          }
        }
      }
    }
  }

  private static SparkSession session(Evaluation evaluation, boolean ansi) {
    boolean generated = evaluation == Evaluation.GENERATED;
    SparkSession session = Sessions.shared().newSession();
    session.conf().set("spark.sql.ansi.enabled", ansi);
    session.conf().set("spark.sql.codegen.wholeStage", generated);
    session.conf().set("spark.sql.codegen.factoryMode", generated ? "CODEGEN_ONLY" : "NO_CODEGEN");
    session.conf().set("spark.sql.codegen.fallback", false);
    // It would evaluate the sums in the optimizer, where nothing is generated.
    session.conf().set(EXCLUDED_RULES, ConvertToLocalRelation$.MODULE$.ruleName());
    UDF1<Integer, String> evaluationOf = id -> evaluationOfCaller();
    session.udf().register("evaluation", evaluationOf, DataTypes.StringType);
    return session;
  }

  /**
   * How Spark runs the projection that calls this. The plan alone does not tell: a stage whose code
   * turns out too large is run without it.
   */
  private static String evaluationOfCaller() {
    boolean generated = false;
    for (StackTraceElement frame : new Throwable().getStackTrace()) {
      if (frame.getClassName().contains("GeneratedIteratorForCodegenStage")) {
        return Evaluation.GENERATED.name();
      }
      generated |= frame.getClassName().contains("GeneratedClass");
    }
    return generated ? "GENERATED PROJECTION" : Evaluation.INTERPRETED.name();
  }
}
