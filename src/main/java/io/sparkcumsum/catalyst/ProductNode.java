package io.sparkcumsum.catalyst;

import java.util.List;
import scala.Product;

/**
 * A Catalyst node written in Java. Spark's own nodes are case classes, for which the Scala compiler
 * writes the methods of {@link Product}; here they come from a list of the parameters. Catalyst
 * hashes and prints a node by its parameters, and passes them to the public constructor to copy it.
 */
public interface ProductNode extends Product {

  /** The parameters of the public constructor, in their order. */
  List<Object> parameters();

  @Override
  default int productArity() {
    return parameters().size();
  }

  @Override
  default Object productElement(int index) {
    return parameters().get(index);
  }

  @Override
  default boolean canEqual(Object other) {
    return other != null && getClass().equals(other.getClass());
  }

  /** What {@code equals} should return. An interface cannot override {@code equals} itself. */
  default boolean hasParametersOf(Object other) {
    return this == other
        || (other instanceof ProductNode that
            && canEqual(that)
            && parameters().equals(that.parameters()));
  }
}
