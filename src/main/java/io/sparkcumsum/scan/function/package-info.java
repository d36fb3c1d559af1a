/**
 * The functions of a scan, as Catalyst expressions, and their running state. May use {@code
 * accumulator}.
 */
package io.sparkcumsum.scan.function;
