package dev.build0711.runner.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.build0711.runner.config.ConfigKey;
import dev.build0711.runner.config.Deployment;
import dev.build0711.runner.config.Environment;
import dev.build0711.runner.config.RunnerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The compose files and `cloudrun.yaml`: their form, and what they tell the runner.
class DeploymentFilesTest {

  private static final Path ROOT = Path.of("..");
  private static final List<String> COMPOSE = List.of("compose.yaml", "compose.app-server.yaml");

  /// Those that others read: Google's libraries, and Java.
  private static final Set<String> OF_OTHERS = Set.of("GOOGLE_CLOUD_PROJECT", "JAVA_TOOL_OPTIONS");

  /// `${NAME}`, `${NAME:-else}` or `${NAME:?why}`.
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)(:([-?])([^}]*))?}");

  private static final Pattern SECRET =
      Pattern.compile(".*(PASS|PASSWORD|SECRET|KEY|KEYS|TOKEN)S?");
  private static final Pattern WANTED = Pattern.compile("\\$\\{\\w+:\\?run deploy/env once}");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"compose.yaml", "compose.app-server.yaml"})
  void aComposeFileIsOne(String file) throws IOException {
    assertThat(composeSchema().validate(read("deploy/" + file), InputFormat.YAML))
        .extracting(Object::toString)
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"compose.yaml", "compose.app-server.yaml"})
  void theRunnerUnderstandsWhatComposeTellsIt(String file) throws IOException {
    assertUnderstood(runner(file));
  }

  @Test
  void theRunnerUnderstandsWhatCloudRunTellsIt() throws IOException {
    Map<String, String> variables = cloudRun();
    Map<String, String> filledIn = new HashMap<>(variables);
    filledIn.replaceAll((_, value) -> value.replace("PROJECT_ID", "my-project"));

    assertUnderstood(filledIn);
    for (ConfigKey key : ConfigKey.values()) {
      if (key.secret() && key != ConfigKey.DATABASE_URL) {
        key.variables().stream()
            .filter(variables::containsKey)
            .forEach(name ->
                assertThat(variables.get(name)).as(name).startsWith("sm://projects/PROJECT_ID/"));
      }
    }
    assertThat(variables.get("DATABASE_URL")).endsWith("?sslmode=require").doesNotContain("@");
  }

  @ParameterizedTest
  @ValueSource(strings = {"compose.yaml", "compose.app-server.yaml"})
  void everyServiceIsWatchedAndComesBack(String file) throws IOException {
    services(file)
        .forEach((name, service) -> {
          if (service.path("extends").isMissingNode()) {
            assertThat(service.path("restart").asString()).as(name).isEqualTo("unless-stopped");
            assertThat(service.has("healthcheck") || service.has("build"))
                .as("%s: its own health check or that of the Dockerfile", name)
                .isTrue();
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"compose.yaml", "compose.app-server.yaml"})
  void noPortIsPublishedToEverybodyAndNoneOfADatabase(String file) throws IOException {
    services(file)
        .forEach((name, service) -> {
          if (name.matches(".*(postgres|redis)")) {
            assertThat(service.has("ports")).as(name).isFalse();
          }
          service
              .path("ports")
              .forEach(it ->
                  assertThat(it.asString())
                      .as(name)
                      .matches(
                          "(127\\.0\\.0\\.1|\\$\\{\\w+_ADDRESS:-(127|172)\\.[0-9.]+}):\\d+:\\d+"));
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"compose.yaml", "compose.app-server.yaml"})
  void everyImageHasAVersion(String file) throws IOException {
    services(file)
        .forEach((name, service) -> {
          String image = service.path("image").asString("");
          if (!image.isEmpty() && !service.has("build")) {
            assertThat(image).as(name).matches(".+:[0-9]+\\.[0-9]+[^:]*(@sha256:[0-9a-f]{64})?");
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"compose.yaml", "compose.app-server.yaml"})
  void noSecretHasAValueThatAnybodyKnows(String file) throws IOException {
    services(file)
        .forEach((name, service) ->
            service
                .path("environment")
                .propertyStream()
                .filter(it -> SECRET.matcher(it.getKey()).matches())
                .forEach(it ->
                    assertThat(it.getValue().asString())
                        .as("%s of %s", it.getKey(), name)
                        .matches(WANTED.pattern() + "|\\$\\{\\w+:-}")));
  }

  @Test
  void everythingThatComposeWantsIsMadeOnceAndKept() throws Exception {
    Path file = Files.writeString(folder.resolve("env"), "OPENHANDS_TOKEN=mine\n");

    String token = env(file);

    List<String> lines = Files.readAllLines(file);
    Map<String, String> made =
        lines.stream()
            .map(line -> line.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    assertThat(made.keySet()).isEqualTo(wanted());
    assertThat(made).containsEntry("OPENHANDS_TOKEN", "mine");
    made.remove("OPENHANDS_TOKEN");
    assertThat(made.values()).doesNotHaveDuplicates().allMatch(it -> it.matches("[0-9a-f]{64}"));
    assertThat(made).containsEntry("OPENHANDS_SECURITY_API_TOKENS", token);

    assertThat(env(file)).isEqualTo(token);
    assertThat(Files.readAllLines(file)).isEqualTo(lines);
  }

  @Test
  void theFileOfSecretsIsItsOwnersAlone() throws Exception {
    Path file = folder.resolve("env");
    env(file);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void cloudRunKeepsItAwakeAndLooksAtIt() throws IOException {
    JsonNode template = yaml("cloudrun.yaml").path("spec").path("template");
    JsonNode annotations = template.path("metadata").path("annotations");
    JsonNode container = template.path("spec").path("containers").path(0);

    assertThat(annotations.path("run.googleapis.com/cpu-throttling").asString()).isEqualTo("false");
    assertThat(annotations.path("autoscaling.knative.dev/minScale").asString()).isEqualTo("1");
    assertThat(annotations.path("autoscaling.knative.dev/maxScale").asString()).matches("[1-9]");
    for (String probe : List.of("startupProbe", "livenessProbe")) {
      assertThat(container.path(probe).path("httpGet").path("path").asString())
          .as(probe)
          .isEqualTo("/health/live");
    }
    assertThat(container.path("ports").path(0).path("containerPort").asInt()).isEqualTo(8080);
  }

  /// By the runner's own reading: no mistake, and nothing that it would warn of.
  private static void assertUnderstood(Map<String, String> variables) {
    Set<String> known =
        Stream.concat(
                Arrays.stream(ConfigKey.values()).flatMap(key -> key.variables().stream()),
                OF_OTHERS.stream())
            .collect(Collectors.toSet());
    assertThat(variables).hasSizeGreaterThan(5);
    assertThat(known).containsAll(variables.keySet());
    Environment environment = new Environment(variables, Deployment.STANDALONE, false);
    assertThat(RunnerConfig.from(environment, Set.of()).warnings()).isEmpty();
  }

  /// What the runner gets, from the file and from the one that it extends; what is wanted is some
  /// word.
  private static Map<String, String> runner(String file) throws IOException {
    Map<String, String> variables = new HashMap<>();
    JsonNode service = yaml("deploy/" + file).path("services").path("runner");
    String extended = service.path("extends").path("file").asString("");
    if (!extended.isEmpty()) {
      variables.putAll(runner(extended));
    }
    service
        .path("environment")
        .propertyStream()
        .forEach(it -> variables.put(it.getKey(), filledIn(it.getValue().asString())));
    return variables;
  }

  private static String filledIn(String value) {
    return VARIABLE
        .matcher(value)
        .replaceAll(it -> "?".equals(it.group(3)) ? "word-of-24-characters-xx" : it.group(4));
  }

  private static Map<String, String> cloudRun() throws IOException {
    Map<String, String> variables = new HashMap<>();
    yaml("cloudrun.yaml")
        .path("spec")
        .path("template")
        .path("spec")
        .path("containers")
        .path(0)
        .path("env")
        .forEach(it -> variables.put(it.path("name").asString(), it.path("value").asString()));
    return variables;
  }

  /// The names of the variables without which compose does not start.
  private static Set<String> wanted() throws IOException {
    Predicate<MatchResult> needed = it -> "?".equals(it.group(3));
    Set<String> names = new TreeSet<>();
    for (String file : COMPOSE) {
      VARIABLE
          .matcher(read("deploy/" + file))
          .results()
          .filter(needed)
          .forEach(it -> names.add(it.group(1)));
    }
    return names;
  }

  @ParameterizedTest
  @ValueSource(strings = {"env", "image/build", "image/link", "image/train"})
  void everyScriptTellsHowItIsUsed(String script) throws Exception {
    assertThat(run(0, script, "--help")).contains("deploy/" + script + " ");
    assertThat(run(2, script, "--no-such-option").lines())
        .singleElement()
        .asString()
        .endsWith("(see --help)");
  }

  private String env(Path file) throws IOException, InterruptedException {
    return run(0, "env", file.toString());
  }

  private String run(int code, String script, String argument)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "run", ".log");
    Process process =
        new ProcessBuilder(ROOT.resolve("deploy").resolve(script).toString(), argument)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(output)).isEqualTo(code);
    return Files.readString(output).strip();
  }

  private static Map<String, JsonNode> services(String file) throws IOException {
    return yaml("deploy/" + file)
        .path("services")
        .propertyStream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static JsonNode yaml(String file) throws IOException {
    Object tree = new Load(LoadSettings.builder().build()).loadFromString(read(file));
    return JsonMapper.shared().valueToTree(tree);
  }

  private static String read(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }

  private static Schema composeSchema() {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(SchemaLocation.of("classpath:/compose-spec/compose-spec.json"));
  }
}
