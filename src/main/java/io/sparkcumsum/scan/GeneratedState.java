package io.sparkcumsum.scan;

import static io.sparkcumsum.scan.Seqs.list;
import static io.sparkcumsum.scan.Seqs.seq;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodeGenerator;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.EmptyBlock$;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.catalyst.expressions.codegen.JavaCode;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import scala.collection.immutable.Seq;

/**
 * What {@link RunningState} is to an iterator, for generated code: the states of all functions of a
 * scan, and last the number of rows, as fields of the generated class.
 */
final class GeneratedState {
  private final CodegenContext context;
  private final List<ScanFunction> functions;
  private final List<AttributeReference> columns = new ArrayList<>();
  private final List<ExprCode> fields = new ArrayList<>();

  GeneratedState(CodegenContext context, List<ScanFunction> functions) {
    this.context = context;
    this.functions = RunningState.withRowCount(functions);
    for (ScanFunction function : this.functions) {
      for (AttributeReference column : function.state()) {
        columns.add(column);
        fields.add(
            new ExprCode(
                EmptyBlock$.MODULE$,
                JavaCode.isNullGlobal(field("boolean", column.name() + "IsNull")),
                JavaCode.global(
                    field(CodeGenerator.javaType(column.dataType()), column.name()),
                    column.dataType())));
      }
    }
  }

  private String field(String type, String name) {
    boolean inline = true;
    boolean fresh = true;
    return context.addMutableState(type, name, variable -> "", inline, fresh);
  }

  /** Code that fills the fields from the row of a {@link RunningState}. */
  String read(String row) {
    StringBuilder code = new StringBuilder();
    for (int i = 0; i < fields.size(); i++) {
      DataType type = columns.get(i).dataType();
      String value = CodeGenerator.getValue(row, type, Integer.toString(i));
      ExprCode field = fields.get(i);
      code.append(
          """
          %1$s = %2$s.isNullAt(%3$d);
          %4$s = %1$s ? %5$s : (%6$s);
          """
              .formatted(
                  field.isNull(),
                  row,
                  i,
                  field.value(),
                  CodeGenerator.defaultValue(type, false),
                  value));
    }
    return code.toString();
  }

  /** Code that writes the fields into the row of a {@link RunningState}. */
  String write(String row) {
    StringBuilder code = new StringBuilder();
    for (int i = 0; i < fields.size(); i++) {
      ExprCode field = fields.get(i);
      code.append(
          """
          if (%s) {
            %s.setNullAt(%d);
          } else {
            %s;
          }
          """
              .formatted(
                  field.isNull(),
                  row,
                  i,
                  CodeGenerator.setColumn(
                      row, columns.get(i).dataType(), i, field.value().toString())));
    }
    return code.toString();
  }

  /**
   * Code that replaces the state by what one part of the functions makes of it and an input row.
   *
   * @param input the columns of the input, evaluated where the functions refer to them
   */
  String update(
      Function<ScanFunction, List<Expression>> part,
      Seq<Attribute> inputColumns,
      Seq<ExprCode> input) {
    List<Expression> updates = new ArrayList<>();
    for (ScanFunction function : functions) {
      updates.addAll(part.apply(function));
    }
    StringBuilder evaluate = new StringBuilder();
    StringBuilder assign = new StringBuilder();
    for (int i = 0; i < updates.size(); i++) {
      if (updates.get(i).semanticEquals(columns.get(i))) {
        continue;
      }
      DataType type = columns.get(i).dataType();
      ExprCode updated = evaluate(updates.get(i), inputColumns, input);
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
                  CodeGenerator.javaType(type),
                  value,
                  updated.value()));
      if (pointsIntoRow(type)) {
        evaluate.append(
            """
            if (!%1$s && %2$s != %3$s) {
              %2$s = %2$s.copy();
            }
            """
                .formatted(isNull, value, fields.get(i).value()));
      }
      assign.append(
          """
          %s = %s;
          %s = %s;
          """
              .formatted(fields.get(i).isNull(), isNull, fields.get(i).value(), value));
    }
    return evaluate.append(assign).toString();
  }

  /** Whether a value may be a part of its row, which is another one by the next call. */
  private static boolean pointsIntoRow(DataType type) {
    DataType stored = type instanceof UserDefinedType<?> udt ? udt.sqlType() : type;
    return stored instanceof StringType
        || stored instanceof ArrayType
        || stored instanceof StructType
        || stored instanceof MapType;
  }

  /** What a row shows of the state and of itself, as code that is to be evaluated once. */
  List<ExprCode> results(Seq<Attribute> inputColumns, Seq<ExprCode> input) {
    List<ExprCode> results = new ArrayList<>();
    for (ScanFunction function : functions.subList(0, functions.size() - 1)) {
      results.add(evaluate(function.result(), inputColumns, input));
    }
    return results;
  }

  private ExprCode evaluate(
      Expression expression, Seq<Attribute> inputColumns, Seq<ExprCode> input) {
    List<ExprCode> variables = new ArrayList<>(fields);
    variables.addAll(list(input));
    List<Attribute> attributes = new ArrayList<>(columns);
    attributes.addAll(list(inputColumns));
    context.currentVars_$eq(seq(variables));
    context.INPUT_ROW_$eq(null);
    return bind(expression, attributes).genCode(context);
  }

  private static Expression bind(Expression expression, List<Attribute> attributes) {
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
