/**
 * The scan as an operator: the logical node, the physical node, and the strategies that plan one as
 * the other. May use all packages below it.
 */
package io.sparkcumsum.scan;
