package io.sparkcumsum.accumulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.Seeds;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every prefix against the exact sum in BigDecimal, rounded once by the JDK. */
class ExactSumTest {
  private static final int VALUES = 400;
  private static final int ROUNDS = 60;

  /** Ways to draw values that stress different parts of the arithmetic. */
  private enum Values {
    UNIFORM {
      @Override
      double draw(Random random) {
        return random.nextDouble();
      }
    },
    CENTS {
      @Override
      double draw(Random random) {
        return (random.nextInt(200_000) - 100_000) / 100.0;
      }
    },
    EVERY_MAGNITUDE {
      @Override
      double draw(Random random) {
        return Math.scalb(random.nextDouble() - 0.5, random.nextInt(2000) - 1060);
      }
    },
    POWERS_OF_TWO {
      @Override
      double draw(Random random) {
        return Math.scalb(random.nextBoolean() ? 1.0 : -1.0, random.nextInt(120) - 60);
      }
    },
    NEAR_OVERFLOW {
      @Override
      double draw(Random random) {
        return (random.nextBoolean() ? 1 : -1) * Math.scalb(1 + random.nextDouble(), 1023);
      }
    },
    SUBNORMAL {
      @Override
      double draw(Random random) {
        return Double.MIN_VALUE * (random.nextInt(2_000_000) - 1_000_000);
      }
    },
    ZEROS {
      @Override
      double draw(Random random) {
        return random.nextInt(8) == 0 ? 0.0 : -0.0;
      }
    },
    HALFWAY {
      @Override
      double draw(Random random) {
        double[] around = {1, -1, 0x1p-53, -0x1p-53, 0x1p-106, -0x1p-106, 0x1p53, -0x1p53};
        return around[random.nextInt(around.length)];
      }
    };

    abstract double draw(Random random);
  }

