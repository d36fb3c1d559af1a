package io.sparkcumsum.scan;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.NamedExpression$;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import scala.jdk.javaapi.CollectionConverters;

/** Makes the columns of states. */
final class Attributes {
  private Attributes() {}

  /** A new column that is never null. */
  static AttributeReference create(String name, DataType type) {
    return new AttributeReference(
        name,
        type,
        false,
        Metadata.empty(),
        NamedExpression$.MODULE$.newExprId(),
        CollectionConverters.asScala(List.<String>of()).toSeq());
  }
}
