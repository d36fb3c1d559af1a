package io.sparkcumsum.scan.ordering;

import java.io.Serializable;
import java.util.BitSet;
import org.apache.spark.sql.catalyst.InternalRow;

/** Tells which ranges need a row besides its own, for the frames of their rows. */
interface Halos extends Serializable {

  /** The code that compares keys, for one thread. */
  Ranges ranges();

  /** Finds ranges. */
  interface Ranges {
    /** Adds the ranges that a row goes to, besides its own. */
    void addTo(BitSet found, InternalRow key, int own);
  }
}
