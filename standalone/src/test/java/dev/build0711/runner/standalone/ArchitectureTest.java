package dev.build0711.runner.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;

/// The picture of the code: which package may know which.
///
/// ```
/// run ◀── port ◀── app ◀── wiring ◀── functions ◀── standalone
///           ▲                │
///           └── postgres, openhands, githost, cloudtasks, secretmanager
/// exchange ◀── openhands, githost
/// http ── run, log      config ── run, http (tokens)      app ── log      log ── nothing
/// ```
@AnalyzeClasses(
    packages = "dev.build0711.runner",
    importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoTestJars.class})
class ArchitectureTest {

  static final class NoTestJars implements ImportOption {
    @Override
    public boolean includes(com.tngtech.archunit.core.importer.Location location) {
      return !location.contains("-tests.jar");
    }
  }

  private static final String ROOT = "dev.build0711.runner.";
  private static final String[] ADAPTERS = {
    ROOT + "postgres..",
    ROOT + "openhands..",
    ROOT + "githost..",
    ROOT + "cloudtasks..",
    ROOT + "secretmanager..",
    ROOT + "local..",
    ROOT + "gcs.."
  };

  @ArchTest
  static final ArchRule theDomainKnowsOnlyJava =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "run..")
          .should()
          .dependOnClassesThat(
              outside(
                  "java.lang..",
                  "java.util..",
                  "java.time..",
                  "java.math..",
                  "java.nio..",
                  "java.security..",
                  "javax.crypto..",
                  "org.jspecify..",
                  ROOT + "run.."));

  @ArchTest
  static final ArchRule portsKnowOnlyTheDomain =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "port..")
          .should()
          .dependOnClassesThat(ours(ROOT + "run..", ROOT + "port.."));

  @ArchTest
  static final ArchRule useCasesKnowPortsAndDomain =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "app..")
          .should()
          .dependOnClassesThat(
              ours(ROOT + "run..", ROOT + "port..", ROOT + "log..", ROOT + "app.."));

  @ArchTest
  static final ArchRule adaptersDoNotKnowUseCases =
      noClasses()
          .that()
          .resideInAnyPackage(
              ROOT + "postgres..",
              ROOT + "openhands..",
              ROOT + "cloudtasks..",
              ROOT + "secretmanager..",
              ROOT + "local..",
              ROOT + "gcs..",
              ROOT + "githost..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + "app..", ROOT + "http..", ROOT + "api..", ROOT + "wiring..");

  @ArchTest
  static final ArchRule adaptersDoNotKnowEachOther =
      slices()
          .matching(ROOT + "(postgres|openhands|githost|cloudtasks|secretmanager|local|gcs)..")
          .should()
          .notDependOnEachOther();

  @ArchTest
  static final ArchRule theEdgeKnowsNoUseCase =
      noClasses()
          .that()
          .resideInAPackage(ROOT + "http..")
          .should()
          .dependOnClassesThat(
              ours(ROOT + "run..", ROOT + "port..", ROOT + "log..", ROOT + "http.."));

  @ArchTest
  static final ArchRule functionsDoNotKnowAdapters =
      noClasses()
          .that()
          .resideInAnyPackage(
              ROOT + "controlrun..",
              ROOT + "createrun..",
              ROOT + "getrun..",
              ROOT + "pollrun..",
              ROOT + "webhook..",
              ROOT + "maintain..",
              ROOT + "health..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ADAPTERS);

  @ArchTest
  static final ArchRule functionsDoNotKnowEachOther =
      slices()
          .matching(ROOT + "(controlrun|createrun|getrun|pollrun|webhook|maintain|health)..")
          .should()
          .notDependOnEachOther();

  @ArchTest
  static final ArchRule jdbcStaysInItsAdapter =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + "postgres..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "javax.sql..", "com.zaxxer..", "org.postgresql..");

  @ArchTest
  static final ArchRule onlyTheConfigurationReadsTheEnvironment =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "config..")
          .should()
          .callMethod(System.class, "getenv")
          .orShould()
          .callMethod(System.class, "getenv", String.class);

  @ArchTest
  static final ArchRule timeIsAnArgument =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Clock.class, "systemUTC");

  @ArchTest
  static final ArchRule packagesAreFreeOfCycles =
      slices().matching("dev.build0711.runner.(*)..").should().beFreeOfCycles();

  private static DescribedPredicate<JavaClass> ours(String... allowed) {
    return JavaClass.Predicates.resideInAPackage("dev.build0711.runner..")
        .and(JavaClass.Predicates.resideOutsideOfPackages(allowed))
        .as("ours outside of %s", String.join(", ", allowed));
  }

  private static DescribedPredicate<JavaClass> outside(String... allowed) {
    return JavaClass.Predicates.resideOutsideOfPackages(allowed)
        .and(DescribedPredicate.not(JavaClass.Predicates.resideInAPackage("")))
        .as("outside of %s", String.join(", ", allowed));
  }
}
