/**
 * The three phases of a scan: totals of partitions, exclusive offsets, offset pass. May use {@code
 * scan.function}, {@code scan.frame}, and {@code scan.ordering} for the total as a summary.
 */
package io.sparkcumsum.scan.phase;
