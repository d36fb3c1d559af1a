/**
 * Frames that reach a limited number of rows, of other partitions too. May use {@code
 * scan.function}.
 */
package io.sparkcumsum.scan.frame;
