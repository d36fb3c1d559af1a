package io.sparkcumsum;

import java.util.Random;

/** Random numbers that can be had again: every seed is printed, and can be set from outside. */
public final class Seeds {
  private Seeds() {}

  /** A generator with the seed of the system property {@code seed}, by default the one given. */
  public static Random random(String purpose, long defaultSeed) {
    long seed = Long.getLong("seed", defaultSeed);
    System.out.println(purpose + ": -Dseed=" + seed);
    return new Random(seed);
  }
}
