package io.sparkcumsum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry$;
import org.apache.spark.sql.catalyst.analysis.TableFunctionRegistry$;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The sessions of one JVM, with the extension and without. */
class CumsumExtensionsTest {
  private static final String TOTALS =
      "SELECT id_cumsum FROM cumsum_table(TABLE(SELECT * FROM range(4)), 'id', order_by => 'id')";

  private final SparkSession found = Sessions.shared();
  private final ClassLoader classPath = Thread.currentThread().getContextClassLoader();

  /** Sees Spark, but not this project. */
  private static final class SparkOnly extends ClassLoader {
    SparkOnly(ClassLoader parent) {
      super(parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("io.sparkcumsum.")) {
        throw new ClassNotFoundException(name);
      }
      return super.loadClass(name, resolve);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.startsWith("META-INF/services/org.apache.spark.sql.")
          ? Collections.emptyEnumeration()
          : super.getResources(name);
    }
  }

  @AfterEach
  void restoreTheSharedSession() {
    Thread.currentThread().setContextClassLoader(classPath);
    new CumsumExtensions().apply(new SparkSessionExtensions());
    SparkSession.setActiveSession(found);
    SparkSession.setDefaultSession(found);
  }

  @Test
  void aSessionFindsTheExtensionOnTheClassPath() {
    assertWorks(found);
    assertWorks(found.newSession());
    assertWorks(((org.apache.spark.sql.classic.SparkSession) found).cloneSession());
  }

  @Test
  void namingItAsWellIsHarmless() {
    try (RecordedLog log = new RecordedLog("org.apache.spark.sql.catalyst.analysis")) {
      SparkSession named =
          startSession(SparkSession.builder().withExtensions(new CumsumExtensions()));
      assertWorks(named);
      assertWorks(named.newSession());
      assertThat(log.messages).noneMatch(message -> message.contains("replaced"));
    }
  }

  @Test
  void aSessionFromBeforeTheExtensionStaysAsItIs() {
    FunctionRegistry$.MODULE$.builtin().dropFunction(new FunctionIdentifier("cumsum"));
    TableFunctionRegistry$.MODULE$.builtin().dropFunction(new FunctionIdentifier("cumsum_table"));
    SparkSession earlier = startSessionWithoutTheExtension();
    assertThat(earlier.catalog().functionExists("cumsum")).isFalse();
    new CumsumExtensions().apply(new SparkSessionExtensions());
    assertWorks(found.newSession());

    assertThatThrownBy(() -> earlier.sql("SELECT cumsum(array(1, 2))"))
        .hasMessageContaining("UNRESOLVED_ROUTINE");
    earlier.sql("CREATE FUNCTION cumsum(x INT) RETURNS INT RETURN x + 1");
    try {
      assertThat(earlier.sql("SELECT cumsum(41)").first().getInt(0)).isEqualTo(42);
    } finally {
      earlier.sql("DROP FUNCTION default.cumsum");
    }
    earlier.udf().register("cumsum", (Integer x) -> x + 2, DataTypes.IntegerType);
    assertThat(earlier.sql("SELECT cumsum(41)").first().getInt(0)).isEqualTo(43);
  }

  @Test
  void aSessionWithoutTheExtensionHasTheFunctions() {
    SparkSession without = startSessionWithoutTheExtension();
    assertWorks(without);
    assertThat(without.range(9).selectExpr("sum(id) OVER (ORDER BY id)").queryExecution())
        .asString()
        .doesNotContain("PrefixScan");
  }

  @Test
  void aSparkThatIsNotKnownKeepsItsWindows() {
    Thread.currentThread().setContextClassLoader(new SparkOnly(classPath));
    try (RecordedLog log = new RecordedLog("io.sparkcumsum.CumsumExtensions")) {
      SparkSession later =
          startSession(SparkSession.builder().withExtensions(new CumsumExtensions("4.10.0")));
      assertThat(log.messages)
          .anyMatch(message -> message.startsWith("WARN ") && message.contains("this is 4.10.0"));
      assertWorks(later);
      assertThat(later.range(9).selectExpr("sum(id) OVER (ORDER BY id)").queryExecution())
          .asString()
          .contains("Window [")
          .doesNotContain("PrefixScan");
    }
  }

  @Test
  void theJarMayBeLoadedTwice() throws IOException, ReflectiveOperationException {
    URL classes = CumsumExtensions.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader again = new URLClassLoader(new URL[] {classes}, new SparkOnly(classPath))) {
      assertThat(again.loadClass(CumsumExtensions.class.getName()))
          .isNotSameAs(CumsumExtensions.class);
      Thread.currentThread().setContextClassLoader(again);
      SparkSession other = startSession(SparkSession.builder());
      for (SparkSession session : List.of(other, other.newSession(), found, found.newSession())) {
        assertThat(session.sql("SELECT cumsum(array(1, 2))[1]").first().getLong(0)).isEqualTo(3);
        for (String scan : List.of(TOTALS, "SELECT sum(id) OVER (ORDER BY id) FROM range(4)")) {
          assertThat(session.sql(scan).queryExecution().executedPlan())
              .asString()
              .contains("PrefixScan");
        }
      }
    }
  }

  private SparkSession startSessionWithoutTheExtension() {
    Thread.currentThread().setContextClassLoader(new SparkOnly(classPath));
    try {
      return startSession(SparkSession.builder());
    } finally {
      Thread.currentThread().setContextClassLoader(classPath);
    }
  }

  /** Another session of the same application, with extensions of its own. */
  private static SparkSession startSession(SparkSession.Builder builder) {
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
    SparkSession session = builder.getOrCreate();
    session.sql("SELECT 1");
    return session;
  }

  private static void assertWorks(SparkSession session) {
    assertThat(session.sql("SELECT cumsum(array(1, 2))").first().<Long>getList(0))
        .isEqualTo(List.of(1L, 3L));
    assertThat(session.sql(TOTALS).collectAsList())
        .extracting(row -> row.getLong(0))
        .containsExactly(0L, 1L, 3L, 6L);
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
