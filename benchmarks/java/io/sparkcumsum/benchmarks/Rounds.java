package io.sparkcumsum.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Variants of a work that are timed in turn, round by round, so that what else the machine does
 * meets all of them. The first round is not counted. Before each of them the heap is collected,
 * which lets Spark delete the files of the one before, and what is to be written to disk is.
 */
final class Rounds {
  private final String work;
  private final int count;
  private final Map<String, Runnable> variants = new LinkedHashMap<>();
  private final Map<String, double[]> seconds = new LinkedHashMap<>();
  private final List<Map<String, Object>> ratios = new ArrayList<>();
  private Runnable alsoBefore = () -> {};

  Rounds(String work, int count) {
    this.work = work;
    this.count = count;
  }

  Rounds variant(String name, Runnable variant) {
    variants.put(name, variant);
    seconds.put(name, new double[count]);
    return this;
  }

  /** What is to be done before each run besides what is done for all, say in another process. */
  Rounds settling(Runnable before) {
    alsoBefore = before;
    return this;
  }

  Rounds run() {
    System.out.printf("%n%s, %d rounds%n%-40s    min  median     max  seconds%n", work, count, "");
    for (int round = -1; round < count; round++) {
      for (Map.Entry<String, Runnable> variant : variants.entrySet()) {
        settle();
        alsoBefore.run();
        long start = System.nanoTime();
        variant.getValue().run();
        if (round >= 0) {
          seconds.get(variant.getKey())[round] = (System.nanoTime() - start) / 1e9;
        }
      }
    }
    seconds.forEach((name, values) -> System.out.printf("%-40s %s%n", name, spread(values)));
    return this;
  }

  /** What is done before each run of a variant. */
  static void settle() {
    System.gc();
    try {
      new ProcessBuilder("sync").start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Prints the ratio of one variant to the sum of others, whose times are of the same round. */
  Rounds ratio(String target, String of, String... to) {
    double[] values = new double[count];
    for (int round = 0; round < count; round++) {
      double sum = 0;
      for (String name : to) {
        sum += seconds.get(name)[round];
      }
      values[round] = seconds.get(of)[round] / sum;
    }
    String name = of + " / " + (to.length == 1 ? to[0] : "(" + String.join(" + ", to) + ")");
    System.out.printf("%-72s %s  target %s%n", name, spread(values), target);
    ratios.add(Map.of("ratio", name, "target", target, "values", values));
    return this;
  }

  /** Of an even number, the median is the larger of the two values in the middle. */
  private static String spread(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return String.format(
        Locale.ROOT,
        "%6.2f  %6.2f  %6.2f",
        sorted[0],
        sorted[sorted.length / 2],
        sorted[sorted.length - 1]);
  }

  Map<String, Object> asJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("work", work);
    json.put("seconds", seconds);
    json.put("ratios", ratios);
    return json;
  }
}
