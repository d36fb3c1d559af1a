/**
 * Where rows come from: whether they are the same when they are read twice, with which columns, and
 * in which splits. May use {@code catalyst} alone.
 */
package io.sparkcumsum.scan.source;
