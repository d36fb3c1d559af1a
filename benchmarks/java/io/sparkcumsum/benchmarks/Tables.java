package io.sparkcumsum.benchmarks;

import static org.apache.spark.sql.functions.col;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The parquet tables that benchmarks read, made when they are missing. */
final class Tables {
  private static final int FILES = 16;

  /** Odd and prime to all numbers of rows here, so that its multiples are a permutation. */
  private static final long STRIDE = 7_368_787;

  private final SparkSession spark;
  private final Path directory;

  Tables(SparkSession spark, Path directory) {
    this.spark = spark;
    this.directory = directory;
  }

  /** Rows of k, a shuffled key from 0, x BIGINT, y DOUBLE and s, a string of 16 characters. */
  Dataset<Row> shuffled(long rows) {
    return shuffled(rows + "-rows", rows, FILES);
  }

  /** The same rows in this many files. */
  Dataset<Row> shuffled(long rows, int files) {
    return shuffled(rows + "-rows-" + files + "-files", rows, files);
  }

  private Dataset<Row> shuffled(String name, long rows, int files) {
    return table(
        name,
        path ->
            spark
                .range(0, rows, 1, files)
                .selectExpr(
                    "(id * " + STRIDE + "L) % " + rows + "L AS k",
                    "pmod(xxhash64(id), 1000000L) AS x",
                    "xxhash64(id, 1L) / 9.3e18D AS y",
                    "substr(md5(CAST(id AS STRING)), 1, 16) AS s")
                .write()
                .parquet(path));
  }

  /** The same rows sorted by k within and across files. */
  Dataset<Row> sorted(long rows) {
    return table(
        rows + "-rows-sorted",
        path ->
            shuffled(rows)
                .repartitionByRange(FILES, col("k"))
                .sortWithinPartitions("k")
                .write()
                .parquet(path));
  }

  /** Rows of k, a shuffled key from 0, and x BIGINT, in eight files. */
  Dataset<Row> small(long rows) {
    return table(
        rows + "-small",
        path ->
            spark
                .range(0, rows, 1, 8)
                .selectExpr(
                    "(id * " + STRIDE + "L) % " + rows + "L AS k",
                    "pmod(xxhash64(id), 1000000L) AS x")
                .write()
                .parquet(path));
  }

  /** The same rows sorted by k within and across files. */
  Dataset<Row> smallSorted(long rows) {
    return table(
        rows + "-small-sorted",
        path ->
            small(rows)
                .repartitionByRange(8, col("k"))
                .sortWithinPartitions("k")
                .write()
                .parquet(path));
  }

  /** Arrays {@code a} of doubles. */
  Dataset<Row> arrays(int rows, int width) {
    return table(
        rows + "-arrays",
        path ->
            spark
                .range(0, rows, 1, 8)
                .selectExpr("transform(sequence(1, " + width + "), i -> rand(7) * i) AS a")
                .write()
                .parquet(path));
  }

  private Dataset<Row> table(String name, Consumer<String> write) {
    String path = directory.resolve(name).toString();
    if (!Files.exists(Path.of(path, "_SUCCESS"))) {
      write.accept(path);
    }
    return spark.read().parquet(path);
  }
}
