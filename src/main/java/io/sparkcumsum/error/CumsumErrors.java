package io.sparkcumsum.error;

import java.util.List;
import java.util.Map;
import org.apache.spark.QueryContext;
import org.apache.spark.SparkArithmeticException;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.catalyst.trees.CurrentOrigin$;
import org.apache.spark.sql.errors.QueryCompilationErrors;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Every error of this project that a user can meet. Conditions that Spark has keep Spark's name;
 * the others start with {@code CUMSUM_} and have their texts in {@code error-conditions.json}.
 */
public final class CumsumErrors {
  private CumsumErrors() {}

  public static RuntimeException axisOutOfBounds(long axis, int dimensions) {
    return analysis(
        ErrorCondition.of(
            "CUMSUM_AXIS_OUT_OF_BOUNDS",
            "axis",
            Long.toString(axis),
            "dimension",
            Integer.toString(dimensions)));
  }

  public static RuntimeException unknownDtype(String dtype) {
    return analysis(ErrorCondition.of("CUMSUM_UNKNOWN_DTYPE", "dtype", dtype));
  }

  public static RuntimeException orderRequired(List<String> columns) {
    return analysis(
        ErrorCondition.of("CUMSUM_ORDER_REQUIRED", "columns", String.join(", ", columns)));
  }

  public static RuntimeException orderConflict() {
    return analysis(ErrorCondition.of("CUMSUM_ORDER_CONFLICT"));
  }

  public static RuntimeException connectUnsupported() {
    return analysis(ErrorCondition.of("CUMSUM_CONNECT_UNSUPPORTED"));
  }

  public static RuntimeException streamingUnsupported() {
    return analysis(ErrorCondition.of("CUMSUM_STREAMING_UNSUPPORTED"));
  }

  public static RuntimeException outCountMismatch(List<String> out, List<String> columns) {
    return analysis(
        ErrorCondition.of(
            "CUMSUM_OUT_COUNT_MISMATCH",
            "outCount",
            Integer.toString(out.size()),
            "columnCount",
            Integer.toString(columns.size()),
            "out",
            String.join(", ", out),
            "columns",
            String.join(", ", columns)));
  }

  /** NumPy's error of the array API's functions. */
  public static RuntimeException axisRequired() {
    return analysis(ErrorCondition.of("CUMSUM_AXIS_REQUIRED"));
  }

  public static RuntimeException outDuplicate(String out) {
    return analysis(ErrorCondition.of("CUMSUM_OUT_DUPLICATE", "out", out));
  }

  public static RuntimeException outAmbiguous(String out) {
    return analysis(ErrorCondition.of("CUMSUM_OUT_AMBIGUOUS", "out", out));
  }

  public static RuntimeException outIncompatible(
      String out, DataType outType, DataType resultType) {
    return analysis(
        ErrorCondition.of(
            "CUMSUM_OUT_INCOMPATIBLE",
            "out",
            out,
            "outType",
            outType.sql(),
            "resultType",
            resultType.sql()));
  }

  public static RuntimeException invalidArgument(
      String function, String parameter, String expected, String actual) {
    return analysis(argument(function, parameter, expected, actual));
  }

  /** A null in a call from Java, where there is no query yet that could be analysed. */
  public static RuntimeException nullArgument(String method, String parameter, String expected) {
    return new CumsumRuntimeException(argument(method, parameter, expected, "null"));
  }

  private static ErrorCondition argument(
      String function, String parameter, String expected, String actual) {
    return ErrorCondition.of(
        "CUMSUM_INVALID_ARGUMENT",
        "function",
        function,
        "parameter",
        parameter,
        "expected",
        expected,
        "actual",
        actual);
  }

  /** Spark's {@code UNRESOLVED_COLUMN.WITH_SUGGESTION}, as {@code Dataset.col} throws it. */
  public static RuntimeException unresolvedColumn(Seq<String> name, String[] columns) {
    return thrown(
        QueryCompilationErrors.unresolvedColumnError(name, columns, CurrentOrigin$.MODULE$.get()));
  }

  private static RuntimeException analysis(ErrorCondition condition) {
    return thrown(new CumsumAnalysisException(condition));
  }

  /**
   * Throws the exception. Spark's AnalysisException is checked in Java, yet no Scala signature
   * declares it; the return type lets callers write {@code throw}.
   */
  private static RuntimeException thrown(AnalysisException exception) {
    Platform.throwException(exception);
    throw new AssertionError("unreachable");
  }

  public static RuntimeException raggedArray(int first, int second) {
    return new CumsumRuntimeException(
        ErrorCondition.of(
            "CUMSUM_RAGGED_ARRAY",
            "first",
            Integer.toString(first),
            "second",
            Integer.toString(second)));
  }

  public static RuntimeException arrayTooLarge(long elements) {
    return new CumsumRuntimeException(
        ErrorCondition.of("CUMSUM_ARRAY_TOO_LARGE", "elements", Long.toString(elements)));
  }

  public static RuntimeException inputChanged(int partition, long totalled, long scanned) {
    String difference =
        totalled == scanned
            ? "both saw " + scanned + " rows, but their totals differ"
            : "the first saw " + totalled + " rows, the second " + scanned;
    return inputChanged(partition, difference);
  }

  /** Rows that stay where they are, whose keys are others or in another order than they were. */
  public static RuntimeException inputReordered(int partition) {
    return inputChanged(
        partition, "the second saw other keys, or in another order, than the first");
  }

  private static RuntimeException inputChanged(int partition, String difference) {
    return new CumsumRuntimeException(
        ErrorCondition.of(
            "CUMSUM_INPUT_CHANGED",
            "partition",
            Integer.toString(partition),
            "difference",
            difference));
  }

  /** Spark's {@code ARITHMETIC_OVERFLOW}, as its own arithmetic throws under ANSI. */
  public static ArithmeticException arithmeticOverflow(DataType type, String function) {
    return sparkArithmetic(
        "ARITHMETIC_OVERFLOW",
        Map.of(
            "message", type.sql() + " overflow in " + function,
            "alternative", " Use a wider dtype to avoid it.",
            "config", "\"" + SQLConf.ANSI_ENABLED().key() + "\""));
  }

  /** Spark's {@code INTERVAL_ARITHMETIC_OVERFLOW}, which it throws with ANSI on or off. */
  public static ArithmeticException intervalOverflow() {
    return sparkArithmetic("INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", Map.of());
  }

  private static ArithmeticException sparkArithmetic(
      String condition, Map<String, String> parameters) {
    return new SparkArithmeticException(
        condition,
        scala.collection.immutable.Map.from(CollectionConverters.asScala(parameters)),
        new QueryContext[0],
        "");
  }
}
