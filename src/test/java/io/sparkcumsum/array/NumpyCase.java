package io.sparkcumsum.array;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * One call of a cumulative function with NumPy's answer, as {@code
 * src/test/numpy/generate_cases.py} wrote it down.
 *
 * @param source where it is written
 * @param function its name in SQL
 * @param input what is accumulated
 * @param axis null for none
 * @param argument the name of a dtype, null for none
 * @param options those that are on, in the order of the function's parameters
 * @param expected null where NumPy fails
 * @param error the message of NumPy's error, null where there is none
 * @param overflow {@code cast}, {@code sum} or {@code product}, where integers leave their range;
 *     null elsewhere
 */
record NumpyCase(
    String source,
    String function,
    Value input,
    Integer axis,
    String argument,
    List<Option> options,
    Value expected,
    String error,
    String overflow) {
  private static final List<String> PARAMETERS =
      List.of("arr", "axis", "dtype", "exclusive", "reverse", "include_initial");

  /** The flags among the parameters, in their order. */
  enum Option {
    EXCLUSIVE,
    REVERSE,
    INCLUDE_INITIAL;

    private final String parameter = name().toLowerCase(Locale.ROOT);
  }

  /**
   * An array of NumPy's as Spark has it.
   *
   * @param dtype NumPy's name of the type of its elements
   * @param nested a boxed scalar, or lists to the depth of the dimensions
   * @param masked whether an element is null
   */
  record Value(String dtype, int dimensions, Object nested, boolean masked) {
    /** The Spark type, with nulls only among the elements, and only if there are some. */
    DataType type() {
      DataType type = elementType(dtype);
      for (int i = 0; i < dimensions; i++) {
        type = DataTypes.createArrayType(type, masked && i == 0);
      }
      return type;
    }
  }

  static List<NumpyCase> read(String topic) {
    List<NumpyCase> cases = new ArrayList<>();
    String file = "numpy-" + topic + ".jsonl";
    try (InputStream stream = requireNonNull(NumpyCase.class.getResourceAsStream(file), file);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      JsonMapper json = new JsonMapper();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        cases.add(parse(file + ":" + (cases.size() + 1), json.readTree(line)));
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + file, e);
    }
    return cases;
  }

  private static NumpyCase parse(String source, JsonNode json) {
    JsonNode axis = json.required("axis");
    List<Option> options = new ArrayList<>();
    for (Option option : Option.values()) {
      if (json.path(option.parameter).booleanValue()) {
        options.add(option);
      }
    }
    return new NumpyCase(
        source + " (" + json.required("name").textValue() + ")",
        json.path("function").asText("cumsum"),
        value(json),
        axis.isNull() ? null : axis.intValue(),
        json.required("argument").textValue(),
        List.copyOf(options),
        json.has("error") ? null : value(json.required("expected")),
        json.path("error").textValue(),
        json.path("overflow").textValue());
  }

  private static Value value(JsonNode json) {
    String dtype = json.required("dtype").textValue();
    List<Object> elements = new ArrayList<>();
    for (JsonNode element : json.required("values")) {
      elements.add(element.isNull() ? null : element(dtype, element));
    }
    JsonNode shape = json.required("shape");
    Iterator<Object> rowMajor = elements.iterator();
    Object nested = nest(shape, 0, rowMajor);
    if (rowMajor.hasNext()) {
      throw new IllegalStateException("more values than the shape " + shape + " holds");
    }
    return new Value(dtype, shape.size(), nested, elements.contains(null));
  }

  private static Object nest(JsonNode shape, int dimension, Iterator<Object> rowMajor) {
    if (dimension == shape.size()) {
      return rowMajor.next();
    }
    List<Object> nested = new ArrayList<>();
    for (int i = 0; i < shape.get(dimension).intValue(); i++) {
      nested.add(nest(shape, dimension + 1, rowMajor));
    }
    return Collections.unmodifiableList(nested);
  }

  private static Object element(String dtype, JsonNode json) {
    return switch (dtype) {
      case "bool" -> json.booleanValue();
      case "int8" -> (byte) json.intValue();
      case "int16" -> json.shortValue();
      case "int32" -> json.intValue();
      case "int64" -> json.longValue();
      case "float32" -> Float.valueOf(javaFloat(json.textValue()));
      case "float64" -> Double.valueOf(javaFloat(json.textValue()));
      default -> throw new IllegalArgumentException(dtype);
    };
  }

  /** Hexadecimal digits are written alike, and both parsers take them without rounding. */
  private static String javaFloat(String python) {
    return switch (python) {
      case "nan" -> "NaN";
      case "inf" -> "Infinity";
      case "-inf" -> "-Infinity";
      default -> python;
    };
  }

  private static DataType elementType(String dtype) {
    return switch (dtype) {
      case "bool" -> DataTypes.BooleanType;
      case "int8" -> DataTypes.ByteType;
      case "int16" -> DataTypes.ShortType;
      case "int32" -> DataTypes.IntegerType;
      case "int64" -> DataTypes.LongType;
      case "float32" -> DataTypes.FloatType;
      case "float64" -> DataTypes.DoubleType;
      default -> throw new IllegalArgumentException(dtype);
    };
  }

  /** The call in SQL: arguments by position as far as none is left out, then by name. */
  String call(String column) {
    List<String> arguments = new ArrayList<>(List.of(column));
    if (axis != null) {
      arguments.add(axis.toString());
    }
    if (argument != null) {
      arguments.add((axis == null ? "dtype => " : "") + "'" + argument + "'");
    }
    for (Option option : options) {
      boolean byPosition = option.parameter.equals(PARAMETERS.get(arguments.size()));
      arguments.add((byPosition ? "" : option.parameter + " => ") + "true");
    }
    return function + "(" + String.join(", ", arguments) + ")";
  }

  @Override
  public String toString() {
    return source + ": " + call(input.dtype() + " " + abbreviated(input.nested()));
  }

  static String abbreviated(Object value) {
    String text = String.valueOf(value);
    return text.length() <= 300 ? text : text.substring(0, 300) + "…";
  }
}
