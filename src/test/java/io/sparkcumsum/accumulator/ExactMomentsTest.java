package io.sparkcumsum.accumulator;

import static io.sparkcumsum.accumulator.MomentsReference.nearest;
import static io.sparkcumsum.accumulator.MomentsReference.nearestRoot;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.Seeds;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Moments, and what is made of them, against exact arithmetic in BigDecimal, rounded once. */
class ExactMomentsTest {
  private static final int VALUES = 40;
  private static final int ROUNDS = 5;

  /** Ways to draw values that stress different parts of the arithmetic. */
  private enum Values {
    UNIFORM {
      @Override
      double draw(Random random) {
        return random.nextDouble();
      }
    },
    GAUSSIAN {
      @Override
      double draw(Random random) {
        return random.nextGaussian();
      }
    },
    CENTS {
      @Override
      double draw(Random random) {
        return (random.nextInt(200_000) - 100_000) / 100.0;
      }
    },
    SMALL_INTEGERS {
      @Override
      double draw(Random random) {
        return random.nextInt(7) - 3;
      }
    },
    FAR_FROM_ZERO {
      @Override
      double draw(Random random) {
        return 1e15 + random.nextInt(3);
      }
    },
    /** So many bits cancel that approximations decide some results and not others. */
    SOMEWHAT_FAR_FROM_ZERO {
      @Override
      double draw(Random random) {
        return 1e8 + random.nextDouble() * (random.nextInt(8) == 0 ? 1e8 : 1);
      }
    },
    NEARLY_EQUAL {
      @Override
      double draw(Random random) {
        return random.nextInt(3) == 0 ? Math.nextUp(0.1) : 0.1;
      }
    },
    EVERY_MAGNITUDE {
      @Override
      double draw(Random random) {
        return (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(601) - 300);
      }
    },
    LARGE {
      @Override
      double draw(Random random) {
        return (random.nextDouble() - 0.5) * 1e200;
      }
    },
    NEAR_OVERFLOW {
      @Override
      double draw(Random random) {
        return (random.nextBoolean() ? 1 : -1) * Math.scalb(1 + random.nextDouble(), 1023);
      }
    },
    TINY {
      @Override
      double draw(Random random) {
        return (random.nextDouble() - 0.5) * 1e-200;
      }
    },
    SQUARES_ARE_SUBNORMAL {
      @Override
      double draw(Random random) {
        return (random.nextDouble() - 0.5) * Math.pow(10, -152 - random.nextInt(12));
      }
    },
    SUBNORMAL {
      @Override
      double draw(Random random) {
        return Double.MIN_VALUE * (random.nextInt(2_000_000) - 1_000_000);
      }
    },
    /** Long runs of ones and of zeros, through which carries and borrows go. */
    CARRIES {
      @Override
      double draw(Random random) {
        double[] significands = {1, 0x1p53 - 1, 0x1p52 + 1, 0};
        double significand = significands[random.nextInt(significands.length)];
        return Math.scalb(
            random.nextBoolean() ? significand : -significand, random.nextInt(400) - 200);
      }
    };

    abstract double draw(Random random);
  }

  @ParameterizedTest
  @EnumSource(Values.class)
  void everyResultIsExactAndRoundedOnce(Values values) {
    Random random = Seeds.random("ExactMomentsTest " + values, 1);
    for (int round = 0; round < ROUNDS; round++) {
      ExactMoments single = new ExactMoments(4, 0);
      ExactMoments pairs = new ExactMoments(2, 2);
      MomentsReference exact = new MomentsReference();
      for (int i = 0; i < VALUES; i++) {
        double x = values.draw(random);
        double y = random.nextInt(4) == 0 ? x : values.draw(random);
        single.reduce(x);
        pairs.reduce(x, y);
        exact.add(x, y);
        assertMoments(single, pairs, exact);
        if (exact.count() > 1) {
          assertResults(single, pairs, exact);
        }
      }
    }
  }

