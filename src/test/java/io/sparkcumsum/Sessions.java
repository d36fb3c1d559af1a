package io.sparkcumsum;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.YearMonthIntervalType;

/** The one Spark session of the test JVM. */
public final class Sessions {
  /** What Spark itself sends to find the columns of files, and has not registered: types. */
  private static final List<String> UNREGISTERED_BY_SPARK =
      Stream.concat(
              Stream.of(
                  DataType[].class,
                  ArrayType.class,
                  MapType.class,
                  DecimalType.class,
                  GenericInternalRow.class,
                  DayTimeIntervalType.class,
                  YearMonthIntervalType.class,
                  Metadata.class),
              Stream.of(
                      DataTypes.NullType,
                      DataTypes.BooleanType,
                      DataTypes.ByteType,
                      DataTypes.ShortType,
                      DataTypes.IntegerType,
                      DataTypes.LongType,
                      DataTypes.FloatType,
                      DataTypes.DoubleType,
                      DataTypes.DateType,
                      DataTypes.TimestampType,
                      DataTypes.TimestampNTZType,
                      DataTypes.StringType,
                      DataTypes.BinaryType)
                  .map(Object::getClass))
          .map(Class::getName)
          .toList();

  private static final String REGISTERED_ONLY =
      System.getProperty("spark.kryo.registrationRequired", "true");

  private static final SparkSession SHARED =
      SparkSession.builder()
          .master("local[2]")
          .appName("tests")
          .config("spark.ui.enabled", false)
          .config("spark.sql.shuffle.partitions", 4)
          // Else adaptive execution puts all rows of a test into one partition.
          .config("spark.sql.adaptive.coalescePartitions.enabled", false)
          // Else a scan does.
          .config("spark.cumsum.singlePartitionThreshold", 0)
          // Else each session compiles generated code again, for class loaders of its own.
          .config("spark.sql.artifact.isolation.enabled", false)
          .config("spark.sql.session.timeZone", "UTC")
          // Whatever a test runs fails if it sends a class that Spark has not registered.
          .config("spark.serializer", KryoSerializer.class.getName())
          .config("spark.kryo.registrationRequired", REGISTERED_ONLY)
          .config("spark.kryo.classesToRegister", String.join(",", UNREGISTERED_BY_SPARK))
          .getOrCreate();

  private Sessions() {}

  /** The shared session; a test that changes its configuration works on a {@code newSession()}. */
  public static SparkSession shared() {
    return SHARED;
  }
}
