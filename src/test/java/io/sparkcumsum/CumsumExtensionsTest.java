package io.sparkcumsum;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CumsumExtensionsTest {
  private final SparkSession found = Sessions.shared();

  @AfterEach
  void restoreTheSharedSession() {
    SparkSession.setActiveSession(found);
    SparkSession.setDefaultSession(found);
  }

  @Test
  void aSessionFindsTheExtensionOnTheClassPath() {
    assertWorks(found);
  }

  @Test
  void namingItAsWellIsHarmless() {
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
    SparkSession named =
        SparkSession.builder().withExtensions(new CumsumExtensions()).getOrCreate();
    assertThat(named).isNotSameAs(found);
    assertWorks(named);
  }

  private static void assertWorks(SparkSession session) {
    assertThat(session.sql("SELECT cumsum(array(1, 2))").first().<Long>getList(0))
        .isEqualTo(List.of(1L, 3L));
    assertThat(
            Cumsum.of("id")
                .naturalOrder()
                .apply(session.range(4).toDF())
                .agg(java.util.Map.of("id_cumsum", "max"))
                .first()
                .getLong(0))
        .isEqualTo(6);
  }
}
