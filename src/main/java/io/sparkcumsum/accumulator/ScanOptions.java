package io.sparkcumsum.accumulator;

import java.io.Serializable;

/**
 * The options of a scan, the same for all operations.
 *
 * @param exclusive each place gets the result of the elements before it in the scan; the first
 *     place gets the identity, or null if there is none
 * @param reverse the scan runs from the last element to the first
 * @param includeInitial the identity is added before the first result, or in reverse after the last
 */
public record ScanOptions(boolean exclusive, boolean reverse, boolean includeInitial)
    implements Serializable {

  /** Each place gets the result of its own value and the elements before it. */
  public static final ScanOptions INCLUSIVE = new ScanOptions(false, false, false);
}
