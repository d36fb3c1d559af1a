package io.sparkcumsum.scan.source;

/** A leaf of a plan whose rows were stored while the query ran, in any order. */
public interface StoredRows {
  /** The bytes that they take. */
  long size();
}
