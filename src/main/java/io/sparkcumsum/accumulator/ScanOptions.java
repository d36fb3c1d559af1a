package io.sparkcumsum.accumulator;

import java.io.Serializable;

/**
 * Which results a scan gives, the same for all operations.
 *
 * @param exclusive each place gets what precedes it, the first one the identity
 * @param reverse from the last element to the first: each place gets its own value and what follows
 * @param includeInitial the identity comes before the first result, or in reverse after the last,
 *     so that there is one result more
 */
public record ScanOptions(boolean exclusive, boolean reverse, boolean includeInitial)
    implements Serializable {

  /** Each place gets what precedes it and its own value. */
  public static final ScanOptions INCLUSIVE = new ScanOptions(false, false, false);
}
