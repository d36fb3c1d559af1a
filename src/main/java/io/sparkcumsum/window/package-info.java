/** Which of Spark's windows are scans, and how they are planned as such. May use {@code scan}. */
package io.sparkcumsum.window;
