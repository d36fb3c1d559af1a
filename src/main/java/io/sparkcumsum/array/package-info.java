/**
 * The SQL functions over the value in one row. May use {@code accumulator}, {@code dtype}, {@code
 * error} and {@code catalyst}.
 */
package io.sparkcumsum.array;
