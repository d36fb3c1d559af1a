/**
 * Sorts rows, within partitions and across them, and computes a {@link
 * io.sparkcumsum.scan.ordering.Summary} of them meanwhile. Knows nothing of scans. May use {@code
 * scan.source}.
 */
package io.sparkcumsum.scan.ordering;
