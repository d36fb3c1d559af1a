package io.sparkcumsum.scan.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkcumsum.catalyst.Attributes;
import io.sparkcumsum.catalyst.Seqs;
import io.sparkcumsum.catalyst.SortOrders;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Ascending$;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;

/** Ranges of rows in the order of a group and a key. */
class SegmentsTest {
  private static final Attribute GROUP = Attributes.create("g", DataTypes.IntegerType);
  private static final Attribute KEY = Attributes.create("k", DataTypes.IntegerType);

  private final SegmentBounds bounds =
      new SegmentBounds(
          new KeyOrder(
              KeyOrder.ofSegments(Seqs.seq(List.of(ascending(GROUP), ascending(KEY))), 1),
              List.of(GROUP, KEY)),
          1);

  private static SortOrder ascending(Attribute column) {
    return SortOrders.by((Expression) column, Ascending$.MODULE$);
  }

  private static InternalRow inside(int group, int key) {
    return new GenericInternalRow(new Object[] {group, 0, key});
  }

  /** The group, whether the bound is before it, inside or behind, and the key. */
  private static List<String> texts(List<InternalRow> bounds) {
    return bounds.stream()
        .map(
            bound ->
                bound.getInt(0)
                    + List.of("<", "=", ">").get(1 + bound.getInt(1))
                    + (bound.isNullAt(2) ? "" : bound.getInt(2)))
        .toList();
  }

  @Test
  void onlyLargeSegmentsAreDivided() {
    List<InternalRow> sampled = List.of(inside(1, 5), inside(2, 3), inside(2, 7), inside(3, 1));
    List<InternalRow> around = bounds.around(sampled, key -> key.getInt(0) == 2);
    assertThat(texts(around)).containsExactly("1>", "2<", "2=3", "2=7", "2>", "3>");
    assertThat(texts(bounds.fewer(around))).containsExactly("1>", "2<", "2=7", "2>", "3>");

    Segments segments = Segments.between(around, bounds.ofSegments());
    assertThat(segments.divided()).containsExactly(-1, -1, 0, 0, 0, -1, -1);
    assertThat(segments.haveParts()).isTrue();
    assertThat(segments.parts().stream()).containsExactly(2, 3, 4);
    assertThat(segments.end(2)).isEqualTo(5);
    assertThat(segments.end(5)).isEqualTo(6);
  }

  @Test
  void neighboursThatAreDividedAreTwoSegments() {
    List<InternalRow> around =
        bounds.around(List.of(inside(1, 5), inside(2, 3)), /* isLarge= */ key -> true);
    assertThat(texts(around)).containsExactly("1<", "1=5", "1>", "2<", "2=3", "2>");
    assertThat(Segments.between(around, bounds.ofSegments()).divided())
        .containsExactly(-1, 0, 0, -1, 1, 1, -1);
  }

  @Test
  void segmentsThatAreSmallAreWhole() {
    List<InternalRow> around =
        bounds.around(List.of(inside(1, 5), inside(1, 6), inside(2, 3)), key -> false);
    assertThat(texts(around)).containsExactly("1>", "2>");
    assertThat(Segments.between(around, bounds.ofSegments())).isEqualTo(Segments.whole(3));
    assertThat(Segments.whole(3).haveParts()).isFalse();
  }
}