  private static void assertMoments(
      ExactMoments single, ExactMoments pairs, MomentsReference exact) {
    BigDecimal n = exact.n();
    assertThat(single.count()).isEqualTo((double) exact.count());
    assertThat(single.meanX().value()).isEqualTo(nearest(exact.sumX(), n));
    assertThat(single.secondX().value()).isEqualTo(nearest(exact.secondX(), n));
    assertThat(single.thirdX().value()).isEqualTo(nearest(exact.third(), n.pow(2)));
    assertThat(single.fourthX().value()).isEqualTo(nearest(exact.fourth(), n.pow(3)));
    assertThat(pairs.count()).isEqualTo((double) exact.count());
    assertThat(pairs.meanY().value()).isEqualTo(nearest(exact.sumY(), n));
    assertThat(pairs.secondX().value()).isEqualTo(nearest(exact.secondX(), n));
    assertThat(pairs.secondY().value()).isEqualTo(nearest(exact.secondY(), n));
    assertThat(pairs.product().value()).isEqualTo(nearest(exact.product(), n));
  }

  private static void assertResults(
      ExactMoments single, ExactMoments pairs, MomentsReference exact) {
    BigDecimal n = exact.n();
    BigDecimal second = exact.secondX();
    FilteredSurd variance =
        single.secondX().dividedBy(FilteredSurd.of(single.count()).minus(FilteredSurd.of(1.0)));
    BigDecimal divisor = n.multiply(n.subtract(BigDecimal.ONE));
    assertThat(variance.value()).isEqualTo(nearest(second, divisor));
    assertThat(variance.squareRoot().value()).isEqualTo(nearestRoot(second, divisor));
    if (second.signum() == 0) {
      assertThat(single.fourthX().dividedBy(single.secondX())).isNull();
      return;
    }
    // n * m4 / (m2 * m2) - 3
    FilteredSurd kurtosis =
        FilteredSurd.of(single.count())
            .times(single.fourthX())
            .dividedBy(single.secondX().times(single.secondX()))
            .minus(FilteredSurd.of(3.0));
    BigDecimal squared = second.pow(2);
    assertThat(kurtosis.value())
        .isEqualTo(
            nearest(exact.fourth().subtract(squared.multiply(BigDecimal.valueOf(3))), squared));
    // sqrt(n) * m3 / sqrt(m2 * m2 * m2)
    FilteredSurd cubed = single.secondX().times(single.secondX()).times(single.secondX());
    FilteredSurd skewness =
        FilteredSurd.of(single.count())
            .squareRoot()
            .times(single.thirdX())
            .dividedBy(cubed.squareRoot());
    assertThat(skewness.value())
        .isEqualTo(exact.third().signum() * nearestRoot(exact.third().pow(2), second.pow(3)));
    // yAvg - ck / m2 * xAvg
    FilteredSurd intercept =
        pairs.meanY().minus(pairs.product().dividedBy(pairs.secondX()).times(pairs.meanX()));
    assertThat(intercept.value())
        .isEqualTo(
            nearest(
                exact.sumY().multiply(second).subtract(exact.product().multiply(exact.sumX())),
                second.multiply(n)));
    BigDecimal secondY = exact.secondY();
    if (secondY.signum() != 0) {
      FilteredSurd correlation =
          pairs.product().dividedBy(pairs.secondX().times(pairs.secondY()).squareRoot());
      BigDecimal squares = second.multiply(secondY);
      assertThat(correlation.value())
          .isEqualTo(exact.product().signum() * nearestRoot(exact.product().pow(2), squares));
      assertThat(correlation.times(correlation).value())
          .isEqualTo(nearest(exact.product().pow(2), squares));
    }
  }

  @ParameterizedTest
  @EnumSource(Values.class)
  void mergedPartsLeaveNoTrace(Values values) {
    Random random = Seeds.random("ExactMomentsTest merge " + values, 2);
    for (int round = 0; round < ROUNDS; round++) {
      ExactMoments whole = new ExactMoments(2, 2);
      ExactMoments wholeSingle = new ExactMoments(4, 0);
      ExactMoments merged = whole.fresh();
      ExactMoments mergedSingle = wholeSingle.fresh();
      ExactMoments part = whole.fresh();
      ExactMoments partSingle = wholeSingle.fresh();
      for (int i = 0; i < 5 * VALUES; i++) {
        double x = values.draw(random);
        double y = values.draw(random);
        whole.reduce(x, y);
        wholeSingle.reduce(x);
        part.reduce(x, y);
        partSingle.reduce(x);
        if (random.nextInt(12) == 0) {
          merged = sometimesRestored(merged.merge(part), random);
          mergedSingle = sometimesRestored(mergedSingle.merge(partSingle), random);
          part = whole.fresh();
          partSingle = wholeSingle.fresh();
        }
      }
      assertThat(merged.merge(part).store()).isEqualTo(whole.store());
      assertThat(mergedSingle.merge(partSingle).store()).isEqualTo(wholeSingle.store());
    }
  }

