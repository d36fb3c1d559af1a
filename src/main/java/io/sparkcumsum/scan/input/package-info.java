/**
 * What the two passes of a scan read: the same rows twice, in three ways. May use {@code
 * scan.phase} and {@code scan.source}.
 */
package io.sparkcumsum.scan.input;
