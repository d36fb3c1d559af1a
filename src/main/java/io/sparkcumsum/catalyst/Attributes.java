package io.sparkcumsum.catalyst;

import static io.sparkcumsum.catalyst.Seqs.list;
import static io.sparkcumsum.catalyst.Seqs.seq;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.AttributeSet$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression$;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Makes columns, and lists of them. */
public final class Attributes {
  private Attributes() {}

  /** A new column that is never null. */
  public static AttributeReference create(String name, DataType type) {
    return create(name, type, false);
  }

  public static AttributeReference create(String name, DataType type, boolean nullable) {
    return new AttributeReference(
        name,
        type,
        nullable,
        Metadata.empty(),
        NamedExpression$.MODULE$.newExprId(),
        seq(List.<String>of()));
  }

  /** A new column with the value of an expression. */
  public static Alias alias(Expression value, String name) {
    return new Alias(
        value,
        name,
        NamedExpression$.MODULE$.newExprId(),
        seq(List.<String>of()),
        Option.empty(),
        seq(List.<String>of()));
  }

  /** The columns of the left, then those of the right. */
  public static Seq<Attribute> concat(Seq<Attribute> left, Seq<Attribute> right) {
    List<Attribute> both = list(left);
    both.addAll(list(right));
    return seq(both);
  }

  /** The columns that the expressions read. */
  public static AttributeSet references(List<? extends Expression> expressions) {
    AttributeSet none = AttributeSet$.MODULE$.empty();
    return expressions.stream().map(Expression::references).reduce(none, AttributeSet::$plus$plus);
  }

  public static AttributeSet setOf(Seq<Attribute> attributes) {
    List<Expression> expressions = list(attributes);
    return AttributeSet$.MODULE$.apply(CollectionConverters.asScala(expressions));
  }
}
