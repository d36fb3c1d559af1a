package io.sparkcumsum.scan.source;

/** A plan that gives each row of its first child once, with more columns. */
public interface AppendsColumns {}
