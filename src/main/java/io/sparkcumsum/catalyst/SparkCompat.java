package io.sparkcumsum.catalyst;

import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.execution.ExternalAppendOnlyUnsafeRowArray;
import org.apache.spark.sql.execution.datasources.v2.DataSourceRDDPartition;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.window.WindowEvaluatorFactory;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.internal.SQLConf$;
import scala.Option;
import scala.collection.immutable.Seq;

/** Everything that differs between Spark 4.0, 4.1 and 4.2, so that one jar runs on all of them. */
public final class SparkCompat {
  public static final List<String> VERSIONS = List.of("4.0", "4.1", "4.2");

  private static final String SPILL_SIZE = "spark.sql.windowExec.buffer.spill.size.threshold";

  private SparkCompat() {}

  /** Whether a version of Spark, such as 4.1.3, is one of {@link #VERSIONS}. */
  public static boolean isFor(String version) {
    return VERSIONS.stream().anyMatch(known -> version.startsWith(known + "."));
  }

  /** What a partition of rows from a source reads: in Spark 4.2 one partition of it, or none. */
  @SuppressWarnings("unchecked")
  public static List<InputPartition> inputPartitions(DataSourceRDDPartition partition) {
    Object several = ifThere(DataSourceRDDPartition.class, "inputPartitions", partition);
    Object one = ifThere(DataSourceRDDPartition.class, "inputPartition", partition);
    return Seqs.list(
        several == null ? ((Option<InputPartition>) one).toList() : (Seq<InputPartition>) several);
  }

  /** The version of a table, if its source has versions; else null. Spark 4.0 does not ask. */
  public static String version(Table table) {
    return (String) ifThere(Table.class, "version", table);
  }

  /**
   * The variable in generated code that holds the index of the partition. In Spark 4.2 a stage may
   * read a union, in which a partition has a different index than in its own input.
   */
  public static String partitionIndex(CodegenContext context) {
    Object variable = ifThere(CodegenContext.class, "currentPartitionIndexVar", context);
    return variable == null ? "partitionIndex" : (String) variable;
  }

  /** The result of a method that not all versions of Spark have; null if this one has it not. */
  private static Object ifThere(Class<?> type, String method, Object target) {
    try {
      return type.getMethod(method).invoke(target);
    } catch (NoSuchMethodException e) {
      return null;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Whether an aggregate or an arithmetic expression has this mode of evaluation: ANSI, LEGACY or
   * TRY. It is one of the expression's parameters, but its place and type differ between versions
   * of Spark.
   */
  public static boolean hasEvalMode(String mode, Expression expression) {
    return expression
        .productIterator()
        .exists(
            parameter ->
                !(parameter instanceof Expression) && String.valueOf(parameter).contains(mode));
  }

  /**
   * Spark's own frames. Spark 4.2 counts those with a segment tree in two metrics more, which
   * nobody reads here.
   */
  public static WindowEvaluatorFactory windowEvaluator(
      Seq<NamedExpression> windows,
      Seq<Expression> partitions,
      Seq<SortOrder> order,
      Seq<Attribute> input,
      SQLMetric spillSize) {
    Constructor<?> constructor = WindowEvaluatorFactory.class.getConstructors()[0];
    SQLMetric unread = new SQLMetric("sum", 0);
    Object[] parameters = {windows, partitions, order, input, spillSize, unread, unread};
    try {
      return (WindowEvaluatorFactory)
          constructor.newInstance(Arrays.copyOf(parameters, constructor.getParameterCount()));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The buffer that Spark's own window uses, with the same settings. Spark 4.0 limits the number of
   * rows in memory; later versions also limit their size.
   */
  public static ExternalAppendOnlyUnsafeRowArray windowBuffer(SQLConf conf) {
    int inMemory = conf.windowExecBufferInMemoryThreshold();
    int spill = conf.windowExecBufferSpillThreshold();
    try {
      for (Constructor<?> constructor :
          ExternalAppendOnlyUnsafeRowArray.class.getDeclaredConstructors()) {
        Object[] limits =
            switch (constructor.getParameterCount()) {
              case 2 -> new Object[] {inMemory, spill};
              case 4 -> {
                Object size = conf.getConf(SQLConf$.MODULE$.getConfigEntry(SPILL_SIZE));
                yield new Object[] {inMemory, size, spill, size};
              }
              default -> null;
            };
        if (limits != null) {
          return (ExternalAppendOnlyUnsafeRowArray) constructor.newInstance(limits);
        }
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    throw new IllegalStateException("Spark's row buffer has no constructor that is known");
  }
}
