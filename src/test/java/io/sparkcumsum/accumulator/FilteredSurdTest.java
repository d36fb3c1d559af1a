package io.sparkcumsum.accumulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.Seeds;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Approximations round to what the exact numbers do. */
class FilteredSurdTest {
  private static final int SUMS = 20_000;

  /** Sums whose words are zeros, ones or only a sign, around powers of two and of 2^64. */
  @Test
  void sumsAreApproximatedAsTheyAre() {
    Random random = Seeds.random("FilteredSurdTest", 1);
    for (int i = 0; i < SUMS; i++) {
      DyadicSum sum = new DyadicSum();
      int magnitude = random.nextInt(4) == 0 ? 900 : 300;
      for (int terms = random.nextInt(5); terms >= 0; terms--) {
        int exponent = random.nextInt(magnitude) - magnitude / 2;
        exponent = random.nextBoolean() ? exponent : exponent & -64;
        sum.add(new long[] {1 + random.nextInt(3)}, 1, exponent, random.nextBoolean());
      }
      double exact = Surd.of(sum.value(), Dyadic.ONE).value();
      assertThat(FilteredSurd.of(sum).value()).isEqualTo(exact);
      double approximation = sum.approximation().high();
      if (!Double.isNaN(approximation)) {
        assertThat(Math.abs(approximation - exact)).isLessThanOrEqualTo(Math.ulp(exact));
      }
    }
    assertThat(FilteredSurd.of(new DyadicSum()).value()).isZero();
  }

  /** A root is rounded before anything is added to it, whatever is known of it. */
  @Test
  void sumsOfRootsAreThoseOfRoundedRoots() {
    FilteredSurd root = FilteredSurd.of(2.0).squareRoot();
    FilteredSurd rest = root.minus(FilteredSurd.of(Math.sqrt(2)));
    assertThat(rest.value()).isZero();
    assertThat(FilteredSurd.of(1.0).dividedBy(rest)).isNull();
    assertThat(root.squareRoot().value()).isEqualTo(Math.sqrt(Math.sqrt(2)));
  }
}
