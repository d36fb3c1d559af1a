/**
 * Frames that end on both sides, with rows of other partitions too. May use {@code scan.function},
 * and {@code scan.ordering} for ranges of keys.
 */
package io.sparkcumsum.scan.frame;
