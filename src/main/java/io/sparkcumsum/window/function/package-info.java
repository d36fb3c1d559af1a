/**
 * Aggregates, ranks and products of Spark as functions of a scan. May use {@code scan.function} and
 * {@code accumulator}.
 */
package io.sparkcumsum.window.function;
