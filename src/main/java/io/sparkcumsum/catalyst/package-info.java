/**
 * Helpers for Spark's own classes: columns, expressions, Scala's collections, jobs. Used by all
 * others but the arithmetic; uses none of them.
 */
package io.sparkcumsum.catalyst;
