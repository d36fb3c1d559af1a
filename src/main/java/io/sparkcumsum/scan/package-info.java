/**
 * The scan as an operator: the logical and the physical one, and how the one is planned as the
 * other. May use all the packages below it.
 */
package io.sparkcumsum.scan;
