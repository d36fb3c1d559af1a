/**
 * Helpers for Spark's own classes: columns, expressions, Scala's collections, jobs. It uses no
 * other package of this project.
 */
package io.sparkcumsum.catalyst;
