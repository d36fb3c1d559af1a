package io.sparkcumsum.scan.ordering;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import io.sparkcumsum.catalyst.RowValues;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BaseOrdering;
import org.apache.spark.sql.catalyst.expressions.CodeGeneratorWithInterpretedFallback;
import org.apache.spark.sql.catalyst.expressions.NullsFirst$;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.codegen.CodeAndComment;
import org.apache.spark.sql.catalyst.expressions.codegen.CodeGenerator;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.catalyst.expressions.codegen.GenerateOrdering$;
import org.apache.spark.sql.types.DataType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Compares the key of each row with the key of the row before. It holds the values of that key in
 * fields: to make a row of each key would cost several times as much. Subclasses are generated.
 */
public abstract class KeyCursor {

  /** A cursor before the first row. */
  static KeyCursor of(KeyOrder order) {
    return new Factory().createObject(order);
  }

  /**
   * Goes on to the next row.
   *
   * @return negative if the key of the row before is less than that of this row, zero if they are
   *     equal, positive if it is greater; negative for the first row
   */
  public abstract int advance(InternalRow row);

  /**
   * How the key of the last row compares with another key. Not to be called before the first row.
   */
  protected abstract int compareTo(InternalRow key);

  /**
   * Generates code if Spark's settings allow it, and falls back to projections if the code does not
   * compile.
   */
  private static final class Factory
      extends CodeGeneratorWithInterpretedFallback<KeyOrder, KeyCursor> {
    @Override
    public KeyCursor createCodeGeneratedObject(KeyOrder order) {
      Generator generator = new Generator(list(order.order()));
      String advance =
          generator.advance(
              "row", list(GenerateOrdering$.MODULE$.bind(order.order(), seq(order.columns()))));
      String compareTo = generator.compareTo("key", order.orderOfKeys());
      return generator.compile(advance, compareTo);
    }

    @Override
    public KeyCursor createInterpretedObject(KeyOrder order) {
      return new Projected(order);
    }
  }

  private static final class Generator {
    private final CodegenContext context = new CodegenContext();
    private final List<SortOrder> order;
    private final List<String> held = new ArrayList<>();
    private final List<String> heldIsNull = new ArrayList<>();

    Generator(List<SortOrder> order) {
      this.order = order;
      for (SortOrder key : order) {
        held.add(field(CodeGenerator.javaType(key.child().dataType())));
        heldIsNull.add(field("boolean"));
      }
    }

    private String field(String type) {
      boolean inline = true;
      boolean fresh = true;
      return context.addMutableState(type, "held", variable -> "", inline, fresh);
    }

    /**
     * Code that compares the held key with that of a row, and holds the key of the row from then
     * on.
     */
    String advance(String row, List<SortOrder> bound) {
      List<ExprCode> keys = new ArrayList<>();
      String compare = compareTo(row, bound, keys);
      StringBuilder hold = new StringBuilder();
      for (int i = 0; i < keys.size(); i++) {
        DataType type = order.get(i).child().dataType();
        ExprCode key = keys.get(i);
        hold.append(
            """
            %1$s = %2$s;
            %3$s = %4$s;
            """
                .formatted(heldIsNull.get(i), key.isNull(), held.get(i), key.value()));
        if (RowValues.pointIntoRow(type)) {
          hold.append("if (!%1$s) { %2$s = %2$s.copy(); }".formatted(key.isNull(), held.get(i)));
        }
      }
      // If the keys are equal, the held one stays.
      return """
          %s
          if (comparison != 0) {
            started = true;
            %s
          }
          """
          .formatted(compare, hold);
    }

    /** Code that compares the held key with that of a row, and leaves the result in a variable. */
    String compareTo(String row, List<SortOrder> bound) {
      return compareTo(row, bound, new ArrayList<>());
    }

    private String compareTo(String row, List<SortOrder> bound, List<ExprCode> keys) {
      context.INPUT_ROW_$eq(row);
      StringBuilder code = new StringBuilder("int comparison = started ? 0 : -1;\n");
      for (int i = 0; i < bound.size(); i++) {
        ExprCode key = bound.get(i).child().genCode(context);
        keys.add(key);
        code.append(
            """
            %s
            if (comparison == 0) {
              comparison = %s;
            }
            """
                .formatted(key.code(), comparison(i, key)));
      }
      return code.toString();
    }

    private String comparison(int i, ExprCode key) {
      SortOrder sortOrder = order.get(i);
      int nullFirst = sortOrder.nullOrdering() instanceof NullsFirst$ ? -1 : 1;
      String ascending =
          context.genComp(sortOrder.child().dataType(), held.get(i), key.value().toString());
      return "%s ? (%s ? 0 : %d) : %s ? %d : %s(%s)"
          .formatted(
              heldIsNull.get(i),
              key.isNull(),
              nullFirst,
              key.isNull(),
              -nullFirst,
              sortOrder.isAscending() ? "" : "-",
              ascending);
    }

    KeyCursor compile(String advance, String compareTo) {
      String code =
          """
          public java.lang.Object generate(Object[] references) {
            return new SpecificKeyCursor(references);
          }

          class SpecificKeyCursor extends %s {
            private Object[] references;
            private boolean started;
            %s

            public SpecificKeyCursor(Object[] references) {
              this.references = references;
              %s
            }

            public int advance(InternalRow row) {
              %s
              return comparison;
            }

            protected int compareTo(InternalRow key) {
              %s
              return comparison;
            }

            %s
          }
          """
              .formatted(
                  KeyCursor.class.getName(),
                  context.declareMutableStates(),
                  context.initMutableStates(),
                  advance,
                  compareTo,
                  context.declareAddedFunctions());
      CodeAndComment commented = new CodeAndComment(code, context.getPlaceHolderToComments());
      Object[] references = CollectionConverters.asJava(context.references()).toArray();
      return (KeyCursor) CodeGenerator.compile(commented)._1().generate(references);
    }
  }

  /** The fallback, which makes a row of each key. */
  private static final class Projected extends KeyCursor {
    private final BaseOrdering ordering;

    // Each projection reuses its row. With two of them, the last key stays while the next is made.
    private UnsafeProjection keys;
    private UnsafeProjection otherKeys;
    private InternalRow last;

    Projected(KeyOrder order) {
      this.ordering = order.ofKeys();
      this.keys = order.keys();
      this.otherKeys = order.keys();
    }

    @Override
    public int advance(InternalRow row) {
      InternalRow key = keys.apply(row);
      int comparison = last == null ? -1 : ordering.compare(last, key);
      last = key;
      UnsafeProjection swapped = keys;
      keys = otherKeys;
      otherKeys = swapped;
      return comparison;
    }

    @Override
    protected int compareTo(InternalRow key) {
      return last == null ? -1 : ordering.compare(last, key);
    }
  }
}
