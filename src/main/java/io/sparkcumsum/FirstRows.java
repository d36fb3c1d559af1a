package io.sparkcumsum;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.util.AccumulatorV2;
import scala.Option;

/**
 * The first rows of what is written or counted, kept on the way. Rows that are computed a second
 * time may come in another order, and what is read from a file depends on how it is read.
 */
final class FirstRows
    extends AccumulatorV2<Map.Entry<Integer, List<InternalRow>>, List<InternalRow>> {
  private final int count;

  /** By partition, and no more than the partitions that have the first of those known. */
  private final TreeMap<Integer, List<InternalRow>> rows = new TreeMap<>();

  FirstRows(int count) {
    this.count = count;
  }

  /** The same rows; when a job has used all of them, the first are here. */
  RDD<InternalRow> keptFrom(RDD<InternalRow> source) {
    register(source.sparkContext(), Option.empty(), false);
    return source.toJavaRDD().mapPartitionsWithIndex(this::kept, true).rdd();
  }

  private Iterator<InternalRow> kept(int partition, Iterator<InternalRow> source) {
    List<InternalRow> first = new ArrayList<>();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        boolean hasNext = source.hasNext();
        if (!hasNext) {
          // Not before: what is in an accumulator is sent with every heartbeat.
          add(Map.entry(partition, first));
        }
        return hasNext;
      }

      @Override
      public InternalRow next() {
        InternalRow row = source.next();
        if (first.size() < count) {
          first.add(row.copy());
        }
        return row;
      }
    };
  }

  @Override
  public void add(Map.Entry<Integer, List<InternalRow>> partition) {
    rows.put(partition.getKey(), partition.getValue());
    long known = 0;
    for (Map.Entry<Integer, List<InternalRow>> entry : rows.entrySet()) {
      known += entry.getValue().size();
      if (known >= count) {
        rows.tailMap(entry.getKey(), false).clear();
        return;
      }
    }
  }

  @Override
  public void merge(AccumulatorV2<Map.Entry<Integer, List<InternalRow>>, List<InternalRow>> other) {
    ((FirstRows) other).rows.entrySet().forEach(this::add);
  }

  @Override
  public List<InternalRow> value() {
    return rows.values().stream().flatMap(List::stream).limit(count).toList();
  }

  @Override
  public boolean isZero() {
    return rows.isEmpty();
  }

  @Override
  public FirstRows copy() {
    FirstRows copy = new FirstRows(count);
    copy.rows.putAll(rows);
    return copy;
  }

  @Override
  public void reset() {
    rows.clear();
  }
}
