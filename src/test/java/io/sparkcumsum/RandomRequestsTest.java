package io.sparkcumsum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.array.CumulativeFunction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests that nobody would make, and some that somebody would: each gives the right result or an
 * error that has a condition, and touches nothing that it does not name.
 */
class RandomRequestsTest {
  private static final int OF_FUNCTION = 800;
  private static final int OF_API = 150;
  private static final int OF_JOB = 60;

  private static final List<String> FUNCTIONS =
      Arrays.stream(CumulativeFunction.values()).map(CumulativeFunction::sqlName).toList();

  private static final List<String> NAMES =
      List.of(
          "x",
          "a.b",
          "a b",
          "back`tick",
          "it's",
          "say \"no\"",
          "größe",
          "累計",
          "😀",
          "x; DROP TABLE canary",
          "' OR 1=1 --",
          "*",
          "x_cumsum",
          "${x}",
          "../canary",
          "\t",
          "NULL",
          "SELECT",
          "@LICENSE",
          "--axis");

  private static final List<String> DTYPES =
      List.of(
          "int64",
          "INT64",
          "float32",
          "float64",
          "bigint",
          "decimal(38, 2)",
          "decimal(99,1)",
          "decimal(5",
          "complex128",
          "string",
          "array<int>",
          "struct<a:int>",
          "",
          "int64; DROP TABLE canary",
          "' || canary || '",
          "bool",
          "uint8",
          "datetime64",
          "void",
          "累");

  private static final List<String> TYPES =
      List.of(
          "TINYINT",
          "SMALLINT",
          "INT",
          "BIGINT",
          "FLOAT",
          "DOUBLE",
          "DECIMAL(12, 3)",
          "BOOLEAN",
          "STRING",
          "DATE",
          "TIMESTAMP",
          "BINARY",
          "INTERVAL DAY TO SECOND",
          "INTERVAL YEAR");

  /** What no user should see: errors of code rather than of requests. */
  private static final Pattern RAW =
      Pattern.compile(
          "NullPointerException|ClassCastException|MatchError|IndexOutOfBounds|INTERNAL_ERROR"
              + "|AssertionError|assertion failed|StackOverflow|NoSuchElement|_LEGACY_ERROR");

  @TempDir private Path directory;

  private final SparkSession spark = Sessions.shared().newSession();
  private int results;
  private int errors;

  @BeforeEach
  void putCanary() throws IOException {
    Files.writeString(directory.resolve("canary"), "alive");
    spark.range(3).write().mode("overwrite").saveAsTable("canary");
  }

  @AfterEach
  void findCanary() {
    assertThat(directory.resolve("canary")).hasContent("alive");
    assertThat(spark.table("canary").count()).isEqualTo(3);
    spark.sql("DROP TABLE canary");
    // Else the requests are all nonsense, or none of them is.
    assertThat(results).isGreaterThan(errors / 10);
    assertThat(errors).isGreaterThan(results / 10);
  }

  @Test
  void ofTheFunction() {
    Random random = Seeds.random("RandomRequestsTest function", 21);
    for (int i = 0; i < OF_FUNCTION; i++) {
      if (random.nextInt(4) == 0) {
        rightSum(random);
      } else {
        String call = call(random);
        request(call, () -> spark.sql("SELECT " + call).collectAsList());
      }
    }
  }

