package io.sparkcumsum.scan;

import static io.sparkcumsum.scan.Seqs.list;
import static io.sparkcumsum.scan.Seqs.seq;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.collection.immutable.Seq;

/** A strategy that plans scans. */
public abstract class ScanStrategy extends SparkStrategy {

  /**
   * The physical scan of rows.
   *
   * @param results the columns for what the functions show, in their order
   * @param order of the rows, empty for the natural one
   */
  protected final SparkPlan planScan(
      Seq<ScanFunction> functions, Seq<Attribute> results, Seq<SortOrder> order, LogicalPlan rows) {
    List<SparkPlan> children = new ArrayList<>();
    children.add(planLater(rows));
    AttributeSet needed =
        Attributes.references(list(functions)).$plus$plus(Attributes.references(list(order)));
    RereadRows.columns(rows, needed).ifPresent(columns -> children.add(planLater(columns)));
    return new PrefixScanExec(functions, results, order, seq(children));
  }
}
