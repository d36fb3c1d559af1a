package io.sparkcumsum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The job by what it prints, stores and returns; CumsumJobProcessTest has it whole. */
class CumsumJobTest {
  private static final Pattern ARGUMENT = Pattern.compile("'([^']*)'|(\\S+)");
  private static final Pattern SUMMARY =
      Pattern.compile("rows: (\\d+), partitions: (\\d+), seconds: \\d+\\.\\d, result: (.+)");

  private final SparkSession spark = Sessions.shared();

  @TempDir private Path directory;
  private Path out;
  private String input;

  record Outcome(int status, String stdout, String stderr) {
    String lastLine() {
      return stdout.lines().reduce("", (before, line) -> line);
    }
  }

  @BeforeEach
  void writeInput() throws IOException {
    Path file = directory.resolve("input.csv");
    Files.writeString(
        file,
        """
        day,rain,big,note,last day,a.b
        3,0.3,1,c,1,5
        1,0.1,9223372036854775807,a,2,5
        4,,1,d,3,5
        2,0.2,1,b,4,5
        """);
    input = "--input " + file + " --format csv --option header=true inferSchema=true ";
    out = directory.resolve("out");
  }

  /** Splits the command line at spaces that are not within single quotes. */
  private static Outcome run(String commandLine) {
    List<String> arguments = new ArrayList<>();
    Matcher matcher = ARGUMENT.matcher(commandLine);
    while (matcher.find()) {
      arguments.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
    }
    return run(arguments);
  }

  static Outcome run(List<String> arguments) {
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    int status =
        CumsumJob.run(
            new PrintStream(stdout, true, UTF_8),
            new PrintStream(stderr, true, UTF_8),
            arguments.toArray(String[]::new));
    return new Outcome(status, stdout.toString(UTF_8), stderr.toString(UTF_8));
  }

