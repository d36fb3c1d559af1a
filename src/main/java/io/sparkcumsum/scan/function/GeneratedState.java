package io.sparkcumsum.scan.function;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.RowValues;
import io.sparkcumsum.catalyst.Substitution;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SpecificInternalRow;
import org.apache.spark.sql.catalyst.expressions.codegen.CodeGenerator;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.EmptyBlock$;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.catalyst.expressions.codegen.JavaCode;
import org.apache.spark.sql.types.DataType;
import scala.collection.immutable.Seq;

/**
 * Generates code that updates a {@link RunningState}. The code holds the mutable values of the
 * state's row in fields: to call the row for each value would cost more than the scan itself.
 */
public final class GeneratedState {
  private final CodegenContext context;
  private final List<ScanFunction> functions;
  private final List<AttributeReference> columns = new ArrayList<>();
  private final List<String> values = new ArrayList<>();

  public GeneratedState(CodegenContext context, List<ScanFunction> functions) {
    this.context = context;
    this.functions = functions;
    for (ScanFunction function : functions) {
      for (AttributeReference column : function.state()) {
        columns.add(column);
        values.add(field(valueType(column), column.name()));
      }
    }
  }

  private String field(String type, String name) {
    boolean inline = true;
    boolean fresh = true;
    return context.addMutableState(type, name, variable -> "", inline, fresh);
  }

  private static String valueType(AttributeReference column) {
    return new SpecificInternalRow(seq(List.of(column.dataType())))
        .values()[0]
        .getClass()
        .getName();
  }

  /** Code that sets the fields to the values of a state's row. */
  public String target(String row) {
    StringBuilder code = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      code.append(
          """
          %s = (%s) %s.values()[%d];
          """
              .formatted(values.get(i), valueType(columns.get(i)), row, i));
    }
    return code.toString();
  }

  private ExprCode column(int index) {
    DataType type = columns.get(index).dataType();
    String value = values.get(index);
    return new ExprCode(
        EmptyBlock$.MODULE$,
        JavaCode.isNullGlobal(value + ".isNull()"),
        JavaCode.global("((%s) %s.value())".formatted(CodeGenerator.javaType(type), value), type));
  }

  /**
   * Code that evaluates one part of the functions, such as {@code update}, for an input row, and
   * assigns the values to the states.
   *
   * @param input the code of the input columns
   */
  public String update(
      Function<ScanFunction, List<Expression>> part,
      Seq<Attribute> inputColumns,
      Seq<ExprCode> input) {
    StringBuilder code = new StringBuilder();
    int first = 0;
    for (ScanFunction function : functions) {
      code.append(update(first, part.apply(function), list(inputColumns), list(input)));
      first += function.state().size();
    }
    return code.toString();
  }

  /**
   * The same for an input that is a row. Each function gets a method of its own, because the JVM
   * limits the size of a method.
   */
  String update(
      Function<ScanFunction, List<Expression>> part, List<Attribute> inputColumns, String row) {
    List<ExprCode> input = Collections.nCopies(inputColumns.size(), null);
    StringBuilder calls = new StringBuilder();
    int first = 0;
    for (ScanFunction function : functions) {
      context.INPUT_ROW_$eq(row);
      String name = context.freshName("update");
      String method =
          """
          private void %s(InternalRow %s) {
            %s
          }
          """
              .formatted(name, row, update(first, part.apply(function), inputColumns, input));
      boolean inlineToOuterClass = false;
      calls.append(
          "%s(%s);\n".formatted(context.addNewFunction(name, method, inlineToOuterClass), row));
      first += function.state().size();
    }
    return calls.toString();
  }

  private String update(
      int first, List<Expression> updates, List<Attribute> inputColumns, List<ExprCode> input) {
    StringBuilder evaluate = new StringBuilder();
    StringBuilder assign = new StringBuilder();
    for (int i = 0; i < updates.size(); i++) {
      AttributeReference column = columns.get(first + i);
      if (updates.get(i).semanticEquals(column)) {
        continue;
      }
      ExprCode updated = evaluate(updates.get(i), first, updates.size(), inputColumns, input);
      String value = context.freshName("updated");
      String isNull = context.freshName("updatedIsNull");
      evaluate.append(
          """
          %s
          boolean %s = %s;
          %s %s = %s;
          """
              .formatted(
                  updated.code(),
                  isNull,
                  updated.isNull(),
                  CodeGenerator.javaType(column.dataType()),
                  value,
                  updated.value()));
      if (RowValues.pointIntoRow(column.dataType())) {
        evaluate.append(
            """
            if (!%1$s && %2$s != %3$s) {
              %2$s = %2$s.copy();
            }
            """
                .formatted(isNull, value, column(first + i).value()));
      }
      assign.append(
          """
          %1$s.isNull_$eq(%2$s);
          %1$s.value_$eq(%3$s);
          """
              .formatted(values.get(first + i), isNull, value));
    }
    return evaluate.append(assign).toString();
  }

  /** The code of a row's results. It has to run exactly once for each row. */
  public List<ExprCode> results(Seq<Attribute> inputColumns, Seq<ExprCode> input) {
    List<ExprCode> results = new ArrayList<>();
    int first = 0;
    for (ScanFunction function : functions.subList(0, functions.size() - 1)) {
      int size = function.state().size();
      results.add(evaluate(function.evaluate(), first, size, list(inputColumns), list(input)));
      first += size;
    }
    return results;
  }

  /**
   * The code of an expression over the input and the state of one function. It binds no other
   * state: equal functions may have the same column ids, but each has values of its own.
   *
   * @param first the index of the state's first column
   * @param size the number of the state's columns
   */
  private ExprCode evaluate(
      Expression expression,
      int first,
      int size,
      List<Attribute> inputColumns,
      List<ExprCode> input) {
    // A column without a variable is read from the input row by its index, so input columns come
    // first.
    List<Attribute> attributes = new ArrayList<>(inputColumns);
    List<ExprCode> variables = new ArrayList<>(input);
    for (int i = first; i < first + size; i++) {
      attributes.add(columns.get(i));
      variables.add(column(i));
    }
    context.currentVars_$eq(seq(variables));
    return bind(expression, attributes).genCode(context);
  }

  /** The expression with these columns read from their places in a row. */
  static Expression bind(Expression expression, List<Attribute> attributes) {
    return Substitution.in(
        expression,
        node -> {
          for (int i = 0; i < attributes.size(); i++) {
            if (node instanceof AttributeReference reference
                && reference.exprId().equals(attributes.get(i).exprId())) {
              return new BoundReference(i, reference.dataType(), reference.nullable());
            }
          }
          return null;
        });
  }
}