  private static ExactMoments sometimesRestored(ExactMoments moments, Random random) {
    return random.nextBoolean() ? moments.restore(moments.store()) : moments;
  }

  @Test
  void valuesThatAreTakenAwayAgainLeaveNoTrace() {
    Random random = Seeds.random("ExactMomentsTest cancelled", 3);
    ExactMoments moments = new ExactMoments(1, 1);
    for (int i = 0; i < 200; i++) {
      double x = Values.EVERY_MAGNITUDE.draw(random);
      moments.reduce(x, 1e300).reduce(-x, -1e300).reduce(0.0, x).reduce(-0.0, -x);
      moments.reduce(-x, 1e300).reduce(x, -1e300);
    }
    ExactMoments zeros = new ExactMoments(1, 1);
    for (int i = 0; i < 1200; i++) {
      zeros.reduce(0.0, 0.0);
    }
    assertThat(moments.store()).isEqualTo(zeros.store());
  }

  @Test
  void allThatIsNotFiniteIsNotANumber() {
    for (double special :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      ExactMoments moments = new ExactMoments(4, 0).reduce(1.0).reduce(special).reduce(2.0);
      assertThat(moments.count()).isEqualTo(3);
      assertThat(moments.meanX().value()).isNaN();
      assertThat(moments.secondX().squareRoot().value()).isNaN();
      assertThat(moments.fourthX().dividedBy(moments.secondX()).comparable()).isNaN();
      ExactMoments pairs = new ExactMoments(2, 2).reduce(1.0, special).reduce(1.0, 2.0);
      assertThat(pairs.restore(pairs.store()).product().value()).isNaN();
      assertThat(pairs.secondY().value()).isNaN();
      assertThat(pairs.secondX().value()).isZero();
      assertThat(pairs.meanX().value()).isOne();
    }
    assertThat(FilteredSurd.of(-1.0).squareRoot().value()).isNaN();
    assertThat(FilteredSurd.of(Double.NaN).dividedBy(FilteredSurd.of(0.0))).isNull();
  }

  @Test
  void whatRoundsToZeroStillComparesAsWhatItIs() {
    ExactMoments moments = new ExactMoments(2, 0).reduce(1e-200).reduce(2e-200);
    assertThat(moments.secondX().value()).isZero();
    assertThat(moments.secondX().comparable()).isEqualTo(Double.MIN_VALUE);
    assertThat(moments.meanX().minus(FilteredSurd.of(1.0)).comparable()).isNegative();
    assertThat(moments.secondX().minus(moments.secondX()).comparable()).isZero();
  }

  @Test
  void rootsAddUpToo() {
    FilteredSurd two = FilteredSurd.of(4.0).squareRoot();
    assertThat(two.plus(FilteredSurd.of(1.0)).value()).isEqualTo(3);
    assertThat(two.minus(two).value()).isZero();
    assertThat(two.times(FilteredSurd.of(-3.0)).value()).isEqualTo(-6);
    assertThat(FilteredSurd.of(-6.0).dividedBy(two).absolute().value()).isEqualTo(3);
    assertThat(two.squareRoot().squareRoot().times(FilteredSurd.of(2.0)).value())
        .isEqualTo(2 * Math.sqrt(Math.sqrt(2)));
  }

  @Test
  void theStateOfUsualValuesIsSmall() {
    Random random = Seeds.random("ExactMomentsTest size", 4);
    ExactMoments moments = new ExactMoments(2, 0);
    for (int i = 0; i < 100_000; i++) {
      moments.reduce(random.nextGaussian());
    }
    assertThat(moments.store()).hasSizeLessThan(120);
  }
}
