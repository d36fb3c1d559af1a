package io.sparkcumsum;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.transform_keys;
import static org.apache.spark.sql.functions.transform_values;
import static org.apache.spark.sql.functions.validate_utf8;
import static org.apache.spark.sql.functions.when;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.util.QuotingUtils;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.types.VariantType;
import org.apache.spark.sql.util.SchemaUtils;

/**
 * The formats that the job reads and writes, by Spark's names. What is written keeps every value,
 * or is refused.
 */
enum JobFormat {
  parquet,
  csv,
  json,
  orc;

  /** Spark's own pattern leaves out microseconds, and the seconds that old offsets have. */
  private static final String LOCAL_TIMESTAMP = "yyyy-MM-dd'T'HH:mm:ss.SSSSSS";

  private static final String TIMESTAMP = LOCAL_TIMESTAMP + "XXXXX";

  private static final String ORC_CALENDAR =
      "ORC has no days from 1582-10-05 to 1582-10-14, which two calendars count differently;"
          + " write another format";

  /** What Spark is told so that it leaves out nothing. */
  Map<String, String> writeOptions(StructType schema) {
    Map<String, String> options = new HashMap<>();
    if (this == csv) {
      options.put("header", "true");
      options.put("ignoreLeadingWhiteSpace", "false");
      options.put("ignoreTrailingWhiteSpace", "false");
      if (schema.length() == 1) {
        // A line with nothing in it is no row.
        options.put("nullValue", "\"\"");
      }
    } else if (this == json) {
      options.put("ignoreNullFields", "false");
    }
    if (isText() && schema.existsRecursively(TimestampType.class::isInstance)) {
      options.put("timestampFormat", TIMESTAMP);
    }
    if (isText() && schema.existsRecursively(TimestampNTZType.class::isInstance)) {
      options.put("timestampNTZFormat", LOCAL_TIMESTAMP);
    }
    return options;
  }

  private boolean isText() {
    return this == csv || this == json;
  }

  /** Refuses columns that would not be read as they were written, where Spark writes them. */
  void check(StructType schema, SQLConf conf) {
    SchemaUtils.checkSchemaColumnNameDuplication(schema, conf.caseSensitiveAnalysis());
    for (StructField column : schema.fields()) {
      boolean isChanged =
          column.dataType().existsRecursively(type -> changes(type) || changesFieldNames(type));
      String name = QuotingUtils.quoteIdentifier(column.name());
      if (changesName(column.name())
          || (isText() && column.name().equals(conf.columnNameOfCorruptRecord()))) {
        throw new IllegalArgumentException(
            "--out-format %s cannot hold a column named %s; rename it with --query"
                .formatted(this, name));
      } else if (isChanged) {
        throw new IllegalArgumentException(
            "--out-format %s cannot hold column %s of type %s; write parquet, or convert it with"
                    .formatted(this, name, column.dataType().sql())
                + " --query");
      }
    }
  }

  private boolean changes(DataType type) {
    return switch (this) {
      case csv -> type instanceof BinaryType;
      case json ->
          type instanceof VariantType
              || (type instanceof MapType map && !(map.keyType() instanceof StringType));
      case parquet, orc -> false;
    };
  }

  private boolean changesFieldNames(DataType type) {
    return type instanceof StructType struct && struct.exists(field -> changesName(field.name()));
  }

  private boolean changesName(String name) {
    return switch (this) {
      case csv -> name.isEmpty();
      case orc -> name.isEmpty() || name.contains("`");
      case parquet, json -> false;
    };
  }

  /** The rows, or an error where one has a value that the format has not. */
  Dataset<Row> checked(Dataset<Row> rows) {
    List<Column> columns = new ArrayList<>();
    for (StructField field : rows.schema().fields()) {
      Column column = rows.col(QuotingUtils.quoteIdentifier(field.name()));
      columns.add(
          lacksValues(field.dataType())
              ? checked(column, field.dataType()).as(field.name(), field.metadata())
              : column);
    }
    return lacksValues(rows.schema()) ? rows.select(columns.toArray(new Column[0])) : rows;
  }

  /** Whether the format has not all values of a type. */
  private boolean lacksValues(DataType type) {
    return type.existsRecursively(
        part ->
            switch (this) {
              case csv, json -> part instanceof StringType;
              case orc -> part instanceof DateType || part instanceof TimestampType;
              case parquet -> false;
            });
  }

  private Column checked(Column value, DataType type) {
    if (!lacksValues(type)) {
      return value;
    } else if (type instanceof ArrayType array) {
      return transform(value, element -> checked(element, array.elementType()));
    } else if (type instanceof MapType map) {
      Column keys = transform_keys(value, (key, unused) -> checked(key, map.keyType()));
      return transform_values(keys, (unused, item) -> checked(item, map.valueType()));
    } else if (type instanceof StructType struct) {
      Column checked = value;
      for (StructField field : struct.fields()) {
        if (lacksValues(field.dataType())) {
          checked =
              checked.withField(
                  QuotingUtils.quoteIdentifier(field.name()),
                  checked(value.getField(field.name()), field.dataType()));
        }
      }
      return checked;
    } else if (type instanceof StringType) {
      return validate_utf8(value);
    } else if (type instanceof DateType) {
      return outside(value, LocalDate.of(1582, 10, 5), LocalDate.of(1582, 10, 14));
    }
    // A day more on both sides, since it depends on the time zone of the machine.
    return outside(
        value, Instant.parse("1582-10-04T00:00:00Z"), Instant.parse("1582-10-16T00:00:00Z"));
  }

  private static Column outside(Column value, Object first, Object last) {
    return when(value.between(lit(first), lit(last)), raise_error(lit(ORC_CALENDAR)))
        .otherwise(value);
  }
}
