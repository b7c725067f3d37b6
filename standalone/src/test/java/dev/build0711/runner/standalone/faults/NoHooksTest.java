package dev.build0711.runner.standalone.faults;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.reflect.Proxy;

/// Whatever breaks the product here is no part of it: what is deployed has neither such a class nor
/// a switch for one.
@AnalyzeClasses(
    packages = "dev.build0711.runner",
    importOptions = {ImportOption.DoNotIncludeTests.class, NoHooksTest.NoTestJars.class})
class NoHooksTest {

  static final class NoTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  @ArchTest
  static final ArchRule noFaultIsDeployed =
      noClasses()
          .should()
          .resideInAPackage("..faults..")
          .orShould()
          .dependOnClassesThat()
          .resideInAPackage("..runner.standalone.faults..");

  @ArchTest
  static final ArchRule nothingIsWatchedOrHalted =
      noClasses()
          .should()
          .callMethod(Runtime.class, "halt", int.class)
          .orShould()
          .dependOnClassesThat()
          .belongToAnyOf(Proxy.class);
}
