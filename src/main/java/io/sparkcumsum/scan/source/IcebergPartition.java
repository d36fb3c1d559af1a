package io.sparkcumsum.scan.source;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.spark.sql.connector.read.InputPartition;

/**
 * Tells which parts of files a partition of Iceberg reads. Spark has no interface for that, so
 * methods of Iceberg are found by their names. If a version of Iceberg has others, its partitions
 * equal none.
 */
final class IcebergPartition {
  private static final String CLASS = "org.apache.iceberg.spark.source.SparkInputPartition";

  private IcebergPartition() {}

  /** What is equal for two partitions that read the same; of another source, the partition. */
  static List<Object> description(InputPartition partition) {
    if (!partition.getClass().getName().equals(CLASS)) {
      return List.of(partition);
    }
    try {
      List<Object> description = new ArrayList<>();
      for (Object task : (Collection<?>) call(call(partition, "taskGroup"), "tasks")) {
        description.add(call(call(task, "file"), "location"));
        description.add(call(task, "start"));
        description.add(call(task, "length"));
      }
      return description;
    } catch (ReflectiveOperationException e) {
      return List.of(partition);
    }
  }

  private static Object call(Object target, String name) throws ReflectiveOperationException {
    Method method = target.getClass().getMethod(name);
    method.setAccessible(true);
    return method.invoke(target);
  }
}
