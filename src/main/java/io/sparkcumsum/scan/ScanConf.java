package io.sparkcumsum.scan;

import io.sparkcumsum.catalyst.ConfigEntries;
import org.apache.spark.internal.config.ConfigEntry;
import org.apache.spark.network.util.ByteUnit;
import org.apache.spark.sql.internal.SQLConf;

/** The settings of all scans, of windows and of others. */
public final class ScanConf {

  /** {@code spark.cumsum.singlePartitionThreshold}, default 16 MiB. */
  public static final ConfigEntry<Object> SINGLE_PARTITION_THRESHOLD =
      ConfigEntries.of(
          "spark.cumsum.singlePartitionThreshold",
          key ->
              key.doc(
                      "Rows that are known to take no more bytes are sorted in one partition, as"
                          + " Spark's window sorts them. Other rows are sorted in ranges of their"
                          + " keys. With 0 all rows are.")
                  .version("0.1.0")
                  .bytesConf(ByteUnit.BYTE)
                  .createWithDefaultString("16MB"));

  /** {@code spark.cumsum.maxTotalsOnDriver}, default 64 MiB. */
  public static final ConfigEntry<Object> MAX_TOTALS_ON_DRIVER =
      ConfigEntries.of(
          "spark.cumsum.maxTotalsOnDriver",
          key ->
              key.doc(
                      "The most bytes that the totals of all partitions may take on the driver."
                          + " Larger ones, such as those of long arrays in many partitions, are"
                          + " scanned in blocks on the executors.")
                  .version("0.1.0")
                  .bytesConf(ByteUnit.BYTE)
                  .createWithDefaultString("64MB"));

  private ScanConf() {}

  static long maxTotalsOnDriver(SQLConf conf) {
    return (Long) conf.getConf(MAX_TOTALS_ON_DRIVER);
  }

  static long singlePartitionThreshold(SQLConf conf) {
    return (Long) conf.getConf(SINGLE_PARTITION_THRESHOLD);
  }
}
