package io.sparkcumsum.array;

import static io.sparkcumsum.catalyst.Seqs.seq;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.common.collect.Lists;
import io.sparkcumsum.Sessions;
import io.sparkcumsum.array.NumpyCase.Option;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
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
import org.apache.spark.sql.catalyst.expressions.InterpretedMutableProjection;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.optimizer.ConvertToLocalRelation$;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.Project;
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
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import scala.Function1;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The SQL functions give, bit for bit, what NumPy gave: generated code and interpreted, with
 * integers that wrap and in ANSI mode.
 */
class NumpyDifferentialTest {
  private static final Map<String, Integer> LEAST_CASES =
      new TreeMap<>(
          Map.ofEntries(
              entry("every-combination", 2000),
              entry("sizes", 170),
              entry("empties", 700),
              entry("wrap-around", 230),
              entry("floats", 330),
              entry("masked", 590),
              entry("situations", 500),
              entry("family-combinations", 6000),
              entry("family-empties", 1670),
              entry("family-wrap-around", 1550),
              entry("family-floats", 2060),
              entry("family-masked", 2120),
              entry("family-sizes", 230),
              entry("family-situations", 940)));

  private static final Map<String, List<NumpyCase>> TOPICS = readAll();

  private static final List<NumpyCase> CASES =
      TOPICS.values().stream().flatMap(List::stream).toList();

  private static final List<String> DTYPES =
      List.of("bool", "int8", "int16", "int32", "int64", "float32", "float64");

  /** Null for none. */
  private static final List<String> ARGUMENTS =
      Stream.concat(Stream.of((String) null), DTYPES.stream()).toList();

  private static final List<List<Option>> OPTIONS =
      List.of(
          List.of(),
          List.of(Option.EXCLUSIVE),
          List.of(Option.REVERSE),
          List.of(Option.EXCLUSIVE, Option.REVERSE));

  /** Of the functions' expressions, which one tells from a cast or an alias around them. */
  private static final Set<String> FUNCTION_CLASSES = Set.of("ArrayScanFunction");

  private static final String EXCLUDED_RULES = "spark.sql.optimizer.excludedRules";

  /**
   * Few enough for the code of a projection to fit into one method. As many calls of a function
   * with options there are in each combination of a type, an axis and a dtype.
   */
  private static final int COLUMNS_PER_JOB = 36;

  /**
   * How many columns of each kind of code are generated, of different functions and options. More
   * would compile for minutes what calls the same kernels, which are interpreted with all cases.
   */
  private static final int GENERATED_COLUMNS = 4;

  private enum Evaluation {
    GENERATED,
    INTERPRETED
  }

  /** The cases that one column can hold and one expression answers, in the order of the files. */
  private record Group(
      String function, DataType type, Integer axis, String argument, List<Option> options) {
    static Group of(NumpyCase numpy) {
      return new Group(
          numpy.function(), numpy.input().type(), numpy.axis(), numpy.argument(), numpy.options());
    }

    /** What the generated code depends on; the function and its options are objects in it. */
    List<Object> code() {
      return Arrays.asList(type, argument, axis == null);
    }
  }

  private static Map<String, List<NumpyCase>> readAll() {
    Map<String, List<NumpyCase>> topics = new TreeMap<>();
    for (String topic : LEAST_CASES.keySet()) {
      topics.put(topic, NumpyCase.read(topic));
    }
    return topics;
  }

  /**
   * The cases as columns of jobs. As many jobs as possible have columns of one kind, so that Spark
   * still has the code of the job before. All cases are interpreted.
   */
  private static List<List<List<NumpyCase>>> jobs(
      Evaluation evaluation, Predicate<NumpyCase> which) {
    Map<Group, List<NumpyCase>> columns = new LinkedHashMap<>();
    for (NumpyCase numpy : CASES) {
      if (which.test(numpy)) {
        columns.computeIfAbsent(Group.of(numpy), key -> new ArrayList<>()).add(numpy);
      }
    }
    Map<List<Object>, List<List<NumpyCase>>> byCode = new LinkedHashMap<>();
    columns.forEach(
        (group, cases) ->
            byCode.computeIfAbsent(group.code(), key -> new ArrayList<>()).add(cases));
    List<List<List<NumpyCase>>> jobs = new ArrayList<>();
    List<List<NumpyCase>> leftOver = new ArrayList<>();
    int first = 0;
    for (List<List<NumpyCase>> all : byCode.values()) {
      List<List<NumpyCase>> alike = evaluation == Evaluation.GENERATED ? some(all, first++) : all;
      int whole = alike.size() - alike.size() % COLUMNS_PER_JOB;
      jobs.addAll(Lists.partition(alike.subList(0, whole), COLUMNS_PER_JOB));
      leftOver.addAll(alike.subList(whole, alike.size()));
    }
    jobs.addAll(Lists.partition(leftOver, COLUMNS_PER_JOB));
    return jobs;
  }

