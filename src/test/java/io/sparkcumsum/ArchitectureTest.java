package io.sparkcumsum;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInput;
import org.apache.spark.sql.execution.SparkPlan;

/** Dependencies point one way: doors to engine to dtypes. */
@AnalyzeClasses(packages = "io.sparkcumsum", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule DOORS_ENGINE_DTYPES =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("doors")
          .definedBy("io.sparkcumsum")
          .layer("array")
          .definedBy("..array..")
          .layer("window")
          .definedBy("..window..")
          .layer("scan")
          .definedBy("..scan..")
          .layer("accumulator")
          .definedBy("..accumulator..")
          .layer("dtype")
          .definedBy("..dtype..")
          .layer("error")
          .definedBy("..error..")
          .whereLayer("doors")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("array")
          .mayOnlyBeAccessedByLayers("doors")
          .whereLayer("window")
          .mayOnlyBeAccessedByLayers("doors")
          .whereLayer("scan")
          .mayOnlyBeAccessedByLayers("doors", "window")
          .whereLayer("accumulator")
          .mayOnlyBeAccessedByLayers("doors", "array", "window", "scan")
          .whereLayer("dtype")
          .mayOnlyBeAccessedByLayers("doors", "array", "accumulator")
          .whereLayer("error")
          .mayOnlyBeAccessedByLayers("doors", "array", "scan", "accumulator", "dtype");

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
