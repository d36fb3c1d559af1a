/**
 * What is accumulated over rows, as Catalyst expressions, and how the state of it moves. May use
 * {@code accumulator}.
 */
package io.sparkcumsum.scan.function;
