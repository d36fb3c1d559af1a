package io.sparkcumsum.scan.ordering;

import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Expressions;
import org.apache.spark.sql.connector.expressions.SortDirection;
import org.apache.spark.sql.connector.expressions.SortOrder;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.connector.read.SupportsReportOrdering;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A source of Data Source V2 whose partitions are sorted by {@code k} and have no key in common. It
 * reports their order if it has the option {@code ordered}.
 */
public final class SortedSource implements TableProvider {
  private static final StructType SCHEMA =
      new StructType()
          .add("k", DataTypes.LongType)
          .add("x", DataTypes.LongType)
          .add("y", DataTypes.LongType);
  private static final int PARTITIONS = 3;
  private static final int ROWS = 10;

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    return SCHEMA;
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    return new SortedTable(properties.containsKey("ordered"));
  }

  private record SortedTable(boolean isOrdered) implements SupportsRead {
    @Override
    public String name() {
      return "sorted";
    }

    @Override
    @SuppressWarnings("deprecation") // A table has to have it.
    public StructType schema() {
      return SCHEMA;
    }

    @Override
    public Set<TableCapability> capabilities() {
      return Set.of(TableCapability.BATCH_READ);
    }

    @Override
    public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
      return new SortedScanBuilder(isOrdered);
    }
  }

  private static final class SortedScanBuilder implements SupportsPushDownRequiredColumns {
    private final boolean isOrdered;
    private StructType columns = SCHEMA;

    SortedScanBuilder(boolean isOrdered) {
      this.isOrdered = isOrdered;
    }

    @Override
    public void pruneColumns(StructType required) {
      columns = required;
    }

    @Override
    public Scan build() {
      return isOrdered ? new OrderedScan(columns) : new SortedScan(columns);
    }
  }

  private record SortedScan(StructType readSchema) implements Scan {
    @Override
    public Batch toBatch() {
      return new SortedBatch(readSchema);
    }
  }

  private record OrderedScan(StructType readSchema) implements SupportsReportOrdering {
    @Override
    public Batch toBatch() {
      return new SortedBatch(readSchema);
    }

    @Override
    public SortOrder[] outputOrdering() {
      return new SortOrder[] {Expressions.sort(Expressions.column("k"), SortDirection.ASCENDING)};
    }
  }

  private record SortedBatch(StructType columns) implements Batch {
    @Override
    public InputPartition[] planInputPartitions() {
      InputPartition[] partitions = new InputPartition[PARTITIONS];
      for (int i = 0; i < PARTITIONS; i++) {
        // The last keys are in the first partition.
        partitions[i] = new Keys((long) ROWS * (PARTITIONS - 1 - i));
      }
      return partitions;
    }

    @Override
    public PartitionReaderFactory createReaderFactory() {
      StructType read = columns;
      return partition -> new Rows(((Keys) partition).first(), read);
    }
  }

  private record Keys(long first) implements InputPartition {}

  private static final class Rows implements PartitionReader<InternalRow> {
    private final long first;
    private final StructType columns;
    private int read;

    Rows(long first, StructType columns) {
      this.first = first;
      this.columns = columns;
    }

    @Override
    public boolean next() {
      return ++read <= ROWS;
    }

    @Override
    public InternalRow get() {
      long key = first + read - 1;
      Object[] values = new Object[columns.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = columns.apply(i).name().equals("k") ? key : key * key;
      }
      return new GenericInternalRow(values);
    }

    @Override
    public void close() {}
  }
}
