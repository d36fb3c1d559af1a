package io.sparkcumsum.scan.function;

import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.RowValues;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.CodeGeneratorWithInterpretedFallback;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.MutableProjection;
import org.apache.spark.sql.catalyst.expressions.MutableProjection$;
import org.apache.spark.sql.catalyst.expressions.SpecificInternalRow;
import org.apache.spark.sql.catalyst.expressions.codegen.CodeAndComment;
import org.apache.spark.sql.catalyst.expressions.codegen.CodeGenerator;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Evaluates one part of the functions, such as {@code update}, for an input row, and assigns the
 * values to a state. A projection of the two joined rows does the same, but has to find out for
 * each value in which of the rows it is. Subclasses are generated.
 */
public abstract class StateUpdate {
  private SpecificInternalRow state;

  /** Updates a state. */
  @SuppressWarnings("ReferenceEquality")
  final void apply(SpecificInternalRow running, InternalRow input) {
    if (running != state) {
      state = running;
      target(running);
    }
    update(input);
  }

  /** Makes another state the target of updates. */
  protected abstract void target(SpecificInternalRow running);

  /** Updates the target. */
  protected abstract void update(InternalRow input);

  static StateUpdate of(
      List<ScanFunction> functions,
      Function<ScanFunction, List<Expression>> part,
      List<Attribute> input) {
    return new Factory().createObject(new Source(functions, part, input));
  }

  private record Source(
      List<ScanFunction> functions,
      Function<ScanFunction, List<Expression>> part,
      List<Attribute> input) {}

  /**
   * Generates code if Spark's settings allow it, and falls back to a projection if the code does
   * not compile.
   */
  private static final class Factory
      extends CodeGeneratorWithInterpretedFallback<Source, StateUpdate> {
    @Override
    public StateUpdate createCodeGeneratedObject(Source source) {
      CodegenContext context = new CodegenContext();
      GeneratedState state = new GeneratedState(context, source.functions());
      String target = state.target("running");
      String update = state.update(source.part(), source.input(), "input");
      String code =
          """
          public java.lang.Object generate(Object[] references) {
            return new SpecificStateUpdate(references);
          }

          class SpecificStateUpdate extends %s {
            private Object[] references;
            %s

            public SpecificStateUpdate(Object[] references) {
              this.references = references;
              %s
            }

            protected void target(%s running) {
              %s
            }

            protected void update(InternalRow input) {
              %s
            }

            %s
          }
          """
              .formatted(
                  StateUpdate.class.getName(),
                  context.declareMutableStates(),
                  context.initMutableStates(),
                  SpecificInternalRow.class.getName(),
                  target,
                  update,
                  context.declareAddedFunctions());
      CodeAndComment commented = new CodeAndComment(code, context.getPlaceHolderToComments());
      Object[] references = CollectionConverters.asJava(context.references()).toArray();
      return (StateUpdate) CodeGenerator.compile(commented)._1().generate(references);
    }

    @Override
    public StateUpdate createInterpretedObject(Source source) {
      return new Projected(source);
    }
  }

  /** The fallback: a projection. */
  private static final class Projected extends StateUpdate {
    private final MutableProjection projection;
    private final boolean copiesRows;
    private final JoinedRow joined = new JoinedRow();

    Projected(Source source) {
      List<Attribute> columns = new ArrayList<>();
      List<Expression> updates = new ArrayList<>();
      for (ScanFunction function : source.functions()) {
        columns.addAll(function.state());
        updates.addAll(source.part().apply(function));
      }
      // Spark's interpreter copies strings, but not those with a collation.
      this.copiesRows =
          columns.stream().anyMatch(column -> RowValues.pointIntoRow(column.dataType()));
      columns.addAll(source.input());
      this.projection = MutableProjection$.MODULE$.create(seq(updates), seq(columns));
    }

    @Override
    protected void target(SpecificInternalRow running) {
      projection.target(running);
      joined.withLeft(running);
    }

    @Override
    protected void update(InternalRow input) {
      projection.apply(joined.withRight(copiesRows ? input.copy() : input));
    }
  }
}
