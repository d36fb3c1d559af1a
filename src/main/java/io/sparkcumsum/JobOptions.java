package io.sparkcumsum;

import io.sparkcumsum.array.CumulativeFunction;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** What {@link CumsumJob} was asked to do; filled in from its arguments. */
@Command(
    name = "cumsum",
    versionProvider = JobOptions.Version.class,
    sortOptions = false,
    usageHelpWidth = 100,
    abbreviateSynopsis = true,
    description = "numpy.cumsum and its siblings of columns: over all rows, or along their arrays.",
    footer = {
      "",
      "A value that begins with - is written --option=VALUE.",
      "Exit status: 0, 1 if the run failed, 2 if the request was wrong.",
      "Spark is configured by spark-submit; without a master it runs embedded, on all cores."
    })
final class JobOptions {
  private static final int ROWS_SHOWN_UNASKED = 20;

  /** Before a value that picocli would take for an option; no argument of a program has it. */
  static final String LITERAL = "\0";

  private static final Pattern VALUE_WITH_DASH =
      Pattern.compile("^(--[a-z-]+=(?=-(?!\\d+$))|(?=-[^=]*\\s))");

  enum Mode {
    errorifexists,
    overwrite
  }

  @Option(
      names = "--input",
      paramLabel = "PATH",
      description = "File, directory or pattern such as data/*.csv to read.")
  String input;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "Its format: ${COMPLETION-CANDIDATES}. Default: parquet.")
  JobFormat inputFormat;

  @Option(
      names = "--option",
      arity = "1..*",
      paramLabel = "KEY=VALUE",
      description = "Spark's options for it, such as header=true inferSchema=true.")
  List<String> inputOptions = List.of();

  @Option(names = "--table", paramLabel = "NAME", description = "Table to read instead.")
  String table;

  @Option(
      names = "--query",
      paramLabel = "SQL",
      description = "Query to read. What was read is its view 'input'.")
  String query;

  @Option(
      names = "--function",
      paramLabel = "FUNCTION",
      description = "One of ${COMPLETION-CANDIDATES}. Default: cumsum.")
  CumulativeFunction function = CumulativeFunction.CUMSUM;

  @Option(
      names = "--column",
      required = true,
      arity = "1..*",
      paramLabel = "NAME",
      description = "Columns to run it over, each by itself.")
  List<String> columns;

  @Option(
      names = "--axis",
      converter = Axis.class,
      paramLabel = "AXIS",
      description = {
        "0: down the rows; 1, 2, ...: along each row's arrays; negative: from the last.",
        "Default: none, over all elements in row-major order."
      })
  Integer axis;

  @Option(
      names = "--order-by",
      arity = "1..*",
      paramLabel = "COLUMN",
      description = "Order of the rows, such as: day \"hour desc nulls last\" \"`end day`\".")
  List<String> orderBy = List.of();

  @Option(
      names = "--partition-by",
      arity = "1..*",
      paramLabel = "COLUMN",
      description = "Start again for each value of these columns.")
  List<String> partitionBy = List.of();

  @Option(
      names = "--natural-order",
      description = "Take the rows as they come, partition after partition, instead.")
  boolean naturalOrder;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "Type to cast to before, NumPy's float64 as well as Spark's bigint.")
  String dtype;

  @Option(
      names = "--exclusive",
      description = "Give each place what precedes it, without its own value.")
  boolean exclusive;

  @Option(
      names = "--reverse",
      description = "Run from the last element to the first. Rows keep their order.")
  boolean reverse;

  @Option(
      names = "--result-column",
      arity = "1..*",
      paramLabel = "NAME",
      description = "Names of the results. Default: <column>_<function>.")
  List<String> resultColumns = List.of();

  @Option(
      names = "--out",
      paramLabel = "PATH",
      description = "Directory to write the result to, in files that follow the order.")
  String out;

  @Option(
      names = "--out-format",
      paramLabel = "FORMAT",
      description =
          "Its format: ${COMPLETION-CANDIDATES}. Default: parquet. CSV has a header and no arrays.")
  JobFormat outFormat;

  @Option(
      names = "--out-option",
      arity = "1..*",
      paramLabel = "KEY=VALUE",
      description = "Spark's options for it, such as compression=gzip.")
  List<String> outOptions = List.of();

  @Option(
      names = "--mode",
      converter = ModeConverter.class,
      paramLabel = "MODE",
      description = {
        "If it exists: ${COMPLETION-CANDIDATES}. Default: errorifexists.",
        "Not append, which would start the totals again: write beside, as --out totals/run=2."
      })
  Mode outMode;

  @Option(
      names = "--show",
      paramLabel = "N",
      description = "Print the first N rows of the result. Default without --out: 20.")
  Integer show;

  @Option(names = "--explain", description = "Print the physical plan, and do not run it.")
  boolean explain;

  @Option(
      names = "--verbose",
      description = "Log as Spark is configured to, and print the stack trace of a failure.")
  boolean verbose;

  @Option(names = "--help", usageHelp = true, description = "Print this text.")
  boolean help;

  @Option(names = "--version", versionHelp = true, description = "Print the version.")
  boolean version;

  @Spec CommandSpec spec;

  /** Takes every value as it is written, whatever it begins with or holds. */
  static JobOptions parse(String... arguments) {
    JobOptions options = new JobOptions();
    new CommandLine(options)
        .setExpandAtFiles(false)
        .setTrimQuotes(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUnmatchedOptionsAllowedAsOptionParameters(false)
        .registerConverter(String.class, JobOptions::unmarked)
        .parseArgs(Arrays.stream(arguments).map(JobOptions::marked).toArray(String[]::new));
    return options;
  }

  /** Marks what begins with a dash, is no number and is a value: after =, or with blanks. */
  private static String marked(String argument) {
    return VALUE_WITH_DASH.matcher(argument).replaceFirst("$1" + LITERAL);
  }

  private static String unmarked(String value) {
    return value.startsWith(LITERAL) ? value.substring(LITERAL.length()) : value;
  }

  /** Refuses what no single option can tell to be wrong. */
  void check() {
    refuseIf(
        input == null && table == null && query == null,
        "nothing to read: give --input PATH, --table NAME or --query SQL");
    refuseIf(input != null && table != null, "give either --input or --table, not both");
    refuseIf(
        input == null && (inputFormat != null || !inputOptions.isEmpty()),
        "--format and --option go with --input");
    refuseIf(
        naturalOrder && !orderBy.isEmpty(), "give either --order-by or --natural-order, not both");
    refuseIf(
        out == null && (outFormat != null || outMode != null || !outOptions.isEmpty()),
        "--out-format, --out-option and --mode go with --out");
    refuseIf("".equals(input) || "".equals(out), "--input and --out cannot be empty");
    refuseIf(show != null && show < 0, "--show cannot be negative: " + show);
    refuseWithoutKey("--option", inputOptions);
    refuseWithoutKey("--out-option", outOptions);
  }

  private void refuseWithoutKey(String option, List<String> texts) {
    for (String text : texts) {
      refuseIf(text.indexOf('=') < 1, option + " takes KEY=VALUE but was '" + text + "'");
    }
  }

  void refuseIf(boolean wrong, String message) {
    if (wrong) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  Map<String, String> inputOptions() {
    return keysAndValues(inputOptions);
  }

  Map<String, String> outOptions() {
    return keysAndValues(outOptions);
  }

  private static Map<String, String> keysAndValues(List<String> texts) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String text : texts) {
      int end = text.indexOf('=');
      values.put(text.substring(0, end), text.substring(end + 1));
    }
    return values;
  }

  int rowsToShow() {
    return show != null ? show : out == null ? ROWS_SHOWN_UNASKED : 0;
  }

  private static final class Axis implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      if (text.toLowerCase(Locale.ROOT).equals("none")) {
        return null;
      }
      try {
        return Integer.valueOf(text);
      } catch (NumberFormatException e) {
        throw new TypeConversionException("expected none or an integer but was '" + text + "'");
      }
    }
  }

  private static final class ModeConverter implements ITypeConverter<Mode> {
    @Override
    public Mode convert(String text) {
      for (Mode mode : Mode.values()) {
        if (mode.name().equalsIgnoreCase(text)) {
          return mode;
        }
      }
      throw new TypeConversionException(
          text.equalsIgnoreCase("append")
              ? "appended totals would start again amid the earlier ones; write each run into a"
                  + " directory of its own, such as --out totals/run=2, and read all of totals"
              : "expected errorifexists or overwrite but was '" + text + "'");
    }
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
      Properties properties = new Properties();
      try (InputStream resource = JobOptions.class.getResourceAsStream("version.properties")) {
        properties.load(resource);
      }
      return new String[] {
        "spark-cumsum " + properties.getProperty("version"),
        "Spark " + org.apache.spark.package$.MODULE$.SPARK_VERSION()
      };
    }
  }
}
