package io.sparkcumsum;

import io.sparkcumsum.JobOptions.Mode;
import io.sparkcumsum.accumulator.ScanOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.ExplainMode$;
import org.apache.spark.sql.functions;

/**
 * {@link Cumsum} and its siblings as a program, for spark-submit. Where no master is configured it
 * runs on an embedded Spark.
 *
 * <pre>{@code
 * spark-submit spark-cumsum_2.13-VERSION.jar \
 *   --input rain.csv --format csv --option header=true inferSchema=true \
 *   --column rain --order-by day --result-column total --show 2 --out totals
 * // +----------+----+-----+
 * // |day       |rain|total|
 * // +----------+----+-----+
 * // |2012-01-01|0.0 |0.0  |
 * // |2012-01-02|10.9|10.9 |
 * // +----------+----+-----+
 * // rows: 1461, partitions: 4, seconds: 2.7, result: file:/home/me/totals
 * }</pre>
 *
 * <p>The exit status is 0, or 1 if the run failed, or 2 if the request was wrong; then one line on
 * standard error tells why. A result takes its place at {@code --out} only when it is complete, so
 * that a failure leaves there what was there before.
 */
public final class CumsumJob {
  private final JobOptions options;
  private final PrintStream stdout;

  private CumsumJob(JobOptions options, PrintStream stdout) {
    this.options = options;
    this.stdout = stdout;
  }

  /**
   * Runs the job, and exits with its status if that is not 0.
   *
   * @param args the options that {@code --help} lists
   */
  public static void main(String[] args) {
    int status = run(System.out, System.err, args);
    // Some cluster managers take any call of exit for a failure.
    if (status != 0) {
      System.exit(status);
    }
  }

  /** Runs the job, if there is a Spark context on that, and returns the exit status. */
  static int run(PrintStream stdout, PrintStream stderr, String... args) {
    JobFailure failure = new JobFailure(stderr, List.of(args).contains("--verbose"));
    try {
      JobOptions options = JobOptions.parse(args);
      if (options.help) {
        options.spec.commandLine().usage(stdout);
        return 0;
      }
      if (options.version) {
        options.spec.commandLine().printVersionHelp(stdout);
        return 0;
      }
      options.check();
      try (JobSession session = JobSession.open(options.verbose)) {
        new CumsumJob(options, stdout).run(session.spark(), failure);
      }
      return 0;
    } catch (Throwable e) {
      return failure.report(e);
    }
  }

  private void run(SparkSession spark, JobFailure failure) throws IOException {
    long start = System.nanoTime();
    JobOutput output = output(spark);
    Dataset<Row> results = accumulate(read(spark));
    if (output != null) {
      results = output.checked(results);
    }
    if (options.explain) {
      stdout.println(
          results.queryExecution().explainString(ExplainMode$.MODULE$.fromString("formatted")));
      return;
    }
    if (output != null) {
      output.rehearse(results);
    }
    failure.requestIsRight();
    JobResult result =
        output == null
            ? JobResult.show(results, options.rowsToShow())
            : JobResult.write(results, output, options.rowsToShow());
    stdout.print(result.table());
    stdout.printf(
        Locale.ROOT,
        "rows: %d, partitions: %d, seconds: %.1f, result: %s%n",
        result.rows(),
        result.partitions(),
        (System.nanoTime() - start) / 1e9,
        output != null
            ? output.toString()
            : Math.min(result.rows(), options.rowsToShow()) + " rows shown, not stored");
  }

  private JobOutput output(SparkSession spark) throws IOException {
    if (options.out == null) {
      return null;
    }
    JobOutput output =
        new JobOutput(
            spark,
            options.out,
            options.outFormat == null ? JobFormat.parquet : options.outFormat,
            options.outOptions(),
            options.outMode == null ? Mode.errorifexists : options.outMode);
    options.refuseIf(
        output.isInTheWay(), "--out " + output + " exists; --mode overwrite would replace it");
    return output;
  }

  private Dataset<Row> read(SparkSession spark) {
    if (options.input != null) {
      JobFormat format = options.inputFormat == null ? JobFormat.parquet : options.inputFormat;
      return query(
          spark.read().format(format.name()).options(options.inputOptions()).load(options.input));
    }
    return options.table != null ? query(spark.table(options.table)) : spark.sql(options.query);
  }

  private Dataset<Row> query(Dataset<Row> input) {
    if (options.query == null) {
      return input;
    }
    input.createOrReplaceTempView("input");
    return input.sparkSession().sql(options.query);
  }

  private Dataset<Row> accumulate(Dataset<Row> input) {
    boolean includeInitial = false;
    return new CumulativeRequest(
            options.function,
            options.columns,
            options.axis,
            options.dtype,
            new ScanOptions(options.exclusive, options.reverse, includeInitial),
            options.resultColumns,
            options.partitionBy.stream().map(functions::col).toList(),
            RowOrder.parse(options.orderBy),
            options.naturalOrder)
        .apply(input);
  }
}
