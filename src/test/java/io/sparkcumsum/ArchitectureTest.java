package io.sparkcumsum;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInput;
import org.apache.spark.sql.execution.SparkPlan;

/** Dependencies point one way: the API, windows, the scan, its parts, arithmetic, types, errors. */
@AnalyzeClasses(packages = "io.sparkcumsum", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule ONE_WAY_DOWN =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("api")
          .definedBy("io.sparkcumsum")
          .layer("array")
          .definedBy("io.sparkcumsum.array")
          .layer("window")
          .definedBy("io.sparkcumsum.window")
          .layer("window.function")
          .definedBy("io.sparkcumsum.window.function")
          .layer("scan")
          .definedBy("io.sparkcumsum.scan")
          .layer("scan.input")
          .definedBy("io.sparkcumsum.scan.input")
          .layer("scan.frame")
          .definedBy("io.sparkcumsum.scan.frame")
          .layer("scan.phase")
          .definedBy("io.sparkcumsum.scan.phase")
          .layer("scan.ordering")
          .definedBy("io.sparkcumsum.scan.ordering")
          .layer("scan.source")
          .definedBy("io.sparkcumsum.scan.source")
          .layer("scan.function")
          .definedBy("io.sparkcumsum.scan.function")
          .layer("accumulator")
          .definedBy("io.sparkcumsum.accumulator")
          .layer("dtype")
          .definedBy("io.sparkcumsum.dtype")
          .layer("error")
          .definedBy("io.sparkcumsum.error")
          .layer("catalyst")
          .definedBy("io.sparkcumsum.catalyst")
          .whereLayer("api")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("array")
          .mayOnlyBeAccessedByLayers("api")
          .whereLayer("window")
          .mayOnlyBeAccessedByLayers("api")
          .whereLayer("window.function")
          .mayOnlyBeAccessedByLayers("window")
          .whereLayer("scan")
          .mayOnlyBeAccessedByLayers("api", "window")
          .whereLayer("scan.input")
          .mayOnlyBeAccessedByLayers("scan")
          .whereLayer("scan.frame")
          .mayOnlyBeAccessedByLayers("window", "scan", "scan.phase")
          .whereLayer("scan.phase")
          .mayOnlyBeAccessedByLayers("scan", "scan.input")
          .whereLayer("scan.ordering")
          .mayOnlyBeAccessedByLayers("scan", "scan.input", "scan.phase", "scan.frame")
          .whereLayer("scan.source")
          .mayOnlyBeAccessedByLayers("scan", "scan.input", "scan.ordering")
          .whereLayer("scan.function")
          .mayOnlyBeAccessedByLayers(
              "api", "window", "window.function", "scan", "scan.input", "scan.phase", "scan.frame")
          .whereLayer("accumulator")
          .mayOnlyBeAccessedByLayers("api", "array", "window.function", "scan.function")
          .whereLayer("dtype")
          .mayOnlyBeAccessedByLayers("api", "array", "accumulator")
          .whereLayer("error")
          .mayOnlyBeAccessedByLayers(
              "api",
              "array",
              "window",
              "scan.frame",
              "scan.phase",
              "scan.ordering",
              "accumulator",
              "dtype")
          .whereLayer("catalyst")
          .mayNotAccessAnyLayer();

  @ArchTest
  static final ArchRule NO_CIRCLES =
      slices().matching("io.sparkcumsum.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule KERNELS_KNOW_NO_PLANNER =
      noClasses()
          .that()
          .resideInAnyPackage("..accumulator..", "..dtype..", "..error..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.spark.sql.execution..",
              "org.apache.spark.sql.catalyst.plans..",
              "org.apache.spark.rdd..");

  @ArchTest
  static final ArchRule ONLY_THE_ENGINE_HAS_OPERATORS =
      classes().that().areAssignableTo(SparkPlan.class).should().resideInAPackage("..scan..");

  @ArchTest
  static final ArchRule ERRORS_ARE_MADE_IN_ONE_PLACE =
      noClasses()
          .that()
          .resideOutsideOfPackage("..error..")
          .should()
          .callConstructorWhere(
              com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                  com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner(
                      com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo(
                          org.apache.spark.SparkThrowable.class))));

  @ArchTest
  static final ArchRule TEXT_NAMES_NO_CLASS =
      noClasses()
          .should()
          .callMethod(Class.class, "forName", String.class)
          .orShould()
          .callMethod(ClassLoader.class, "loadClass", String.class);

  @ArchTest
  static final ArchRule DATA_BECOMES_NO_OBJECT =
      noClasses().should().dependOnClassesThat().areAssignableTo(ObjectInput.class);
}
