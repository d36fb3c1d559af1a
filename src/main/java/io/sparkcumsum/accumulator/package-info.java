/**
 * The arithmetic: what is accumulated over values, one class for each way of doing it. Knows no
 * plans. May use {@code dtype} and {@code error}.
 */
package io.sparkcumsum.accumulator;