  @ParameterizedTest
  @EnumSource(Values.class)
  void everyPrefixIsTheExactSumRoundedOnce(Values values) {
    Random random = Seeds.random("ExactSumTest " + values, 1);
    for (int round = 0; round < ROUNDS; round++) {
      double[] drawn = draw(values, random);
      ExactSum sum = new ExactSum(DataTypes.DoubleType);
      double[] prefixes =
          sum.accumulate(UnsafeArrayData.fromPrimitiveArray(drawn), ScanOptions.INCLUSIVE)
              .toDoubleArray();
      assertThat(bits(prefixes)).isEqualTo(bits(exactPrefixes(drawn)));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Values.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NEAR_OVERFLOW", "EVERY_MAGNITUDE", "SUBNORMAL"})
  void floatPrefixesAreRoundedToFloatOnce(Values values) {
    Random random = Seeds.random("ExactSumTest float " + values, 2);
    for (int round = 0; round < ROUNDS; round++) {
      float[] drawn = new float[VALUES];
      double[] widened = new double[VALUES];
      for (int i = 0; i < VALUES; i++) {
        drawn[i] = (float) values.draw(random);
        widened[i] = drawn[i];
      }
      ExactSum sum = new ExactSum(DataTypes.FloatType);
      float[] prefixes =
          sum.accumulate(UnsafeArrayData.fromPrimitiveArray(drawn), ScanOptions.INCLUSIVE)
              .toFloatArray();
      BigDecimal exact = BigDecimal.ZERO;
      for (int i = 0; i < VALUES; i++) {
        exact = exact.add(new BigDecimal(widened[i]));
        if (exact.signum() != 0) {
          assertThat(prefixes[i]).isEqualTo(Float.parseFloat(exact.toString()));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Values.class)
  void mergedPiecesLeaveNoTrace(Values values) {
    Random random = Seeds.random("ExactSumTest merge " + values, 3);
    for (int round = 0; round < ROUNDS; round++) {
      double[] drawn = draw(values, random);
      ExactSum whole = new ExactSum(DataTypes.DoubleType);
      whole.accumulate(UnsafeArrayData.fromPrimitiveArray(drawn), ScanOptions.INCLUSIVE);

      List<Accumulator> pieces = new ArrayList<>();
      for (int from = 0; from < drawn.length; ) {
        int to = Math.min(drawn.length, from + random.nextInt(drawn.length));
        ExactSum piece = new ExactSum(DataTypes.DoubleType);
        piece.accumulate(
            UnsafeArrayData.fromPrimitiveArray(Arrays.copyOfRange(drawn, from, to)),
            ScanOptions.INCLUSIVE);
        pieces.add(piece.deserialize(piece.serialize()));
        from = to;
      }
      Accumulator merged = new ExactSum(DataTypes.DoubleType);
      for (Accumulator piece : pieces) {
        merged.merge(piece);
      }
      assertThat(merged.serialize()).isEqualTo(whole.serialize());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 33, 100})
  void everyCellIsExactWhateverIsBesideIt(int width) {
    Random random = Seeds.random("ExactSumTest width " + width, 9);
    List<Values> kinds = new ArrayList<>(List.of(Values.values()));
    Collections.shuffle(kinds, random);
    double[][] columns = new double[width][];
    double[][] expected = new double[width][];
    for (int i = 0; i < width; i++) {
      columns[i] = draw(kinds.get(i % kinds.size()), random);
      expected[i] = exactPrefixes(columns[i]);
      if (random.nextInt(4) == 0) {
        int row = random.nextInt(VALUES);
        columns[i][row] = Double.NEGATIVE_INFINITY;
        Arrays.fill(expected[i], row, VALUES, Double.NEGATIVE_INFINITY);
      }
    }
    ExactSum sums = new ExactSum(DataTypes.DoubleType);
    Accumulator totals = new ExactSum(DataTypes.DoubleType);
    for (int row = 0; row < VALUES; row++) {
      ArrayData values = UnsafeArrayData.fromPrimitiveArray(row(columns, row));
      double[] stepped = sums.accumulateElementwise(values, false).toDoubleArray();
      assertThat(bits(stepped)).as("row %s", row).isEqualTo(bits(row(expected, row)));
      totals = totals.reduceElementwise(values);
    }
    assertThat(totals.serialize()).isEqualTo(sums.serialize());
  }

  private static double[] row(double[][] columns, int row) {
    return Arrays.stream(columns).mapToDouble(column -> column[row]).toArray();
  }

  @Test
  void exactHoweverManyValues() {
    Random random = Seeds.random("ExactSumTest many", 10);
    ExactSum sum = new ExactSum(DataTypes.DoubleType);
    BigDecimal exact = BigDecimal.ZERO;
    for (int i = 1; i <= 300_000; i++) {
      double value = Math.scalb(random.nextDouble(), random.nextInt(36));
      double rounded = sum.accumulate(value, false);
      exact = exact.add(new BigDecimal(value));
      if (i % 1000 == 0) {
        assertThat(rounded).isEqualTo(exact.doubleValue());
        // What is left without the rounded sum shows the bits that rounding hides.
        assertThat(sum.accumulate(-rounded, false))
            .isEqualTo(exact.subtract(new BigDecimal(rounded)).doubleValue());
        sum.accumulate(rounded, false);
      }
    }
  }

  @Test
  void nonFiniteValuesPropagate() {
    assertThat(prefixes(1, Double.POSITIVE_INFINITY, 1, Double.NEGATIVE_INFINITY, 1))
        .containsExactly(
            1, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.NaN, Double.NaN);
    assertThat(prefixes(1, Double.NaN, Double.POSITIVE_INFINITY))
        .containsExactly(1, Double.NaN, Double.NaN);
  }

  @Test
  void prefixesBeyondTheRangeAreInfiniteAndComeBack() {
    assertThat(prefixes(1e308, 1e308, -1e308, -1e308))
        .containsExactly(1e308, Double.POSITIVE_INFINITY, 1e308, 0);
    assertThat(prefixes(-1.7e308, 1e308, 1e308, -1e308))
        .containsExactly(-1.7e308, -1.7e308 + 1e308, -1.7e308 + 1e308 + 1e308, -1.7e308 + 1e308);
  }

  @Test
  void onlyNegativeZerosSumToNegativeZero() {
    assertThat(bits(prefixes(-0.0, -0.0))).isEqualTo(bits(-0.0, -0.0));
    assertThat(bits(prefixes(-0.0, 0.0, -0.0))).isEqualTo(bits(-0.0, 0.0, 0.0));
    assertThat(bits(prefixes(1, -1, -0.0))).isEqualTo(bits(1, 0.0, 0.0));
  }

  private static double[] draw(Values values, Random random) {
    double[] drawn = new double[VALUES];
    for (int i = 0; i < VALUES; i++) {
      drawn[i] = values.draw(random);
    }
    return drawn;
  }

  private static double[] prefixes(double... values) {
    return new ExactSum(DataTypes.DoubleType)
        .accumulate(UnsafeArrayData.fromPrimitiveArray(values), ScanOptions.INCLUSIVE)
        .toDoubleArray();
  }

  private static double[] exactPrefixes(double[] values) {
    double[] prefixes = new double[values.length];
    BigDecimal sum = BigDecimal.ZERO;
    boolean onlyNegativeZeros = true;
    for (int i = 0; i < values.length; i++) {
      sum = sum.add(new BigDecimal(values[i]));
      onlyNegativeZeros &= Double.doubleToRawLongBits(values[i]) == Long.MIN_VALUE;
      // Not BigDecimal.doubleValue(): the parser is the JDK's correctly rounded conversion.
      prefixes[i] = onlyNegativeZeros ? -0.0 : Double.parseDouble(sum.toString());
    }
    return prefixes;
  }

  private static long[] bits(double... values) {
    long[] bits = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      bits[i] = Double.doubleToLongBits(values[i]);
    }
    return bits;
  }
}
