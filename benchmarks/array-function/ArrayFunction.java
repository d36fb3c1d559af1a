import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.Seq;

/**
 * How long the SQL function takes beside what else Spark has for the same arrays: 400,000 rows of
 * 100 doubles from parquet, one JVM, variants in turn, the first rounds not counted.
 */
public final class ArrayFunction {
  private static final int ROWS = 400_000;
  private static final int WIDTH = 100;
  private static final int WARM_UP = 3;
  private static final int ROUNDS = 9;

  public static void main(String[] args) throws Exception {
    SparkSession spark = SparkSession.builder().getOrCreate();
    Path data = Path.of(args[0]);
    if (!Files.exists(data)) {
      spark
          .range(0, ROWS, 1, 8)
          .selectExpr("transform(sequence(1, " + WIDTH + "), i -> rand(7) * i) AS a")
          .write()
          .parquet(data.toString());
    }
    spark
        .udf()
        .register(
            "java_udf",
            (UDF1<Seq<Double>, double[]>) ArrayFunction::cumsum,
            DataTypes.createArrayType(DataTypes.DoubleType));
    Map<String, String> variants = new LinkedHashMap<>();
    variants.put("reverse(a)", "reverse(a)");
    variants.put("cumsum(a)", "cumsum(a)");
    variants.put("Java UDF", "java_udf(a)");

    Dataset<Row> arrays = spark.read().parquet(data.toString());
    Map<String, List<Double>> seconds = new LinkedHashMap<>();
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      for (Map.Entry<String, String> variant : variants.entrySet()) {
        long start = System.nanoTime();
        arrays.selectExpr(variant.getValue()).write().format("noop").mode("overwrite").save();
        double elapsed = (System.nanoTime() - start) / 1e9;
        if (round >= 0) {
          seconds.computeIfAbsent(variant.getKey(), name -> new ArrayList<>()).add(elapsed);
        }
      }
    }
    System.out.printf(
        "Spark %s, Java %s, %s; %,d x %d doubles, %d rounds%n",
        spark.version(),
        System.getProperty("java.version"),
        spark.sparkContext().master(),
        ROWS,
        WIDTH,
        ROUNDS);
    List<Double> base = seconds.get("reverse(a)");
    System.out.println("                       seconds              times reverse(a), by round");
    System.out.println("                    min  median     max       min  median     max");
    for (Map.Entry<String, List<Double>> variant : seconds.entrySet()) {
      List<Double> ratios = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        ratios.add(variant.getValue().get(round) / base.get(round));
      }
      System.out.println(
              String.format("%-18s", variant.getKey()) + spread(variant.getValue()) + "  " + spread(ratios));
    }
    spark.stop();
  }

  private static double[] cumsum(Seq<Double> values) {
    double[] sums = new double[values.length()];
    double running = -0.0;
    for (int i = 0; i < sums.length; i++) {
      running += values.apply(i);
      sums[i] = running;
    }
    return sums;
  }

  private static String spread(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return String.format(
        Locale.ROOT,
        "%7.2f %7.2f %7.2f",
        sorted[0],
        sorted[sorted.length / 2],
        sorted[sorted.length - 1]);
  }
}
