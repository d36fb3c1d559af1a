package io.sparkcumsum.scan.phase;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.ProductNode;
import io.sparkcumsum.scan.function.GeneratedState;
import io.sparkcumsum.scan.function.RunningState;
import io.sparkcumsum.scan.function.ScanFunction;
import io.sparkcumsum.scan.function.ScanFunctions;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.execution.CodegenSupport;
import org.apache.spark.sql.execution.SparkPlan;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/** The first phase in generated code. It emits one row for each partition: the serialized total. */
public final class PartitionTotalsExec extends SparkPlan implements CodegenSupport, ProductNode {
  private final Seq<ScanFunction> functions;
  private final SparkPlan child;
  private transient CodegenSupport parent;
  private transient GeneratedState state;

  /** Public for Catalyst, which copies nodes through it. */
  public PartitionTotalsExec(Seq<ScanFunction> functions, SparkPlan child) {
    this.functions = functions;
    this.child = child;
  }

  private ScanFunctions functions() {
    return new ScanFunctions(list(functions), list(child.output()));
  }

  @Override
  public Seq<Attribute> output() {
    List<Attribute> serialized = new ArrayList<>();
    for (ScanFunction function : functions().withRowCount()) {
      serialized.addAll(function.serialized());
    }
    return seq(serialized);
  }

  @Override
  public AttributeSet producedAttributes() {
    return outputSet();
  }

  @Override
  public RDD<InternalRow> doExecute() {
    return PartitionTotals.of(child.execute(), functions(), /* segments= */ null);
  }

  @Override
  public Seq<RDD<InternalRow>> inputRDDs() {
    return ((CodegenSupport) child).inputRDDs();
  }

  @Override
  public String doProduce(CodegenContext context) {
    state = new GeneratedState(context, functions().withRowCount());
    String done = context.addMutableState("boolean", "done", variable -> "", true, true);
    String running =
        context.addMutableState(
            RunningState.class.getName(), "running", variable -> "", true, true);
    String start = context.addReferenceObj("functions", functions(), null);
    return """
        if (!%1$s) {
          %1$s = true;
          %2$s = %3$s.start();
          %4$s
          %5$s
          append(%2$s.serialized());
        }
        """
        .formatted(
            done,
            running,
            start,
            state.target(running + ".row()"),
            ((CodegenSupport) child).produce(context, this));
  }

  @Override
  public String doConsume(CodegenContext context, Seq<ExprCode> input, ExprCode row) {
    return state.update(ScanFunction::updateTotal, child.output(), input);
  }

  /** The loop over the input emits nothing, so it has nothing to stop for. */
  @Override
  public boolean needStopCheck() {
    return false;
  }

  @Override
  public Seq<String> limitNotReachedChecks() {
    return seq(List.of());
  }

  @Override
  public CodegenSupport parent() {
    return parent;
  }

  @Override
  public void parent_$eq(CodegenSupport newParent) {
    parent = newParent;
  }

  @Override
  public Seq<SparkPlan> children() {
    return seq(List.of(child));
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> newChildren) {
    return new PartitionTotalsExec(functions, newChildren.apply(0));
  }

  @Override
  public String nodeName() {
    return "PartitionTotals";
  }

  @Override
  public List<Object> parameters() {
    return List.of(functions, child);
  }

  @Override
  public boolean equals(Object other) {
    return hasParametersOf(other);
  }
}