  /** A call that has a result, whose result is computed here as well. */
  private void rightSum(Random random) {
    int rows = random.nextInt(4);
    int columns = rows == 0 ? 0 : random.nextInt(4);
    Long[][] values = new Long[rows][columns];
    for (Long[] row : values) {
      Arrays.setAll(row, j -> random.nextInt(6) == 0 ? null : random.nextLong(-99, 100));
    }
    int axis = random.nextInt(3);
    String argument = axis == 2 ? "" : ", axis => " + (random.nextBoolean() ? axis : axis - 2);
    String call =
        "cumsum(CAST("
            + Arrays.deepToString(values).replace("[", "array(").replace("]", ")")
            + " AS ARRAY<ARRAY<BIGINT>>)"
            + argument
            + ")";
    Long[] sums = new Long[rows * columns];
    long[] running = new long[rows * columns + 1];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        int line = axis == 0 ? j : axis == 1 ? i : 0;
        if (values[i][j] != null) {
          running[line] += values[i][j];
          sums[i * columns + j] = running[line];
        }
      }
    }
    String flat =
        spark
            .sql(
                "SELECT to_json(struct(" + (axis == 2 ? call : "flatten(" + call + ")") + " AS s))")
            .head()
            .getString(0);
    assertThat(flat).as(call).isEqualTo("{\"s\":" + Arrays.toString(sums).replace(" ", "") + "}");
    results++;
  }

  private static String call(Random random) {
    List<String> arguments = new ArrayList<>();
    if (random.nextInt(20) > 0) {
      arguments.add(value(random, random.nextInt(10)));
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      String name =
          pick(
              random,
              "axis",
              "dtype",
              "exclusive",
              "reverse",
              "include_initial",
              "out",
              "arr",
              "AXIS",
              "");
      String value =
          pick(
              random,
              Integer.toString(random.nextInt(-12, 12)),
              "NULL",
              "true",
              "'" + pick(random, DTYPES).replace("'", "\\'") + "'",
              Long.toString(random.nextLong()),
              "'0'",
              "1.5",
              "rand()",
              "array(1)",
              "(SELECT 1)",
              "concat('int', '64')",
              "id");
      arguments.add(name.isEmpty() ? value : name + " => " + value);
    }
    String function = pick(random, FUNCTIONS);
    return function
        + "("
        + String.join(", ", arguments)
        + ")"
        + pick(random, "", "", " FROM range(3)");
  }

  private static String value(Random random, int depth) {
    if (depth == 0 || random.nextInt(4) == 0) {
      String type = pick(random, TYPES);
      return random.nextInt(5) == 0
          ? pick(random, "NULL", "id", "map(1, 2)", "struct(1)", "'text'", "array()")
          : "CAST(NULL AS " + type + ")";
    }
    if (random.nextInt(3) == 0) {
      int length = pick(random, List.of(0, 1, 2, 3, 1000));
      return pick(
          random,
          "array_repeat(1, " + length + ")",
          "array_repeat(CAST('NaN' AS DOUBLE), " + length + ")",
          "array_repeat(1e308D, " + length + ")",
          "array_repeat(9223372036854775807L, " + length + ")",
          "array_repeat(99999999999999999999999999999999999999BD, " + length + ")",
          "array_repeat(INTERVAL '100000000' DAY, " + length + ")",
          "array_repeat(true, " + length + ")",
          "array_repeat(CAST(NULL AS INT), " + length + ")",
          "array_repeat(array(1, 2), " + length + ")",
          "CAST(array_repeat('a', " + length + ") AS ARRAY<STRING>)",
          "sequence(1, " + Math.max(1, length) + ")",
          "array(array(1), array(1, 2))",
          "array(array(1), NULL)");
    }
    return "array(" + value(random, depth - 1) + ")";
  }

  /** What is done, which ends well or with an error that has a condition. */
  private void request(Object description, Action action) {
    try {
      action.run();
      results++;
    } catch (Exception | Error e) {
      errors++;
      assertDocumented(description, e);
    }
  }

  private interface Action {
    void run() throws Exception;
  }

  private static void assertDocumented(Object description, Throwable failure) {
    boolean documented = false;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      documented |= cause instanceof SparkThrowable spark && spark.getCondition() != null;
      assertThat(cause.toString()).as(description.toString()).doesNotContainPattern(RAW);
    }
    if (!documented) {
      throw new AssertionError(description + " failed without a condition", failure);
    }
  }

  @Test
  void ofTheApi() {
    Random random = Seeds.random("RandomRequestsTest API", 22);
    for (int i = 0; i < OF_API; i++) {
      String name = pick(random, NAMES);
      String type = pick(random, "BIGINT", "BIGINT", "ARRAY<BIGINT>", pick(random, TYPES));
      int rows = random.nextInt(20);
      Dataset<Row> table =
          numbers(rows)
              .withColumn(
                  name, type.startsWith("ARRAY") ? functions.expr("array(v, 1)") : numbers(type));
      boolean isQuoted = random.nextInt(4) > 0;
      Cumsum cumsum = Cumsum.of(isQuoted ? quoted(name) : name);
      Integer axis = random.nextInt(3) == 0 ? Integer.valueOf(random.nextInt(-4, 4)) : null;
      String dtype = random.nextInt(3) == 0 ? pick(random, DTYPES) : null;
      String out = random.nextInt(3) == 0 ? pick(random, NAMES) : "total";
      boolean natural = random.nextInt(3) == 0;
      boolean bySql = random.nextBoolean();
      String description =
          String.join(
              "|", name, type, "" + axis, dtype, out, isQuoted + "", natural + "", bySql + "");
      request(
          description,
          () -> {
            Cumsum complete = axis == null ? cumsum : cumsum.axis(axis);
            complete = dtype == null ? complete : complete.dtype(dtype);
            complete = natural ? complete.naturalOrder() : complete.orderBy("v");
            Dataset<Row> sums =
                bySql
                    ? cumsumTable(table, isQuoted ? quoted(name) : name, axis, dtype, out, natural)
                    : complete.out(out).apply(table);
            List<Row> shown = sums.collectAsList();
            assertThat(shown).hasSize(rows);
            boolean isDownTheRows = axis == null || axis == 0 || axis == -1;
            if (type.equals("BIGINT") && isQuoted && isDownTheRows && dtype == null) {
              long sum = 0;
              for (int v = 0; v < rows; v++) {
                sum += v;
                assertThat(shown.get(v).<Long>getAs(out)).as(description).isEqualTo(sum);
              }
            }
          });
    }
  }

  private Dataset<Row> cumsumTable(
      Dataset<Row> table, String column, Integer axis, String dtype, String out, boolean natural) {
    table.createOrReplaceTempView("requested");
    Map<String, Object> arguments = new HashMap<>();
    arguments.put("column", column);
    arguments.put("axis", functions.lit(axis));
    arguments.put("dtype", functions.lit(dtype));
    arguments.put("out", out);
    arguments.put("natural", natural);
    return spark.sql(
        "SELECT * FROM cumsum_table(TABLE(requested), :column, axis => :axis, dtype => :dtype,"
            + " out => :out, natural_order => :natural"
            + (natural ? ")" : ", order_by => 'v')"),
        arguments);
  }

  private Dataset<Row> numbers(int rows) {
    List<Row> numbers = new ArrayList<>();
    for (long v = 0; v < rows; v++) {
      numbers.add(RowFactory.create(v));
    }
    return spark.createDataFrame(numbers, new StructType().add("v", DataTypes.LongType));
  }

  private static org.apache.spark.sql.Column numbers(String type) {
    boolean isNumber = type.matches("(TINY|SMALL|BIG)?INT|FLOAT|DOUBLE|DECIMAL.*");
    return functions.expr("CAST(" + (isNumber ? "v" : "NULL") + " AS " + type + ")");
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  @Test
  void ofTheJob() throws IOException {
    Random random = Seeds.random("RandomRequestsTest job", 23);
    List<String> inputs = writeInputs(random);
    Path outs = Files.createDirectory(directory.resolve("outs"));
    Map<Path, String> before = everythingBut(outs);
    for (int i = 0; i < OF_JOB; i++) {
      List<String> arguments = new ArrayList<>();
      String format = pick(random, "parquet", "csv", "json", "orc");
      String path = random.nextBoolean() ? format : pick(random, inputs);
      String source = pick(random, "--input", "--input", "--input", "--table", "--query");
      arguments.add(source);
      switch (source) {
        case "--input" -> {
          arguments.add(directory.resolve(path).toString());
          arguments.addAll(List.of("--format", format));
          if (format.equals("csv")) {
            arguments.addAll(List.of("--option", "header=true", "inferSchema=true"));
          }
        }
        case "--table" -> arguments.add(pick(random, NAMES));
        default ->
            arguments.add(
                pick(random, "SELECT 1 AS x", "SELECT id AS x FROM range(9)", "DROP TABLE", "x"));
      }
      arguments.addAll(List.of("--column", pick(random, "x", "x", "x", "x", pick(random, NAMES))));
      if (random.nextBoolean()) {
        arguments.addAll(
            List.of("--order-by", pick(random, "x", "x", "x desc", pick(random, NAMES))));
      } else {
        arguments.add("--natural-order");
      }
      if (random.nextInt(6) == 0) {
        arguments.addAll(List.of("--dtype", pick(random, DTYPES)));
      }
      if (random.nextInt(6) == 0) {
        arguments.addAll(List.of("--axis", pick(random, "0", "1", "-1", "x", "99999999999")));
      }
      if (random.nextInt(6) == 0) {
        arguments.addAll(List.of("--result-column", pick(random, NAMES)));
      }
      if (random.nextInt(6) == 0) {
        arguments.addAll(List.of("--show", pick(random, "0", "3", "2147483647", "-1", "x")));
      }
      Path out = null;
      if (random.nextInt(3) == 0) {
        out = outs.resolve(pick(random, NAMES).replace("/", "_"));
        arguments.addAll(List.of("--out", out.toString()));
        arguments.addAll(List.of("--out-format", pick(random, "parquet", "csv", "json", "orc")));
        arguments.addAll(List.of("--mode", pick(random, "overwrite", "errorifexists", "append")));
        if (random.nextInt(3) == 0) {
          arguments.add("--out-option");
          arguments.add(
              pick(random, "compression=none", "header=maybe", "sep=", "=x", "nullValue=a=b"));
        }
      }
      Set<Path> outsBefore = Set.copyOf(entries(outs));
      ByteArrayOutputStream stdout = new ByteArrayOutputStream();
      ByteArrayOutputStream stderr = new ByteArrayOutputStream();
      int status =
          CumsumJob.run(
              new PrintStream(stdout, true, UTF_8),
              new PrintStream(stderr, true, UTF_8),
              arguments.toArray(String[]::new));
      String message = stderr.toString(UTF_8);
      if (status == 0) {
        results++;
        assertThat(message).as(arguments.toString()).isEmpty();
        if (source.equals("--input") && path.equals(format)) {
          assertThat(stdout.toString(UTF_8)).as(arguments.toString()).contains("rows: 50, ");
        }
        if (out != null) {
          assertThat(out.resolve("_SUCCESS")).as(arguments.toString()).exists();
          outsBefore = with(outsBefore, out);
        }
      } else {
        errors++;
        assertThat(status).as(arguments + " " + message).isBetween(1, 2);
        assertThat(message).as(arguments.toString()).startsWith("error: ").hasSizeGreaterThan(12);
        assertThat(message).as(arguments.toString()).doesNotContainPattern(RAW);
      }
      assertThat(entries(outs)).as(arguments.toString()).hasSameElementsAs(outsBefore);
    }
    assertThat(entries(outs)).isNotEmpty();
    assertThat(everythingBut(outs)).isEqualTo(before);
  }

  private static Set<Path> with(Set<Path> paths, Path path) {
    Set<Path> more = new HashSet<>(paths);
    more.add(path);
    return more;
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }

  /** Files that are what their name says, files that are not, and files that were damaged. */
  private List<String> writeInputs(Random random) throws IOException {
    Dataset<Row> numbers = spark.range(0, 50, 1, 1).selectExpr("id AS x", "id AS `a.b`");
    List<String> inputs = new ArrayList<>();
    for (String format : List.of("parquet", "csv", "json", "orc")) {
      numbers.write().format(format).option("header", true).save(directory.resolve(format) + "");
      inputs.add(format);
    }
    numbers
        .write()
        .option("header", true)
        .option("compression", "gzip")
        .csv(directory.resolve("gzip").toString());
    inputs.add("gzip");
    for (String kind : List.of("parquet", "orc", "gzip", "csv")) {
      Path whole;
      try (Stream<Path> files = Files.list(directory.resolve(kind))) {
        whole =
            files
                .filter(file -> file.getFileName().toString().startsWith("part-"))
                .findFirst()
                .get();
      }
      byte[] bytes = Files.readAllBytes(whole);
      for (String damage : List.of("cut", "noise", "empty")) {
        byte[] damaged =
            damage.equals("cut") ? Arrays.copyOf(bytes, bytes.length / 2) : bytes.clone();
        if (damage.equals("noise")) {
          for (int i = 0; i < 20; i++) {
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
          }
        }
        Path folder = Files.createDirectory(directory.resolve(kind + "-" + damage));
        Files.write(
            folder.resolve(whole.getFileName()), damage.equals("empty") ? new byte[0] : damaged);
        inputs.add(folder.getFileName().toString());
      }
    }
    inputs.addAll(List.of("nowhere", "", "canary", "*", "{a", "a:b", "no\nwhere"));
    return inputs;
  }

  /** All files and what is in them. */
  private Map<Path, String> everythingBut(Path folder) throws IOException {
    List<Path> paths;
    try (Stream<Path> files = Files.walk(directory)) {
      paths = files.filter(file -> !file.startsWith(folder)).toList();
    }
    Map<Path, String> everything = new TreeMap<>();
    for (Path path : paths) {
      everything.put(
          path, Files.isDirectory(path) ? "" : HexFormat.of().formatHex(Files.readAllBytes(path)));
    }
    return everything;
  }

  private static String pick(Random random, String... choices) {
    return pick(random, List.of(choices));
  }

  private static <T> T pick(Random random, List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
