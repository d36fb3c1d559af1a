/** Plans those of Spark's windows that a scan can compute. May use {@code scan}. */
package io.sparkcumsum.window;
