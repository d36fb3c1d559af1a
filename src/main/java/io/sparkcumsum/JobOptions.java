package io.sparkcumsum;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
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
    description = "numpy.cumsum of columns: the running sum over all rows, or along their arrays.",
    footer = {
      "",
      "Exit status: 0, 1 if the run failed, 2 if the request was wrong.",
      "Spark is configured by spark-submit; without a master it runs embedded, on all cores."
    })
final class JobOptions {
  private static final int ROWS_SHOWN_UNASKED = 20;

  /** The formats of Spark that hold what the job reads and writes, by Spark's names. */
  enum Format {
    parquet,
    csv,
    json,
    orc
  }

  enum Mode {
    errorifexists,
    overwrite
  }

  @Option(names = "--input", paramLabel = "PATH", description = "File or directory to read.")
  String input;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "Its format: ${COMPLETION-CANDIDATES}. Default: parquet.")
  Format inputFormat;

  @Option(
      names = "--option",
      arity = "1..*",
      paramLabel = "KEY=VALUE",
      description = "Spark's options for it, such as header=true inferSchema=true.")
  Map<String, String> inputOptions = new LinkedHashMap<>();

  @Option(names = "--table", paramLabel = "NAME", description = "Table to read instead.")
  String table;

  @Option(
      names = "--query",
      paramLabel = "SQL",
      description = "Query whose result is summed. What was read is its view 'input'.")
  String query;

  @Option(
      names = "--column",
      required = true,
      arity = "1..*",
      paramLabel = "NAME",
      description = "Columns to sum, each by itself.")
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
      names = "--natural-order",
      description = "Take the rows as they come, partition after partition, instead.")
  boolean naturalOrder;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "Type to cast to before adding, NumPy's float64 as well as Spark's bigint.")
  String dtype;

  @Option(
      names = "--result-column",
      arity = "1..*",
      paramLabel = "NAME",
      description = "Names of the results. Default: <column>_cumsum.")
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
  Format outFormat;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description = "If it exists: ${COMPLETION-CANDIDATES}. Default: errorifexists.")
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

  /** Refuses what no single option can tell to be wrong. */
  void check() {
    refuseIf(
        input == null && table == null && query == null,
        "nothing to sum: give --input PATH, --table NAME or --query SQL");
    refuseIf(input != null && table != null, "give either --input or --table, not both");
    refuseIf(
        input == null && (inputFormat != null || !inputOptions.isEmpty()),
        "--format and --option go with --input");
    refuseIf(
        naturalOrder && !orderBy.isEmpty(), "give either --order-by or --natural-order, not both");
    refuseIf(
        out == null && (outFormat != null || outMode != null),
        "--out-format and --mode go with --out");
    refuseIf(show != null && show < 0, "--show cannot be negative: " + show);
  }

  void refuseIf(boolean wrong, String message) {
    if (wrong) {
      throw new ParameterException(spec.commandLine(), message);
    }
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
