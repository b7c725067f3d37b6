package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The Dockerfile as it stands; [ImageIT] carries it out.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DockerfileTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

  private Dockerfile dockerfile;
  private BuildContext context;

  @BeforeAll
  void read() throws IOException {
    dockerfile = Dockerfile.read(ROOT.resolve("Dockerfile"));
    context = BuildContext.of(ROOT);
  }

  @Test
  void everyRunIsOneScriptOfTheImage() {
    assertThat(dockerfile.named("RUN"))
        .hasSize(3)
        .allSatisfy(run -> {
          List<String> words = run.words();
          assertThat(words.getFirst()).matches("deploy/image/[a-z]+");
          assertThat(ROOT.resolve(words.getFirst())).isExecutable();
          assertThat(words).as("a second command").noneMatch(word -> word.matches("[&|;].*"));
        });
  }

  @Test
  void everythingThatIsCopiedIsThere() throws IOException {
    List<Path> files = context.files();
    for (Dockerfile.Instruction copy : dockerfile.named("COPY")) {
      List<String> sources = copy.words().subList(0, copy.words().size() - 1);
      if (copy.option("from").isEmpty()) {
        assertThat(sources)
            .allSatisfy(source ->
                assertThat(files).anyMatch(file -> file.startsWith(source) || source.equals(".")));
      } else {
        assertThat(dockerfile.named("FROM"))
            .anyMatch(from -> from.words().getLast().equals(copy.option("from")));
      }
    }
  }

  @Test
  void theBuildGetsEveryModuleAndWhatItsScriptsCall() throws IOException {
    List<Path> files = context.files();

    assertThat(Set.copyOf(files))
        .contains(Path.of(".mvn/jvm.config"), Path.of("scripts/jar"), Path.of("scripts/mvn"));
    assertModules(files, Path.of(""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".env",
        ".git/config",
        ".local/token",
        "common/target/classes/a.class",
        "deploy/.env",
        "functions/health/target/health.zip",
        "runner.yaml",
        "target/packages/health.zip",
        "terraform/terraform.tfvars"
      })
  void theBuildGetsNoSecretAndNoBuild(String file) {
    assertThat(context.holds(Path.of(file))).isFalse();
  }

  @Test
  void everyImageIsNamedByItsDigest() {
    assertThat(dockerfile.named("FROM"))
        .hasSize(2)
        .allSatisfy(from ->
            assertThat(from.words().getFirst())
                .matches("[a-z]+:[0-9a-z.-]+@sha256:[0-9a-f]{64}")
                .doesNotContain(":latest"));
  }

  /// `initdb` of the embedded database asks for the name of its user.
  @Test
  void itRunsAsAUserWhoHasAName() throws IOException {
    String user = dockerfile.last("USER").words().getFirst();
    String number = user.substring(0, user.indexOf(':'));

    assertThat(number).matches("[1-9][0-9]+");
    assertThat(Files.readAllLines(ROOT.resolve("deploy/image/passwd")))
        .anyMatch(line -> line.split(":", -1)[2].equals(number));
    assertThat(dockerfile.named("COPY"))
        .filteredOn(copy -> copy.words().getLast().equals("/data"))
        .singleElement()
        .extracting(copy -> copy.option("chown"))
        .isEqualTo(user);
  }

  @Test
  void itsHealthIsAskedForEveryThirtySeconds() {
    Dockerfile.Instruction health = dockerfile.last("HEALTHCHECK");

    assertThat(health.option("interval")).isEqualTo("30s");
    assertThat(health.words())
        .containsExactly("CMD", dockerfile.last("ENTRYPOINT").words().getFirst(), "health");
  }

  private static void assertModules(List<Path> files, Path folder) throws IOException {
    Path pom = folder.resolve("pom.xml");
    Path sources = folder.resolve("src/main");
    assertThat(files.contains(pom)).as("%s", pom).isTrue();
    assertThat(files.stream().anyMatch(file -> file.startsWith(sources)))
        .as("%s", sources)
        .isEqualTo(Files.exists(ROOT.resolve(sources)));
    Matcher module = MODULE.matcher(Files.readString(ROOT.resolve(pom)));
    while (module.find()) {
      assertModules(files, folder.resolve(module.group(1)));
    }
  }
}
