package io.sparkcumsum;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** DataFrames whose partitions hold just the rows that a test gives them. */
public final class Partitions {
  private Partitions() {}

  /** A DataFrame with these partitions, in this order. */
  public static Dataset<Row> dataFrame(
      SparkSession spark, List<List<Row>> partitions, StructType schema) {
    // The rows travel with the task: a partition of a list would be serialized as data, for which
    // the session of tests allows registered classes only.
    JavaRDD<Integer> indices =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(IntStream.range(0, partitions.size()).boxed().toList(), partitions.size());
    return spark.createDataFrame(
        indices.flatMap(index -> partitions.get(index).iterator()), schema);
  }

  /** Splits rows into so many partitions at random places; with several, some are empty. */
  public static List<List<Row>> split(List<Row> rows, int partitions, Random random) {
    int[] starts = new int[partitions + 1];
    for (int i = 1; i < partitions; i++) {
      starts[i] = random.nextInt(rows.size() + 1);
    }
    starts[partitions] = rows.size();
    java.util.Arrays.sort(starts);
    List<List<Row>> split = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      split.add(new ArrayList<>(rows.subList(starts[i], starts[i + 1])));
    }
    return split;
  }
}
