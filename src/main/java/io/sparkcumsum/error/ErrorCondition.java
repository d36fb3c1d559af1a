package io.sparkcumsum.error;

import java.io.Serializable;
import java.net.URL;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.spark.ErrorClassesJsonReader;
import scala.jdk.javaapi.CollectionConverters;

/** One condition of {@code error-conditions.json} with its parameters filled in. */
record ErrorCondition(
    String name, String sqlState, String message, java.util.Map<String, String> parameters)
    implements Serializable {
  private static final ErrorClassesJsonReader CONDITIONS =
      new ErrorClassesJsonReader(
          CollectionConverters.asScala(
                  List.<URL>of(ErrorCondition.class.getResource("error-conditions.json")))
              .toSeq());

  /** Parameters come as name, value, name, value. */
  static ErrorCondition of(String name, String... parameters) {
    java.util.Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < parameters.length; i += 2) {
      map.put(parameters[i], parameters[i + 1]);
    }
    java.util.Map<String, Object> values = new LinkedHashMap<>(map);
    String message =
        CONDITIONS.getErrorMessage(
            name, scala.collection.immutable.Map.from(CollectionConverters.asScala(values)));
    return new ErrorCondition(name, CONDITIONS.getSqlState(name), "[" + name + "] " + message, map);
  }

  scala.collection.immutable.Map<String, String> scalaParameters() {
    return scala.collection.immutable.Map.from(CollectionConverters.asScala(parameters));
  }
}