  private static Outcome succeed(String commandLine) {
    Outcome outcome = run(commandLine);
    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.status()).isZero();
    return outcome;
  }

  private static String table(String... lines) {
    return String.join("\n", lines) + "\n";
  }

  /** Everything in the directory, hidden or not. */
  private static List<String> namesIn(Path path) throws IOException {
    try (Stream<Path> entries = Files.list(path)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  private static List<String> partsIn(Path path) throws IOException {
    List<String> parts = new ArrayList<>(namesIn(path));
    parts.removeIf(name -> !name.startsWith("part-"));
    return parts;
  }

  /** The lines that were stored as CSV, without the headers. */
  private List<String> storedLines() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String part : partsIn(out)) {
      List<String> partLines = Files.readAllLines(out.resolve(part));
      lines.addAll(partLines.subList(1, partLines.size()));
    }
    return lines;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--column | Missing required parameter for option '--column'.*",
        "--natural-order | Missing required option: '--column=NAME'",
        "--column rain --axes 0 | Unknown option: '--axes'.*",
        "--column rain --axis 0.5 | Invalid value for option '--axis': expected none or an integer"
            + " but was '0.5'",
        "--column rain --show x | Invalid value for option '--show'.*'x' is not an int",
        "--column rain --natural-order --show -1 | --show cannot be negative: -1",
        "--column rain --order-by day --natural-order |"
            + " give either --order-by or --natural-order, not both",
        "--column rain --mode overwrite | --out-format, --out-option and --mode go with --out",
        "--column rain --natural-order --table t | give either --input or --table, not both",
        "--column rain --natural-order --out OUT --out-format avro |"
            + " Invalid value for option '--out-format'.*'avro'",
        "--column rain --natural-order --out OUT --mode ignore |"
            + " Invalid value for option '--mode': expected errorifexists or overwrite but was"
            + " 'ignore'",
        "--column rain --natural-order --out OUT --mode append | Invalid value for option '--mode':"
            + " appended totals would start again amid the earlier ones; .* --out totals/run=2, .*",
        "--column rain | .*CUMSUM_ORDER_REQUIRED.*rain.*--order-by.*--natural-order.*",
        "--column nope --natural-order | .*UNRESOLVED_COLUMN.*`nope`.*`rain`.*",
        "--column rain --order-by nope | .*UNRESOLVED_COLUMN.*`nope`.*",
        "--column rain --order-by 'nope desc' | .*UNRESOLVED_COLUMN.*`nope`.*",
        "--column note --order-by day | .*DATATYPE_MISMATCH.*STRING.*",
        "--column rain --natural-order --axis 1 |"
            + " .*axis 1 is out of bounds for array of dimension 1",
        "--column rain --natural-order --axis -2 |"
            + " .*axis -2 is out of bounds for array of dimension 1",
        "--column rain --natural-order --dtype float63 | .*CUMSUM_UNKNOWN_DTYPE.*'float63'.*",
        "--column rain big --natural-order --result-column x |"
            + " .*CUMSUM_OUT_COUNT_MISMATCH.*1 columns are named with --result-column, for 2 columns.*",
        "--column rain --natural-order --result-column note | .*CUMSUM_OUT_INCOMPATIBLE.*note.*",
        "--column rain --natural-order --query 'SELEC rain FROM input' | .*PARSE_SYNTAX_ERROR.*",
        "--column rain --natural-order --query 'SELECT * FROM nope' | .*TABLE_OR_VIEW_NOT_FOUND.*",
        "--column rain --natural-order --option header | .*--option.*KEY=VALUE.*'?header'?",
        "--column rain --natural-order --option header=perhaps | header flag can be true or false.",
        "--column rain --natural-order --option sep= | Delimiter cannot be empty",
        "--column rain --natural-order --option =, | --option takes KEY=VALUE but was '=,'",
        "--column rain --natural-order --out-option sep=; |"
            + " --out-format, --out-option and --mode go with --out",
        "--column rain --natural-order --out OUT --out-option a= b |"
            + " --out-option takes KEY=VALUE but was 'b'",
        "--column rain --natural-order --out OUT --out-format csv --out-option sep= |"
            + " Cannot write csv: .*Delimiter cannot be empty",
        "--column rain --natural-order --out OUT --out-option compression=tar |"
            + " Cannot write parquet: .*CODEC_NOT_AVAILABLE.*tar.*",
        "--column rain --natural-order --out OUT --out-option path=/elsewhere | .*'path' option.*",
        "--column rain --natural-order --out '' | --input and --out cannot be empty",
        "--column rain --out-option sep=, --colum rain | Unknown option: '--colum';"
            + " a value that begins with - is written --option=VALUE",
        "--column --rain | Unknown option: '--rain'.*"
            + " a value that begins with - is written --option=VALUE",
        "--column rain --natural-order --out / | --out cannot be the root directory",
      })
  void wrongRequest(String arguments, String message) throws IOException {
    String before = arguments.startsWith("--column |") ? "" : input;
    assertWrong(before + arguments.replace("OUT", out.toString()), message);
    assertThat(namesIn(directory)).containsExactly("input.csv");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--column x | nothing to read: .*",
        "--column x --natural-order --query 'SELECT 1 AS x' --format csv | --format and --option go with --input",
        "--column x --natural-order --input nowhere | .*PATH_NOT_FOUND.*nowhere.*",
        "--column x --natural-order --input {a | .*PatternSyntaxException.*Unclosed group.*",
        "--column x --natural-order --input nowhere --format avro |"
            + " Invalid value for option '--format'.*parquet, csv, json, orc.*'avro'",
        "--column x --natural-order --table nowhere | .*TABLE_OR_VIEW_NOT_FOUND.*nowhere.*",
      })
  void wrongInput(String arguments, String message) {
    assertWrong(arguments, message);
  }

  private static void assertWrong(String commandLine, String message) {
    Outcome outcome = run(commandLine);
    assertThat(outcome.stderr()).matches("error: " + message + "\n");
    assertThat(outcome.stdout()).isEmpty();
    assertThat(outcome.status()).isEqualTo(2);
  }

  @Test
  void showsTheRowsInTheirOrder() {
    Outcome outcome =
        succeed(
            input
                + "--query 'SELECT day, rain FROM input' --column rain --order-by day"
                + " --dtype decimal(10,1) --result-column total");
    assertThat(outcome.stdout())
        .startsWith(
            table(
                "+---+----+-----+",
                "|day|rain|total|",
                "+---+----+-----+",
                "|1  |0.1 |0.1  |",
                "|2  |0.2 |0.3  |",
                "|3  |0.3 |0.6  |",
                "|4  |NULL|NULL |",
                "+---+----+-----+"));
    assertThat(outcome.lastLine()).matches(SUMMARY).endsWith("result: 4 rows shown, not stored");
  }

  /** Some name a file here, an option, or what a shell or a parser might look into. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "@LICENSE | @LICENSE",
        "@timestamp | @timestamp",
        "--axis | =--axis",
        "-x | =-x",
        "-1x | =-1x",
        "-1 | -1",
        "-- | =--",
        "- x | - x",
        "\"x\" | \"x\"",
        "x desc | `x desc`",
        "x desc | `x desc` nulls last",
        "desc | desc",
        "nulls first | nulls first",
        "a=b, c | =a=b, c",
        "größe 累 😀 | größe 累 😀",
      })
  void takesValuesAsTheyAreWritten(String column, String order) {
    List<String> arguments = new ArrayList<>();
    arguments.add("--query");
    arguments.add("-- a = b\nSELECT id, 3 - id AS `" + column + "` FROM range(4)");
    arguments.addAll(List.of("--column=id", "id", "--result-column", "${user.home}", "@pom.xml"));
    arguments.addAll(
        order.startsWith("=") ? List.of("--order-by" + order) : List.of("--order-by", order));
    Outcome outcome = run(arguments);
    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.stdout()).contains("|${user.home}|@pom.xml|\n");
    assertThat(outcome.stdout().lines().filter(line -> line.matches(".*\\|\\d *\\|")))
        .map(line -> line.replace(" ", ""))
        .containsExactly("|3|0|3|3|", "|2|1|5|5|", "|1|2|6|6|", "|0|3|6|6|");
  }

  @Test
  void showsWhatItStored() throws IOException {
    Outcome outcome =
        succeed(
            input
                + "--query 'SELECT day, note, big FROM input WHERE day > 1' --column big"
                + " --order-by 'day desc' --show 2 --out-format csv --out "
                + out);
    assertThat(outcome.stdout())
        .startsWith(
            table(
                "+---+----+---+----------+",
                "|day|note|big|big_cumsum|",
                "+---+----+---+----------+",
                "|4  |d   |1  |1         |",
                "|3  |c   |1  |2         |",
                "+---+----+---+----------+",
                "only showing top 2 rows"));
    assertThat(outcome.lastLine())
        .matches("rows: 3, partitions: 3, seconds: .*, result: file:" + out);
    assertThat(storedLines()).containsExactly("4,d,1,1", "3,c,1,2", "2,b,1,3");
  }

  @ParameterizedTest
  @EnumSource
  void showsTheRowsThemselvesWhateverTheyAreWrittenAs(JobFormat format) {
    Outcome outcome =
        succeed(
            "--query 'SELECT id, IF(id = 0, \"a\\n, b\", IF(id = 1, \"\", NULL)) AS s,"
                + " timestamp_micros(id) AS t FROM range(0, 3, 1, 2)' --column id"
                + (" --order-by id --show 2147483647 --out-format " + format + " --out " + out)
                + (format == JobFormat.csv ? " --out-option header=false sep=;" : ""));
    assertThat(outcome.stdout())
        .startsWith(
            table(
                "+---+------+--------------------------+---------+",
                "|id |s     |t                         |id_cumsum|",
                "+---+------+--------------------------+---------+",
                "|0  |a\\n, b|1970-01-01 00:00:00       |0        |",
                "|1  |      |1970-01-01 00:00:00.000001|1        |",
                "|2  |NULL  |1970-01-01 00:00:00.000002|3        |",
                "+---+------+--------------------------+---------+"));
    assertThat(outcome.lastLine()).startsWith("rows: 3, partitions: ");
  }

  @ParameterizedTest
  @CsvSource({"1, 16", "3, 16", "19, 16", "20, 16", "21, 16", "7, 3", "1, 1", "20, 1"})
  void showsTheFirstRowsOfManyPartitions(int rowsToShow, int partitions) {
    String job =
        ("--query 'SELECT id FROM range(0, 40, 1, " + partitions + ") WHERE id % 2 = 0'")
            + (" --column id --natural-order --show " + rowsToShow);
    String shown = succeed(job).stdout();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < Math.min(rowsToShow, 20); i++) {
      expected.add("|" + 2 * i + "|" + i * (i + 1) + "|");
    }
    assertThat(shown.lines().filter(line -> line.matches(".*\\d *\\|")))
        .map(line -> line.replace(" ", ""))
        .isEqualTo(expected);
    assertThat(shown.contains("only showing top " + rowsToShow)).isEqualTo(rowsToShow < 20);
    assertThat(succeed(job + " --out " + out).stdout().lines().filter(line -> line.contains("|")))
        .isEqualTo(shown.lines().filter(line -> line.contains("|")).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--order-by day | 1, 2, 3, 4",
        "--order-by 'day  DESC' | 4, 3, 2, 1",
        "--order-by rain | 4, 1, 2, 3",
        "--order-by 'rain nulls last' | 1, 2, 3, 4",
        "--order-by 'rain asc nulls first' | 4, 1, 2, 3",
        "--order-by 'rain desc' | 3, 2, 1, 4",
        "--order-by 'rain desc nulls first' | 4, 3, 2, 1",
        "--order-by '`last day` desc' | 2, 4, 1, 3",
        "--order-by `a.b` note | 1, 2, 3, 4",
        "--order-by `a.b` --order-by 'note desc' | 4, 3, 2, 1",
        "--natural-order | 3, 1, 4, 2",
      })
  void takesTheRowsByTheOrder(String order, String days) throws IOException {
    succeed(
        input
            + "--query 'SELECT day, * EXCEPT (day) FROM input' --column `a.b` --out-format csv "
            + order
            + " --out "
            + out);
    List<String> expected = new ArrayList<>();
    int sum = 0;
    for (String day : days.split(", ", -1)) {
      sum += 5;
      expected.add(day + ": " + sum);
    }
    assertThat(storedLines())
        .map(line -> line.replaceAll("^(\\d),.*,(\\d+)$", "$1: $2"))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource
  void storesFilesThatFollowTheOrder(JobFormat format) throws IOException {
    Outcome outcome =
        succeed(
            "--query 'SELECT id, id % 7 AS x FROM range(0, 1000, 1, 9)' --natural-order --column x"
                + (" --out-format " + format + " --out " + out));
    assertThat(outcome.stdout())
        .matches("rows: 1000, partitions: 9, seconds: .*, result: file:" + out + "\n");
    List<String> parts = partsIn(out);
    assertThat(parts).hasSize(9);
    long sum = 0;
    long id = 0;
    for (String part : parts) {
      for (Row row : read(format, out.resolve(part)).collectAsList()) {
        sum += id % 7;
        assertThat(((Number) row.getAs("id")).longValue()).isEqualTo(id);
        assertThat(((Number) row.getAs("x_cumsum")).longValue()).isEqualTo(sum);
        id++;
      }
    }
    assertThat(id).isEqualTo(1000);
  }

  private Dataset<Row> read(JobFormat format, Path path) {
    return spark
        .read()
        .format(format.name())
        .option("header", true)
        .option("inferSchema", true)
        .load(path.toString());
  }

  @Test
  void sumsAlongArraysAndOverTables() {
    spark
        .sql("SELECT array(array(2, 4, 6), array(1, 3, 5)) AS m, 1.5D AS x")
        .createOrReplaceGlobalTempView("matrices");
    Outcome outcome =
        succeed(
            "--table global_temp.matrices --column m x --axis -1 --dtype INT64 --natural-order");
    assertThat(outcome.stdout())
        .contains("|[[2, 4, 6], [1, 3, 5]]|1.5|[[2, 6, 12], [1, 4, 9]]|1       |\n");
    assertThat(succeed("--table global_temp.matrices --column m --axis 2 --show 1").stdout())
        .contains("|[[2, 6, 12], [1, 4, 9]]|\n");
    assertThat(succeed("--table global_temp.matrices --column m --axis 1 --show 1").stdout())
        .contains("|[[2, 4, 6], [3, 7, 11]]|\n");
    assertThat(
            succeed("--table global_temp.matrices --column m --axis none --natural-order").stdout())
        .contains("|[2, 6, 12, 13, 16, 21]|\n");
  }

  @Test
  void sumsEachGroup() {
    Outcome outcome =
        succeed(
            "--query 'SELECT id % 2 AS g, id FROM range(6)' --column id --axis 0 --order-by id"
                + " --partition-by g");
    assertThat(outcome.stdout())
        .startsWith(
            table(
                "+---+---+---------+",
                "|g  |id |id_cumsum|",
                "+---+---+---------+",
                "|0  |0  |0        |",
                "|0  |2  |2        |",
                "|0  |4  |6        |",
                "|1  |1  |1        |",
                "|1  |3  |4        |",
                "|1  |5  |9        |",
                "+---+---+---------+"));
  }

  @Test
  void showsNoRowsIfThereAreNone() {
    assertThat(
            succeed("--query 'SELECT 1 AS x WHERE false' --column x --natural-order --out " + out)
                .lastLine())
        .startsWith("rows: 0, partitions: ");
    Outcome outcome = succeed("--input " + out + " --column x --natural-order --show 0");
    assertThat(outcome.stdout()).matches("rows: 0, partitions: 1, .* 0 rows shown, not stored\n");
  }

  @Test
  void leavesTheSparkItFoundAsItWas() {
    spark.sparkContext().setJobDescription("mine");
    try {
      succeed("--query 'SELECT 1 AS x' --column x --natural-order");
      assertThat(spark.sparkContext().getLocalProperty("spark.job.description")).isEqualTo("mine");
      assertThat(spark.sparkContext().isStopped()).isFalse();
    } finally {
      spark.sparkContext().setJobDescription(null);
    }
  }

  @Test
  void explainsWithoutRunning() throws IOException {
    Outcome outcome =
        succeed(input + "--column big --order-by day --explain --mode overwrite --out " + out);
    assertThat(outcome.stdout()).contains("PrefixScan").doesNotContain("seconds:");
    assertThat(namesIn(directory)).containsExactly("input.csv");
  }

  @Test
  void tellsWhatItIs() {
    assertThat(succeed("--help").stdout()).contains("--order-by", "Exit status");
    assertThat(succeed("--version").stdout())
        .matches("spark-cumsum \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R.*" + spark.version() + "\\R");
  }

  @Test
  void leavesNothingOfAFailedRun() throws IOException {
    Outcome outcome = run(input + "--column big --order-by day --out " + out);
    assertThat(outcome.stderr())
        .matches("error: \\[ARITHMETIC_OVERFLOW] BIGINT overflow in cumsum.*\n");
    assertThat(outcome.stdout()).isEmpty();
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(namesIn(directory)).containsExactly("input.csv");
  }

  @Test
  void showsTheStackTraceIfVerbose() {
    Outcome outcome = run(input + "--column big --order-by day --verbose");
    assertThat(outcome.stderr()).startsWith("error: [ARITHMETIC_OVERFLOW]").contains("\n\tat ");
    assertThat(outcome.status()).isEqualTo(1);
  }

  @Test
  void failsOnCorruptInput() throws IOException {
    Files.write(directory.resolve("x.csv.gz"), new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0});
    Outcome outcome =
        run(
            "--format csv --column x --natural-order --query 'SELECT int(_c0) AS x FROM input'"
                + (" --input " + directory.resolve("x.csv.gz") + " --out " + out));
    assertThat(outcome.stderr()).matches("error: .*x\\.csv\\.gz.*\n");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(namesIn(directory)).containsExactly("input.csv", "x.csv.gz");
  }

  @Test
  void refusesTypesThatTheFormatCannotHold() throws IOException {
    assertWrong(
        "--query 'SELECT array(1) AS x' --column x --natural-order --out-format csv --out " + out,
        ".*UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE.*");
    assertThat(namesIn(directory)).containsExactly("input.csv");
  }

  @Test
  void replacesOutputOnlyIfAsked() throws IOException {
    String job =
        input
            + "--query 'SELECT `a.b` AS x, day FROM input' --column x --out-format csv --out "
            + out;
    succeed(job + " --order-by day");
    assertWrong(job + " --order-by day", ".*file:" + out + " exists.*");
    assertWrong(job + " --order-by nope --mode overwrite", ".*UNRESOLVED_COLUMN.*");
    assertThat(storedLines()).containsExactly("5,1,5", "5,2,10", "5,3,15", "5,4,20");
    succeed(job + " --order-by 'day desc' --mode overwrite");
    assertThat(storedLines()).containsExactly("5,4,5", "5,3,10", "5,2,15", "5,1,20");
    assertThat(namesIn(directory)).containsExactly("input.csv", "out");
  }

  @Test
  void touchesNothingThatItReads() throws IOException {
    Path top = directory.resolve("top");
    Path in = top.resolve("in");
    spark.range(0, 5, 1, 1).write().parquet(in.toString());
    Path file = in.resolve(partsIn(in).get(0));
    Path link = Files.createSymbolicLink(top.resolve("link"), in);
    Path links = Files.createDirectory(top.resolve("links"));
    Files.createSymbolicLink(links.resolve("link.parquet"), file);
    spark.read().parquet(in.toString()).createOrReplaceGlobalTempView("view_of_in");
    spark.sql("CREATE TABLE table_at_in USING parquet LOCATION '" + in + "'");
    spark.sql(
        "CREATE TABLE with_partition_at_in (id BIGINT, p INT) USING parquet PARTITIONED BY (p)"
            + (" LOCATION '" + directory.resolve("elsewhere") + "'"));
    spark.sql("ALTER TABLE with_partition_at_in ADD PARTITION (p = 1) LOCATION '" + in + "'");
    try {
      for (String place : List.of(in + "/", in + "/../in/.", link + "/", top + "/", file + "")) {
        assertKept("--input " + file, place);
      }
      for (String place : List.of(in + "", top + "", in + "/out", link + "/a/b/out")) {
        assertKept("--input " + in, place);
        assertKept("--input " + link + "/", place);
        assertKept("--input " + top + "/in*", place);
        assertKept("--table table_at_in", place);
        assertKept("--table global_temp.view_of_in", place);
        assertKept("--query 'SELECT id FROM parquet.`" + in + "`'", place);
      }
      assertKept("--input " + links, in + "");
      assertKept("--table with_partition_at_in", in + "");
      String subquery = "SELECT id FROM parquet.`" + in + "`";
      assertKept("--query 'SELECT 1 AS id WHERE 1 IN (" + subquery + ")'", in + "");
      assertKept("--query 'WITH t AS (" + subquery + ") SELECT * FROM t'", in + "");
      assertKept("--query '" + subquery + " WHERE false'", in + "");
      assertThat(spark.read().parquet(in.toString()).count()).isEqualTo(5);
      assertThat(namesIn(top)).containsExactly("in", "link", "links");
    } finally {
      spark.sql("DROP TABLE table_at_in");
      spark.sql("DROP TABLE with_partition_at_in");
    }
  }

  private void assertKept(String source, String place) throws IOException {
    List<String> before = namesIn(directory.resolve("top/in"));
    String job = source + " --column id --natural-order --out " + place;
    assertWrong(
        job + " --mode overwrite",
        "--out .* (would replace what is read|lies in .*, which is read,).*; choose another");
    assertWrong(job, "--out .* (exists; --mode overwrite would|lies in .*, which is read,).*");
    assertThat(namesIn(directory.resolve("top/in"))).as(job).isEqualTo(before);
  }

  @Test
  void writesBesideWhatItReads() throws IOException {
    String in = Files.createDirectory(directory.resolve("in")).toString();
    String job = " --column id --natural-order --mode overwrite --out " + in;
    succeed("--query 'SELECT id FROM range(4)'" + job + "/run=1");
    succeed("--query 'SELECT id FROM range(4, 6)'" + job + "/run=2");
    succeed("--input " + in + "/run=1" + job + "/run=10");
    succeed("--input " + in + "/run=*" + job + "-all");
    assertThat(spark.read().parquet(in).groupBy("run").count().sort("run").collectAsList())
        .hasToString("[[1,4], [2,2], [10,4]]");
    assertThat(spark.read().parquet(in + "-all").count()).isEqualTo(10);
  }

  @Test
  void findsWhatIsReadThroughTheOtherReadersOfFiles() throws IOException {
    spark.range(3).write().parquet(out.toString());
    SparkSession second = spark.newSession();
    second.conf().set("spark.sql.sources.useV1SourceList", "");
    Configuration conf = second.sessionState().newHadoopConf();
    assertThat(FilesRead.by(second.read().parquet(out.toString()).queryExecution(), conf))
        .contains(new org.apache.hadoop.fs.Path("file:" + out));
  }

  @Test
  void putsTheOldOutputBackIfTheNewCannotTakeItsPlace() throws IOException {
    spark
        .sparkContext()
        .hadoopConfiguration()
        .set("fs.stuck.impl", StagedFilesAreStuck.class.getName());
    Files.createDirectory(out);
    Files.writeString(out.resolve("old"), "still here");
    Outcome outcome =
        run(
            "--query 'SELECT 1 AS x' --column x --natural-order --mode overwrite --out stuck:"
                + out);
    assertThat(outcome.stderr()).matches("error: IOException: Cannot rename .*\n");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(out.resolve("old")).hasContent("still here");
    assertThat(namesIn(directory)).containsExactly("input.csv", "out");
  }

  /** What is wrong with a path has one status, whether it is read or written. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nope:/x | 2 | .*No FileSystem for scheme \"nope\"",
        "s3a://bucket/x | 2 | .*S3AFileSystem not found",
        "DIR/input.csv/x | 2 | .*input.csv.*",
        "denied:DIR/x | 1 | AccessControlException: Permission denied",
        "hdfs://127.0.0.1:1/x | 1 | ConnectException: Connection refused",
        "hdfs://no-such-host.invalid/x | 1 | .*UnknownHostException: no-such-host.invalid",
      })
  void tellsAWrongPathFromAFailure(String path, int status, String message) throws IOException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    hadoop.set("fs.denied.impl", AllIsDenied.class.getName());
    hadoop.set("ipc.client.connect.max.retries", "0");
    String there = path.replace("DIR", directory.toString());
    Outcome read = run("--column x --natural-order --input " + there);
    assertThat(read.stderr()).matches("error: " + message + "\n");
    assertThat(read.status()).isEqualTo(status);
    Outcome write = run("--column x --natural-order --query 'SELECT 1 AS x' --out " + there);
    assertThat(write.stderr()).matches("error: " + message + "\n");
    assertThat(write.status()).isEqualTo(status);
    assertThat(namesIn(directory)).containsExactly("input.csv");
  }

  /** Local files, none of which may be looked at or made. */
  public static final class AllIsDenied extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("denied:///");
    }

    @Override
    public boolean exists(org.apache.hadoop.fs.Path path) throws IOException {
      throw new AccessControlException("Permission denied");
    }
  }

  /** Local files of which those that are staged cannot be moved into place. */
  public static final class StagedFilesAreStuck extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("stuck:///");
    }

    @Override
    public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
        throws IOException {
      return !from.getName().contains("staged") && super.rename(from, to);
    }
  }
}
