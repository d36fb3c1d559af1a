package io.sparkcumsum.window;

import io.sparkcumsum.Seeds;
import io.sparkcumsum.Sessions;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random running windows give what Spark's own give, and run as scans. */
class WindowDifferentialTest {
  private static final int QUERIES = Integer.getInteger("queries", 45);

  private final SparkSession spark = Sessions.shared().newSession();
  private final BothPlanners planners = new BothPlanners(spark, true);

  @ParameterizedTest
  @CsvSource({
    "1, 0, 3, false",
    "2, 1, 1, false",
    "3, 7, 10, false",
    "4, 40, 3, false",
    "5, 40, 3, false",
    "6, 150, 7, false",
    "7, 2500, 2, false",
    "8, 8, 3, true",
    "9, 60, 4, true",
    "10, 60, 9, true"
  })
  void runningWindowsAreThoseOfSpark(
      int seed, int rows, int partitions, boolean extreme, @TempDir Path directory) {
    Random random = Seeds.random(rows + " rows in " + partitions + " partitions", seed);
    List<String> tables = RandomTable.create(spark, rows, partitions, extreme, random, directory);
    for (int i = 0; i < QUERIES; i++) {
      // Whether a sum overflows among peers depends on their order, which is anyone's.
      RandomWindow window =
          RandomWindow.draw(
              tables.get(i % tables.size()), extreme || random.nextBoolean(), extreme, random);
      configure(random);
      planners.assertScanned(
          window.query(),
          window.isTotallyOrdered() ? BothPlanners.Rows.ORDERED : BothPlanners.Rows.UNORDERED);
    }
    spark.table("cached").unpersist();
  }

  private void configure(Random random) {
    // To compile generated code takes most of the time of a query.
    boolean generated = random.nextInt(5) == 0;
    spark.conf().set("spark.sql.adaptive.enabled", random.nextBoolean());
    spark.conf().set("spark.sql.adaptive.coalescePartitions.enabled", random.nextInt(4) == 0);
    spark.conf().set("spark.sql.ansi.enabled", random.nextBoolean());
    spark.conf().set("spark.sql.codegen.wholeStage", generated);
    spark.conf().set("spark.sql.codegen.factoryMode", generated ? "CODEGEN_ONLY" : "NO_CODEGEN");
    spark.conf().set("spark.sql.shuffle.partitions", List.of("1", "2", "5").get(random.nextInt(3)));
    spark
        .conf()
        .set("spark.cumsum.singlePartitionThreshold", random.nextInt(4) == 0 ? "16MB" : "0");
    spark.conf().set("spark.cumsum.maxTotalsOnDriver", random.nextInt(4) == 0 ? "0" : "64MB");
    // Files are packed together, or each is a partition.
    int files = random.nextInt(2);
    spark.conf().set("spark.sql.files.openCostInBytes", List.of(0, 1 << 30).get(files));
    spark.conf().set("spark.sql.files.minPartitionNum", 1);
  }
}