  /** As many columns as are generated, from a first one on, far from one another. */
  private static List<List<NumpyCase>> some(List<List<NumpyCase>> columns, int first) {
    int count = Math.min(GENERATED_COLUMNS, columns.size());
    List<List<NumpyCase>> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      some.add(columns.get((first + i * columns.size() / count) % columns.size()));
    }
    return some;
  }

  @ParameterizedTest
  @EnumSource
  void resultsAreThoseOfNumpy(Evaluation evaluation) {
    SparkSession wrapping = session(evaluation, false);
    SparkSession ansi = session(evaluation, true);
    List<String> mismatches = new ArrayList<>();
    for (List<List<NumpyCase>> columns : jobs(evaluation, numpy -> numpy.expected() != null)) {
      // One after the other, so that Spark still has the code where both modes have the same.
      compare(wrapping, evaluation, columns, mismatches);
      compare(ansi, evaluation, withoutOverflow(columns), mismatches);
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
    if (columns.isEmpty()) {
      return;
    }
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
      calls += ((Expression) column).exists(NumpyDifferentialTest::isFunction) ? 1 : 0;
    }
    assertThat(calls).as("calls in %s", plan).isEqualTo(sums.columns().length - 1);
  }

  private static boolean isFunction(Expression expression) {
    return FUNCTION_CLASSES.contains(expression.getClass().getSimpleName());
  }

  @Test
  void ansiModeFailsWhereNumpyWraps() {
    SparkSession interpreted = session(Evaluation.INTERPRETED, true);
    SparkSession generated = session(Evaluation.GENERATED, true);
    Set<List<String>> kindsOfJobs = new HashSet<>();
    List<String> mismatches = new ArrayList<>();
    int failures = 0;
    for (List<List<NumpyCase>> columns :
        jobs(Evaluation.INTERPRETED, numpy -> numpy.overflow() != null)) {
      // A job that fails is slow and fills the log. One of each kind will do.
      Project projection = (Project) sums(interpreted, columns).queryExecution().optimizedPlan();
      LocalRelation rows = (LocalRelation) projection.child();
      for (int c = 0; c < columns.size(); c++) {
        InterpretedMutableProjection call =
            new InterpretedMutableProjection(
                seq(List.of((Expression) projection.projectList().apply(c))), rows.output());
        for (int r = 0; r < columns.get(c).size(); r++) {
          InternalRow row = rows.data().apply(r);
          NumpyCase numpy = columns.get(c).get(r);
          checkOverflow(numpy, catchThrowable(() -> call.apply(row)), mismatches);
          if (kindsOfJobs.add(List.of(numpy.overflow(), numpy.expected().dtype()))) {
            Dataset<Row> job = sums(generated, List.of(List.of(numpy)));
            checkOverflow(numpy, catchThrowable(job::collectAsList), mismatches);
          }
          failures++;
        }
      }
    }
    assertThat(mismatches).as("%s mismatches", mismatches.size()).isEmpty();
    assertThat(failures).isGreaterThanOrEqualTo(800);
    assertThat(kindsOfJobs)
        .as("sums and products of four types, casts to three of them")
        .hasSize(11);
  }

  private static void checkOverflow(NumpyCase numpy, Throwable thrown, List<String> mismatches) {
    String expected = numpy.overflow().equals("cast") ? "CAST_OVERFLOW" : "ARITHMETIC_OVERFLOW";
    String actual = condition(thrown);
    if (!expected.equals(actual)) {
      mismatches.add("%s%n  %s instead of %s%n".formatted(numpy, actual, expected));
    }
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
        assertThat(condition(thrown)).startsWith("CUMSUM_AXIS_");
        errors++;
      }
    }
    assertThat(errors).isGreaterThan(1000);
  }

  @Test
  void casesCoverEveryTypeAxisAndArgument() {
    for (Map.Entry<String, Integer> topic : LEAST_CASES.entrySet()) {
      assertThat(TOPICS.get(topic.getKey()))
          .as(topic.getKey())
          .hasSizeGreaterThanOrEqualTo(topic.getValue());
    }
    Set<List<Object>> covered = new HashSet<>();
    for (NumpyCase numpy : CASES) {
      if (numpy.function().equals("cumsum") && numpy.options().isEmpty()) {
        covered.add(
            Arrays.asList(
                numpy.input().dtype(), numpy.input().dimensions(), numpy.axis(), numpy.argument()));
      }
    }
    for (int dimensions = 0; dimensions <= 4; dimensions++) {
      int bound = Math.max(1, dimensions);
      List<Integer> axes = new ArrayList<>(Collections.singletonList(null));
      for (int axis = -bound - 1; axis <= bound; axis++) {
        axes.add(axis);
      }
      for (String dtype : DTYPES) {
        for (Integer axis : axes) {
          for (String argument : ARGUMENTS) {
            assertThat(covered).contains(Arrays.asList(dtype, dimensions, axis, argument));
          }
        }
      }
    }
  }

  /** Every function with every option of every dtype and dtype argument, and along every axis. */
  @ParameterizedTest
  @MethodSource("functionsAndOptions")
  void casesCoverEveryFunctionAndOption(String function, List<Option> options) {
    Set<List<Object>> types = new HashSet<>();
    Set<List<Object>> axes = new HashSet<>();
    Set<List<Object>> masked = new HashSet<>();
    Set<String> overflows = new HashSet<>();
    for (NumpyCase numpy : CASES) {
      if (numpy.function().equals(function) && numpy.options().equals(options)) {
        NumpyCase.Value input = numpy.input();
        types.add(Arrays.asList(input.dtype(), numpy.argument()));
        axes.add(Arrays.asList(input.dimensions(), numpy.axis(), numpy.error() != null));
        masked.add(List.of(input.dtype(), input.masked()));
        overflows.add(String.valueOf(numpy.overflow()));
      }
    }
    boolean axisRequired = function.startsWith("cumulative");
    for (String dtype : DTYPES) {
      for (String argument : ARGUMENTS) {
        assertThat(types).contains(Arrays.asList(dtype, argument));
      }
      assertThat(masked).contains(List.of(dtype, true), List.of(dtype, false));
    }
    for (int dimensions = 0; dimensions <= 4; dimensions++) {
      int bound = Math.max(1, dimensions);
      assertThat(axes).contains(Arrays.asList(dimensions, null, axisRequired && dimensions > 1));
      for (int axis = -bound - 1; axis <= bound; axis++) {
        boolean outOfBounds = axis < -bound || axis >= bound;
        assertThat(axes).contains(Arrays.asList(dimensions, axis, outOfBounds));
      }
    }
    if (function.matches("cum(max|min)")) {
      assertThat(overflows).containsExactlyInAnyOrder("null", "cast");
    } else {
      String result = function.matches(".*sum") ? "sum" : "product";
      assertThat(overflows).containsExactlyInAnyOrder("null", "cast", result);
    }
  }

  static List<Arguments> functionsAndOptions() {
    List<Arguments> calls = new ArrayList<>();
    for (String function :
        List.of("cumsum", "cumprod", "cummax", "cummin", "nancumsum", "nancumprod")) {
      for (List<Option> options : OPTIONS) {
        calls.add(Arguments.of(function, options));
      }
    }
    for (String function : List.of("cumulative_sum", "cumulative_prod")) {
      for (List<Option> options : OPTIONS) {
        calls.add(Arguments.of(function, options));
      }
      calls.add(Arguments.of(function, List.of(Option.INCLUDE_INITIAL)));
      calls.add(Arguments.of(function, List.of(Option.REVERSE, Option.INCLUDE_INITIAL)));
    }
    return calls;
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
