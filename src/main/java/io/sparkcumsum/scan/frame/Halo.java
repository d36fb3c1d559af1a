package io.sparkcumsum.scan.frame;

import static io.sparkcumsum.catalyst.Seqs.list;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.Calls;
import io.sparkcumsum.scan.function.DecidingRows;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.CreateStruct$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.IsNotNull;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.ObjectType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * The rows before and behind a partition that its frames reach. It has no result of its own. Its
 * total holds the first and the last rows of a partition: the offset of a partition has the last
 * rows before it, and the total of what follows has the first rows behind it.
 */
public final class Halo extends WithoutResult {
  private static final DataType ROWS = new ObjectType(HaloRows.class);

  private final List<Reach> reaches;
  private final AttributeReference rows = Attributes.create("halo", ROWS);
  private final AttributeReference serialized =
      Attributes.create("serialized_halo", DataTypes.BinaryType);

  /**
   * Public for Catalyst, which copies nodes through it.
   *
   * @param columns that frames read
   */
  public Halo(Seq<Expression> columns, List<Reach> reaches) {
    super(columns);
    this.reaches = reaches;
  }

  /** The column of the state that is a {@link HaloRows}. */
  AttributeReference rows() {
    return rows;
  }

  private Literal none() {
    List<HaloRows.Held> held = new ArrayList<>();
    for (Reach reach : reaches) {
      int notNull = reach.notNull() == null ? -1 : indexOf(reach.notNull());
      held.add(new HaloRows.Held(reach.isAhead(), reach.rows(), notNull));
    }
    DataType[] types = list(columns).stream().map(Expression::dataType).toArray(DataType[]::new);
    return new Literal(new HaloRows(held, types), ROWS);
  }

  /** The place of a column, which may be qualified by its table in one place and not in another. */
  private int indexOf(Expression column) {
    return list(columns)
        .indexOf(list(columns).stream().filter(column::semanticEquals).findFirst().orElseThrow());
  }

  @Override
  public List<AttributeReference> state() {
    return List.of(rows);
  }

  @Override
  public List<AttributeReference> serialized() {
    return List.of(serialized);
  }

  @Override
  public List<Expression> serialize() {
    return List.of(Calls.onObject(rows, "serialize", DataTypes.BinaryType));
  }

  @Override
  public List<Expression> deserialize() {
    return List.of(Calls.onObject(none(), "deserialized", ROWS, serialized));
  }

  @Override
  public List<Expression> initialValues() {
    return List.of(Calls.onObject(none(), "fresh", ROWS));
  }

  @Override
  public List<Expression> updateTotal() {
    return List.of(Calls.onObject(rows, "add", ROWS, CreateStruct$.MODULE$.create(columns)));
  }

  @Override
  public List<Expression> merge() {
    return List.of(Calls.onObject(rows, "merge", ROWS, serialized));
  }

  /** The offset pass only reads the rows around the partition. */
  @Override
  public List<Expression> update() {
    return List.of(rows);
  }

  /** {@link RowDigest} verifies the columns in all rows. */
  @Override
  public List<Expression> verified() {
    return List.of();
  }

  @Override
  public boolean needsFollowing() {
    return reaches.stream().anyMatch(Reach::isAhead);
  }

  @Override
  public boolean dependsOnOrderOfPeers() {
    return true;
  }

  @Override
  public List<DecidingRows> decidingRows() {
    List<DecidingRows> deciding = new ArrayList<>();
    for (Reach reach : reaches) {
      Expression condition =
          reach.notNull() == null
              ? new Literal(true, DataTypes.BooleanType)
              : new IsNotNull(reach.notNull());
      deciding.add(new DecidingRows(condition, List.of(), reach.isAhead(), reach.rows()));
    }
    return deciding;
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
    return new Halo(newChildren, reaches);
  }

  @Override
  public List<Object> parameters() {
    return List.of(columns, reaches);
  }
}
