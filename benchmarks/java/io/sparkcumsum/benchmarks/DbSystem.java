package io.sparkcumsum.benchmarks;

/** What answers the questions of {@link DbBenchmark}. */
interface DbSystem {
  /** The version of Spark. */
  String version();

  /** What is done before each run. */
  void settle();

  /** Answers a query without keeping the answer. */
  void run(String query);

  /**
   * Writes the answer to a query as parquet.
   *
   * @return {@code one task} if a task of the last stage has read all rows, else {@code
   *     distributed}
   */
  String answer(String query, String directory);
}
