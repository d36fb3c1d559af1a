package io.sparkcumsum.scan.phase;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.SparkCompat;
import io.sparkcumsum.scan.function.GeneratedState;
import io.sparkcumsum.scan.function.RunningState;
import io.sparkcumsum.scan.function.ScanFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.EmptyBlock$;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import scala.collection.immutable.Seq;

/** The {@link OffsetPass} as generated code inside the loop that reads the rows. */
public final class GeneratedOffsetPass {
  private final CodegenContext context;
  private final OffsetPass pass;
  private final Seq<Attribute> input;
  private final GeneratedState state;

  public GeneratedOffsetPass(CodegenContext context, OffsetPass pass) {
    this.context = context;
    this.pass = pass;
    this.input = seq(pass.input());
    this.state = new GeneratedState(context, pass.functions().withRowCount());
  }

  /**
   * Code that starts from the offset of the partition, runs the loop, and verifies the state after
   * the last row.
   *
   * @param loop the code that reads the rows
   * @param limitNotReached conditions that are false if a LIMIT above this operator ended the loop
   *     early; the state is then not verified
   */
  public String around(String loop, Seq<String> limitNotReached) {
    String offset = field(PartitionOffset.class.getName(), "offset");
    String running = field(RunningState.class.getName(), "running");
    String started = field("long", "started");
    String ended = field("boolean", "ended");
    String offsets = context.addReferenceObj("offsets", pass.offsets(), null);
    String scanTime = context.addReferenceObj("scanTime", pass.metrics().scanTime(), null);
    String partition = SparkCompat.partitionIndex(context);
    List<String> atEnd = new ArrayList<>(List.of("!" + ended));
    atEnd.addAll(list(limitNotReached));
    return """
        if (%1$s == null) {
          %2$s = System.nanoTime();
          %10$s = %3$s.of(%4$s, inputs);
          %1$s = %10$s.start();
          %5$s
        }
        %6$s
        if (%7$s) {
          %8$s = true;
          %9$s.add(System.nanoTime() - %2$s);
          %10$s.verifyEnd(%1$s);
        }
        """
        .formatted(
            running,
            started,
            offsets,
            partition,
            state.target(running + ".row()"),
            loop,
            String.join(" && ", atEnd),
            ended,
            scanTime,
            offset);
  }

  private String field(String type, String name) {
    boolean inline = true;
    boolean fresh = true;
    return context.addMutableState(type, name, variable -> "", inline, fresh);
  }

  /**
   * Code for one row of the loop.
   *
   * @param row the columns of the row
   * @param emit the code that emits these columns and the results
   */
  public String row(Seq<ExprCode> row, Function<Seq<ExprCode>, String> emit) {
    String update = state.update(ScanFunction::update, input, row);
    StringBuilder evaluate = new StringBuilder();
    List<ExprCode> output = list(row);
    for (ExprCode result : state.results(input, row)) {
      evaluate.append(result.code());
      output.add(new ExprCode(EmptyBlock$.MODULE$, result.isNull(), result.value()));
    }
    String outputRows = context.addReferenceObj("numOutputRows", pass.metrics().outputRows(), null);
    return """
        %s
        %s
        %s.add(1);
        %s
        """
        .formatted(update, evaluate, outputRows, emit.apply(seq(output)));
  }
}
