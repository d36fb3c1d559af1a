/**
 * The arithmetic of the cumulative functions, one class for each way of accumulating. It knows
 * nothing of Spark's plans. May use {@code dtype} and {@code error}.
 */
package io.sparkcumsum.accumulator;
