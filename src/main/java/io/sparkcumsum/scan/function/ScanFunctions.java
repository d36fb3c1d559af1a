package io.sparkcumsum.scan.function;

import io.sparkcumsum.catalyst.Attributes;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;

/**
 * The functions of a scan, which create its states.
 *
 * @param input the columns of the rows that the functions read
 */
public record ScanFunctions(List<ScanFunction> functions, List<Attribute> input)
    implements Serializable {

  /** The state before any row; called by generated code. */
  public RunningState start() {
    return RunningState.initial(this, false);
  }

  /** The state before any row, for use with nearly each row: cleared, merged or serialized. */
  public RunningState startForEachRow() {
    return RunningState.initial(this, true);
  }

  /** The state from its serialized form. */
  public RunningState deserialized(byte[] serialized) {
    return RunningState.deserialized(this, serialized);
  }

  /** The same functions with totals that put rows {@linkplain ScanFunction#prepending before}. */
  public ScanFunctions prepending() {
    return new ScanFunctions(functions.stream().map(ScanFunction::prepending).toList(), input);
  }

  /**
   * The same functions over the same rows with other columns, which have to include those that the
   * functions read.
   */
  public ScanFunctions over(List<Attribute> columns) {
    return new ScanFunctions(functions, columns);
  }

  /**
   * All that a {@link RunningState} holds a state of: the functions, and last the number of rows.
   */
  public List<ScanFunction> withRowCount() {
    List<ScanFunction> all = new ArrayList<>(functions);
    all.add(new RowCount());
    return all;
  }

  /** The columns that the functions read. */
  public AttributeSet references() {
    return Attributes.references(functions);
  }

  /** Whether some function returns one result for all rows that are equal in the order. */
  public boolean areSharedByPeers() {
    return functions.stream().anyMatch(ScanFunction::sharedByPeers);
  }

  /** Whether rows that are equal in the order have to be in one partition. */
  public boolean needPeersTogether() {
    return functions.stream().anyMatch(ScanFunction::needsPeersTogether);
  }

  /** Whether the offset pass needs the total of all rows. */
  public boolean needGrandTotal() {
    return functions.stream().anyMatch(ScanFunction::needsGrandTotal);
  }

  /** Whether the offset pass of a partition needs the total of all rows behind it. */
  public boolean needFollowing() {
    return functions.stream().anyMatch(ScanFunction::needsFollowing);
  }

  /** Whether some total depends on the order of the rows. */
  public boolean dependOnOrder() {
    return functions.stream().anyMatch(ScanFunction::dependsOnOrder);
  }

  /**
   * The columns of which some total depends on the order even of rows equal in the scan's order.
   */
  public AttributeSet readInOrderOfPeers() {
    return Attributes.references(
        functions.stream().filter(ScanFunction::dependsOnOrderOfPeers).toList());
  }
}
