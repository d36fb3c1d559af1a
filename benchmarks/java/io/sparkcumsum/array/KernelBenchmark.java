package io.sparkcumsum.array;

import io.sparkcumsum.accumulator.Operation;
import io.sparkcumsum.accumulator.Overflow;
import io.sparkcumsum.accumulator.ScanOptions;
import io.sparkcumsum.dtype.DTypes;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One call of the SQL function's kernel on one array, which gives an array that is new. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 1, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 1, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class KernelBenchmark {
  /** The elements' type, then the result's. */
  @Param({
    "bool int64",
    "int8 int64",
    "int16 int64",
    "int32 int64",
    "int64 int64",
    "float32 float32",
    "float64 float64",
    "int8 int8",
    "int16 int16",
    "int32 int32",
    "bool bool"
  })
  String types;

  @Param({"1000", "10000", "100000", "1000000", "10000000"})
  int length;

  @Param({"false", "true"})
  boolean ansi;

  /** The function's name in SQL. */
  @Param({"cumsum", "cumprod", "cummax", "cummin"})
  String function;

  private ArrayScan scan;
  private ArrayData values;

  @Setup
  public void setUp() {
    String[] names = types.split(" ", -1);
    Operation operation = CumulativeFunction.valueOf(function.toUpperCase(Locale.ROOT)).operation();
    DataType result = DTypes.parse(names[1], operation::accumulatesIn);
    scan =
        ArrayScan.flattened(
            operation.sequential(
                DTypes.parse(names[0], operation::accumulatesIn),
                result,
                new Overflow(ansi, function),
                false),
            /* dimensions= */ 1,
            ScanOptions.INCLUSIVE);
    values = values(names[0], length, operation == Operation.PRODUCT);
  }

  /**
   * Integers come with their negatives, so that no sum leaves the range; factors are 1 and -1, or
   * floats near 1, so that no product does.
   */
  private static ArrayData values(String type, int length, boolean areFactors) {
    Random random = new Random(length);
    int size = Math.max(1, DTypes.parse(type, any -> true).defaultSize());
    UnsafeArrayData values = UnsafeArrayData.createFreshArray(length, size);
    int drawn = 0;
    for (int i = 0; i < length; i++) {
      int next = areFactors ? 1 - 2 * random.nextInt(2) : random.nextInt(100);
      drawn = areFactors || i % 2 == 0 ? next : -drawn;
      double real = areFactors ? 1 + (random.nextDouble() - 0.5) / 1000 : random.nextDouble();
      switch (type) {
        case "bool" -> values.setBoolean(i, random.nextBoolean());
        case "int8" -> values.setByte(i, (byte) drawn);
        case "int16" -> values.setShort(i, (short) drawn);
        case "int32" -> values.setInt(i, drawn);
        case "int64" -> values.setLong(i, drawn);
        case "float32" -> values.setFloat(i, (float) real);
        default -> values.setDouble(i, real);
      }
    }
    return values;
  }

  @Benchmark
  public ArrayData scan() {
    return scan.apply(values);
  }
}
