package io.sparkcumsum.scan.ordering;

import static io.sparkcumsum.catalyst.Seqs.seq;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/** A few rows in one partition, which the driver sends along with the task. */
final class KeptRows extends RDD<InternalRow> {
  private final transient List<byte[]> rows;
  private final int columns;

  /**
   * Creates the rows.
   *
   * @param rows the bytes of the rows
   * @param columns the number of columns
   */
  KeptRows(SparkContext context, List<byte[]> rows, int columns) {
    super(context, seq(List.<Dependency<?>>of()), ClassTag$.MODULE$.apply(InternalRow.class));
    this.rows = rows;
    this.columns = columns;
  }

  @Override
  public Partition[] getPartitions() {
    return new Partition[] {new Rows(rows)};
  }

  @Override
  public scala.collection.Iterator<InternalRow> compute(Partition partition, TaskContext context) {
    Iterator<byte[]> rows = ((Rows) partition).rows.iterator();
    UnsafeRow row = new UnsafeRow(columns);
    return CollectionConverters.asScala(rows)
        .map(
            bytes -> {
              row.pointTo(bytes, bytes.length);
              return row;
            });
  }

  private static final class Rows implements Partition {
    private final List<byte[]> rows;

    Rows(List<byte[]> rows) {
      this.rows = new ArrayList<>(rows);
    }

    @Override
    public int index() {
      return 0;
    }
  }
}
