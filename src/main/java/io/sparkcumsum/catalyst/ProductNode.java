package io.sparkcumsum.catalyst;

import java.util.List;
import scala.Product;

/**
 * A Catalyst node that lists its parameters once. Spark's nodes are case classes, whose methods of
 * {@link Product} the Scala compiler writes; those of Java have them from here. Catalyst hashes and
 * prints a node by them, and hands them to its public constructor for a copy.
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

  /** What {@code equals}, which no interface can have, is to return. */
  default boolean hasParametersOf(Object other) {
    return this == other
        || (other instanceof ProductNode that
            && canEqual(that)
            && parameters().equals(that.parameters()));
  }
}
