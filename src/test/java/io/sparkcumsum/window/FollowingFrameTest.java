package io.sparkcumsum.window;

import io.sparkcumsum.Partitions;
import io.sparkcumsum.Seeds;
import io.sparkcumsum.Sessions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Functions that depend on the order of rows, over those from the current one on: which of equal
 * values comes first, and which comes last.
 */
class FollowingFrameTest {
  private static final List<String> FRAMES =
      List.of(
          "ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
          "ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING");

  private static final List<String> FUNCTIONS =
      List.of(
          "max_by(id, k)",
          "min_by(id, k)",
          "max_by(x, k)",
          "min_by(x, zeros)",
          "max_by(id, word)",
          "min_by(id, zeros)",
          "max_by(CAST(id AS DECIMAL(30, 3)), CAST(k AS DECIMAL(38, 2)))",
          "max(zeros)",
          "min(zeros)",
          "max(inside)",
          "min(inside)",
          "max(word)",
          "min(word)",
          "first(CAST(x AS DECIMAL(30, 3)))",
          "last(zeros, true)");

  private final SparkSession spark = Sessions.shared().newSession();
  private final BothPlanners planners = new BothPlanners(spark);

  @ParameterizedTest
  @CsvSource({
    "1, 6, 4, id, CODEGEN_ONLY",
    "2, 40, 7, id DESC, NO_CODEGEN",
    "3, 60, 3, monotonically_increasing_id(), NO_CODEGEN",
    "4, 1500, 2, monotonically_increasing_id(), CODEGEN_ONLY",
    "5, 1, 3, id, NO_CODEGEN"
  })
  void takesOfEqualValuesTheOneThatSparkTakes(
      int seed, int rows, int partitions, String order, String factoryMode) {
    Random random = Seeds.random(rows + " rows in " + partitions + " partitions", seed);
    spark.conf().set("spark.cumsum.singlePartitionThreshold", "0");
    spark.conf().set("spark.sql.adaptive.coalescePartitions.enabled", "false");
    spark.conf().set("spark.sql.shuffle.partitions", "3");
    spark.conf().set("spark.sql.codegen.factoryMode", factoryMode);
    create(rows, partitions, random);
    List<String> columns = new ArrayList<>(List.of("id"));
    for (String function : FUNCTIONS) {
      String frame = FRAMES.get(random.nextInt(FRAMES.size()));
      columns.add(function + " OVER (ORDER BY " + order + " " + frame + ")");
    }
    planners.assertScanned(
        "SELECT " + String.join(", ", columns) + " FROM t", BothPlanners.Rows.ORDERED);
  }

  /** Few values that are often null, and some that are equal, but look different. */
  private void create(int rows, int partitions, Random random) {
    List<Row> table = new ArrayList<>();
    for (long id = 0; id < rows; id++) {
      boolean isNull = random.nextInt(4) == 0;
      table.add(
          RowFactory.create(
              id,
              isNull ? null : random.nextLong(3),
              random.nextInt(4) == 0 ? null : id,
              random.nextBoolean() ? -0.0 : 0.0,
              List.of("a", "A", "b", "B").get(random.nextInt(4))));
    }
    Collections.shuffle(table, random);
    Partitions.dataFrame(
            spark,
            Partitions.split(table, partitions, random),
            new StructType()
                .add("id", DataTypes.LongType, false)
                .add("k", DataTypes.LongType)
                .add("x", DataTypes.LongType)
                .add("zero", DataTypes.DoubleType, false)
                .add("letter", DataTypes.StringType, false))
        .selectExpr(
            "id",
            "k",
            "x",
            "array(CAST(k AS DOUBLE), zero) AS zeros",
            "if(k = 1, null, struct(zero, k)) AS inside",
            "if(k = 0, null, letter COLLATE UTF8_LCASE) AS word")
        .createOrReplaceTempView("t");
  }
}
