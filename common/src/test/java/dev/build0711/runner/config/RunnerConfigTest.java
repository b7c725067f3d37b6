package dev.build0711.runner.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.build0711.runner.config.RunnerConfig.Backend;
import dev.build0711.runner.config.RunnerConfig.Database;
import dev.build0711.runner.config.RunnerConfig.DatabasePassword;
import dev.build0711.runner.config.RunnerConfig.Git;
import dev.build0711.runner.config.RunnerConfig.Llm;
import dev.build0711.runner.config.RunnerConfig.Log;
import dev.build0711.runner.config.RunnerConfig.OpenHands;
import dev.build0711.runner.config.RunnerConfig.Queue;
import dev.build0711.runner.config.RunnerConfig.Runs;
import dev.build0711.runner.config.RunnerConfig.Security;
import dev.build0711.runner.config.RunnerConfig.Server;
import dev.build0711.runner.config.RunnerConfig.Storage;
import dev.build0711.runner.config.RunnerConfig.Webhooks;
import dev.build0711.runner.log.LogFormat;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunnerConfigTest {

  @TempDir Path directory;

  @Test
  void withoutAnythingGivenTheDefaultsHold() {
    RunnerConfig config = config(Map.of());

    assertThat(config.openhands())
        .isEqualTo(
            new OpenHands(
                List.of(),
                Dialect.AUTO,
                false,
                "/workspace/runs",
                null,
                new Llm(null, null, null)));
    assertThat(config.database()).isEqualTo(new Database(null, null, null, 10, true));
    assertThat(config.runs()).isEqualTo(new Runs(Duration.ofMinutes(3), Duration.ofMinutes(20)));
    assertThat(config.webhooks())
        .isEqualTo(new Webhooks(SecretList.NONE, SecretList.NONE, SecretList.NONE));
    assertThat(config.git())
        .isEqualTo(
            new Git(
                null, null, URI.create("https://github.com"), URI.create("https://gitlab.com")));
    assertThat(config.security())
        .isEqualTo(new Security(true, ApiTokens.NONE, null, Duration.ofHours(1)));
    assertThat(config.server()).isEqualTo(new Server("127.0.0.1", 8080, null));
    assertThat(config.storage()).isEqualTo(new Storage(StorageType.DATABASE, "./data"));
    assertThat(config.queue())
        .isEqualTo(new Queue(QueueType.DATABASE, null, null, null, null, null, null));
    assertThat(config.log()).isEqualTo(new Log(Level.INFO, LogFormat.JSON, null));
    assertThat(config.warnings()).isEmpty();
  }

  @Test
  void aFunctionHasFewConnectionsAndAQueueOfItsOwn() {
    RunnerConfig config = from(Map.of(), Deployment.FUNCTIONS, Set.of());

    assertThat(config.database().poolSize()).isEqualTo(2);
    assertThat(config.queue().type()).isEqualTo(QueueType.CLOUD_TASKS);
  }

  @Test
  void aTerminalGetsText() {
    Environment terminal = new Environment(Map.of(), Deployment.STANDALONE, true);

    assertThat(RunnerConfig.from(terminal, Set.of()).log().format()).isEqualTo(LogFormat.TEXT);
    assertThat(
            RunnerConfig.from(terminal.with("OPENHANDS_LOG_FORMAT", "json"), Set.of())
                .log()
                .format())
        .isEqualTo(LogFormat.JSON);
  }

  /// People's scripts hold these names: none may change.
  @Test
  void theKeysAndTheirVariablesArePinned() {
    assertThat(Arrays.stream(ConfigKey.values()).map(k -> k.key() + " " + k.variables()))
        .containsExactly(
            "openhands.base_url [OPENHANDS_BASE_URL]",
            "openhands.token [OPENHANDS_TOKEN]",
            "openhands.dialect [OPENHANDS_DIALECT]",
            "openhands.require_https [OPENHANDS_REQUIRE_HTTPS]",
            "openhands.workspace_root [OPENHANDS_WORKSPACE_ROOT]",
            "openhands.agent_profile [OPENHANDS_AGENT_PROFILE]",
            "openhands.llm.model [OPENHANDS_LLM_MODEL]",
            "openhands.llm.base_url [OPENHANDS_LLM_BASE_URL]",
            "openhands.llm.api_key [OPENHANDS_LLM_API_KEY]",
            "database.url [OPENHANDS_DATABASE_URL, DATABASE_URL]",
            "database.user [OPENHANDS_DATABASE_USER]",
            "database.password [OPENHANDS_DATABASE_PASSWORD]",
            "database.pool_size [OPENHANDS_DATABASE_POOL_SIZE]",
            "database.migrate [OPENHANDS_DATABASE_MIGRATE]",
            "runs.start_timeout [OPENHANDS_RUNS_START_TIMEOUT]",
            "runs.stall_timeout [OPENHANDS_RUNS_STALL_TIMEOUT]",
            "webhooks.github_secret [OPENHANDS_WEBHOOKS_GITHUB_SECRET, GITHUB_WEBHOOK_SECRET]",
            "webhooks.gitlab_secret [OPENHANDS_WEBHOOKS_GITLAB_SECRET, GITLAB_WEBHOOK_SECRET]",
            "webhooks.openhands_secret [OPENHANDS_WEBHOOKS_OPENHANDS_SECRET]",
            "git.github_token [OPENHANDS_GIT_GITHUB_TOKEN, GITHUB_TOKEN]",
            "git.gitlab_token [OPENHANDS_GIT_GITLAB_TOKEN, GITLAB_TOKEN]",
            "git.github_url [OPENHANDS_GIT_GITHUB_URL]",
            "git.gitlab_url [OPENHANDS_GIT_GITLAB_URL]",
            "security.enable_auth [OPENHANDS_SECURITY_ENABLE_AUTH]",
            "security.api_tokens [OPENHANDS_SECURITY_API_TOKENS]",
            "security.marker_key [OPENHANDS_SECURITY_MARKER_KEY]",
            "security.jwt_secret [OPENHANDS_SECURITY_JWT_SECRET]",
            "security.token_expiry [OPENHANDS_SECURITY_TOKEN_EXPIRY]",
            "security.jwt_issuer [OPENHANDS_SECURITY_JWT_ISSUER]",
            "security.jwt_audience [OPENHANDS_SECURITY_JWT_AUDIENCE]",
            "server.host [OPENHANDS_SERVER_HOST]",
            "server.port [OPENHANDS_SERVER_PORT, PORT]",
            "server.public_url [OPENHANDS_SERVER_PUBLIC_URL]",
            "storage.type [OPENHANDS_STORAGE_TYPE]",
            "storage.path [OPENHANDS_STORAGE_PATH]",
            "queue.type [OPENHANDS_QUEUE_TYPE]",
            "queue.project [OPENHANDS_QUEUE_PROJECT]",
            "queue.location [OPENHANDS_QUEUE_LOCATION]",
            "queue.name [OPENHANDS_QUEUE_NAME]",
            "queue.target [OPENHANDS_QUEUE_TARGET]",
            "queue.service_account [OPENHANDS_QUEUE_SERVICE_ACCOUNT]",
            "queue.endpoint [OPENHANDS_QUEUE_ENDPOINT]",
            "log.level [OPENHANDS_LOG_LEVEL, LOG_LEVEL]",
            "log.format [OPENHANDS_LOG_FORMAT]");
  }

  @Test
  void variablesWinOverTheFileAndTheLongNameOverTheShort() {
    Path file =
        file(
            """
            runs:
              start_timeout: 4 min
              stall_timeout: PT1H
            server.port: 9001
            """);

    RunnerConfig config =
        config(
            Map.of(
                "OPENHANDS_CONFIG", file.toString(),
                "OPENHANDS_RUNS_START_TIMEOUT", "90",
                "PORT", "9002",
                "OPENHANDS_SERVER_PORT", "9003"));

    assertThat(config.runs()).isEqualTo(new Runs(Duration.ofSeconds(90), Duration.ofHours(1)));
    assertThat(config.server().port()).isEqualTo(9003);
  }

  @Test
  void anEmptyVariableCountsAsNone() {
    assertThat(config(Map.of("DATABASE_URL", "", "PORT", " ")).server().port()).isEqualTo(8080);
  }

  @Test
  void aListInTheFileIsTheSameAsCommas() {
    Path file =
        file(
            """
            openhands:
              base_url:
                - blue=https://blue.example;weight=3
                - green=https://green.example;drain
              token: [blue=key-of-blue, green=key-of-green]
            """);

    assertThat(config(Map.of("OPENHANDS_CONFIG", file.toString())).openhands().backends())
        .containsExactly(
            new Backend(
                "blue",
                URI.create("https://blue.example"),
                3,
                null,
                Dialect.AUTO,
                false,
                Secret.of("key-of-blue")),
            new Backend(
                "green",
                URI.create("https://green.example"),
                1,
                null,
                Dialect.AUTO,
                true,
                Secret.of("key-of-green")));
  }

  @Test
  void aBackendWithoutANameIsCalledByItsHostAndPort() {
    List<Backend> backends =
        config(
                Map.of(
                    "OPENHANDS_BASE_URL",
                    "http://localhost:3000/, https://oh.example/api;max=0;dialect=agent-server",
                    "OPENHANDS_TOKEN",
                    "c2VjcmV0=="))
            .openhands()
            .backends();

    assertThat(backends)
        .containsExactly(
            new Backend(
                "localhost:3000",
                URI.create("http://localhost:3000"),
                1,
                null,
                Dialect.AUTO,
                false,
                Secret.of("c2VjcmV0==")),
            new Backend(
                "oh.example",
                URI.create("https://oh.example/api"),
                1,
                0,
                Dialect.AGENT_SERVER,
                false,
                Secret.of("c2VjcmV0==")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://oh.example",
        "oh.example",
        "https://user:geheim@oh.example",
        "https://oh.example;weight=0",
        "https://oh.example;weight=many",
        "https://oh.example;max=-1",
        "https://oh.example;dialect=latin",
        "https://oh.example;paint=red",
        "a=https://one.example,a=https://two.example",
        "https://oh.example?key=geheim"
      })
  void aBackendThatIsNotUnderstoodIsRefused(String text) {
    assertThat(mistakes(Map.of("OPENHANDS_BASE_URL", text)))
        .singleElement()
        .satisfies(mistake -> assertThat(mistake.name()).isEqualTo("openhands.base_url"))
        .satisfies(mistake -> assertThat(mistake.toString()).doesNotContain(":geheim"));
  }

  @Test
  void ofAListOfBackendsTheWrongPartIsTold() {
    assertThat(
            mistakes(
                Map.of(
                    "OPENHANDS_BASE_URL",
                    "a=https://one.example;weight=0,b=two.example,c=https://three.example;drian",
                    "OPENHANDS_TOKEN",
                    "a=kanarienvogel,b=kanarienvogel")))
        .extracting(Mistake::found)
        .containsExactly("weight=0", "b=two.example", "drian");
    assertThat(mistakes(Map.of("OPENHANDS_BASE_URL", "https://user:ge,heim@oh.example;x")))
        .isNotEmpty()
        .extracting(Mistake::found)
        .containsOnlyNulls();
  }

  @Test
  void aTokenForABackendThatIsNotThereIsRefusedUnseen() {
    assertThat(
            mistakes(
                Map.of(
                    "OPENHANDS_BASE_URL", "a=https://one.example,b=https://two.example",
                    "OPENHANDS_TOKEN", "a=kanarienvogel,c=kanarienvogel,d=kanarienvogel")))
        .singleElement()
        .asString()
        .startsWith("openhands.token (OPENHANDS_TOKEN): expected one key, or name=key")
        .doesNotContain("kanarien");
  }

  @ParameterizedTest
  @CsvSource({
    "http://34.89.10.20:3000, true",
    "http://oh.example.com, true",
    "http://[2001:db8::1]:3000, true",
    "https://34.89.10.20, false",
    "http://localhost:3000, false",
    "http://127.0.0.1, false",
    "http://[::1]:3000, false",
    "http://10.1.2.3, false",
    "http://192.168.1.9, false",
    "http://172.20.0.2, false",
    "http://100.64.0.7, false",
    "http://[fd00::7], false",
    "http://openhands:3000, false",
    "http://openhands.agents.svc.cluster.local, false",
    "http://oh.europe-west3-a.c.oaks.internal, false"
  })
  void plainHttpToAPublicAddressIsWarnedOfAndRefusedOnDemand(String url, boolean exposed) {
    RunnerConfig config = config(Map.of("OPENHANDS_BASE_URL", url));

    assertThat(config.openhands().backends()).singleElement().matches(b -> b.exposed() == exposed);
    assertThat(config.warnings()).hasSize(exposed ? 1 : 0);
    if (exposed) {
      assertThat(mistakes(Map.of("OPENHANDS_BASE_URL", url, "OPENHANDS_REQUIRE_HTTPS", "true")))
          .singleElement()
          .asString()
          .contains("https for ");
    }
  }

  @Test
  void everyMistakeIsReportedAtOnceWithItsNameWhatWasExpectedAndWhereItCameFrom() {
    Path file =
        file(
            """
            runs:
              stal_timeout: 5 min
              start_timeout: soon
            storage:
              type: disk
            database:
              pool_size: [1, {a: b}]
            log: loud
            """);

    List<Mistake> mistakes =
        mistakes(
            Map.of(
                "OPENHANDS_CONFIG", file.toString(),
                "DATABASE_URL", "mysql://root:kanarienvogel@db/runs",
                "PORT", "70000",
                "LOG_LEVEL", "debug",
                "OPENHANDS_DIALECT", "app-v9",
                "OPENHANDS_SECURITY_JWT_SECRET", "kanarienvogel",
                "OPENHANDS_SECURITY_ENABLE_AUTH", "no",
                "GITHUB_TOKEN", "sm://kanarienvogel"));

    assertThat(mistakes.stream().map(Mistake::toString))
        .containsExactlyInAnyOrder(
            "runs.stal_timeout ("
                + file
                + " line 2): expected a known key, perhaps"
                + " runs.stall_timeout",
            "database.pool_size (" + file + " line 7): expected one value or a list of values",
            "log (" + file + " line 8): expected keys and values below it",
            "server.port (PORT): expected a whole number from 0 to 65535, found \"70000\"",
            "openhands.dialect (OPENHANDS_DIALECT): expected one of auto, agent-server, app-v1,"
                + " app-v0, found \"app-v9\"",
            "database.url (DATABASE_URL): expected postgresql://, postgres://,"
                + " postgresql+psycopg2:// or jdbc:postgresql:",
            "runs.start_timeout ("
                + file
                + " line 3): expected a duration such as 180 s, 20 min,"
                + " 2 h, PT3M or 180 (seconds), at most 7 days, found \"soon\"",
            "git.github_token (GITHUB_TOKEN): expected a value or"
                + " sm://projects/P/secrets/S[/versions/V]",
            "security.jwt_secret (OPENHANDS_SECURITY_JWT_SECRET): expected nothing: not served yet"
                + " by this version",
            "security.enable_auth (OPENHANDS_SECURITY_ENABLE_AUTH): expected true or false, found"
                + " \"no\"",
            "storage.type ("
                + file
                + " line 5): expected one of database, local, gcs, found \"disk\"",
            "log.level (LOG_LEVEL): expected DEBUG, INFO, WARNING or ERROR, found \"debug\"");
  }

  @Test
  void aFileThatIsNoYamlIsReportedByItsLineAndNotQuoted() {
    Path file = file("git:\n  github_token: \"kanarienvogel\n");

    assertThat(mistakes(Map.of("OPENHANDS_CONFIG", file.toString())))
        .singleElement()
        .asString()
        .startsWith("the file (" + file + " line ")
        .doesNotContain("kanarien");
  }

  @Test
  void aFileThatIsNotThereIsReported() {
    String file = directory.resolve("nowhere.yaml").toString();

    assertThat(mistakes(Map.of("OPENHANDS_CONFIG", file)))
        .singleElement()
        .hasToString(file + " (OPENHANDS_CONFIG): expected a readable file");
  }

  @Test
  void aTreeThatContainsItselfEnds() {
    Path file = file("runs: &a\n  runs: *a\n");

    assertThat(mistakes(Map.of("OPENHANDS_CONFIG", file.toString()))).isNotEmpty();
  }

  @Test
  void aKeyGivenTwiceInTheFileIsReported() {
    Path file = file("server.port: 1\nserver:\n  port: 2\n");

    assertThat(mistakes(Map.of("OPENHANDS_CONFIG", file.toString())))
        .singleElement()
        .hasToString("server.port (" + file + " line 3): expected to be given once");
  }

  @Test
  void unknownVariablesAreOneWarningWithTheNearestKnown() {
    RunnerConfig config =
        config(
            Map.of(
                "OPENHANDS_BASE_ULR", "kanarienvogel",
                "OPENHANDS_PORT_80_TCP", "tcp://10.0.0.1",
                "OTHER", "x"));

    assertThat(config.warnings())
        .singleElement()
        .asString()
        .contains("OPENHANDS_BASE_ULR (nearest: OPENHANDS_BASE_URL)", "OPENHANDS_PORT_80_TCP")
        .doesNotContain("kanarien", "OTHER");
  }

  @Test
  void aKeyThatNothingGoesByIsSaidToBeOne() {
    assertThat(config(Map.of("OPENHANDS_SECURITY_TOKEN_EXPIRY", "7200")).warnings())
        .containsExactly("security.token_expiry: nothing goes by it in this version");
  }

  @Test
  void artifactsLieInADirectoryOrABucket() {
    assertThat(storage("local", "/srv/artifacts"))
        .isEqualTo(new Storage(StorageType.LOCAL, "/srv/artifacts"));
    assertThat(storage("gcs", "acme-artifacts/runner"))
        .isEqualTo(new Storage(StorageType.GCS, "acme-artifacts/runner"));
  }

  @Test
  void aBucketHasToBeNamedAsOne() {
    assertThat(mistakes(Map.of("OPENHANDS_STORAGE_TYPE", "gcs")))
        .singleElement()
        .asString()
        .contains("storage.path", "expected a bucket's name, or BUCKET/PREFIX");
    for (String path : List.of("./data", "Acme", "acme/../other", "gs://acme", "acme/", "a b")) {
      assertThat(mistakes(Map.of("OPENHANDS_STORAGE_TYPE", "gcs", "OPENHANDS_STORAGE_PATH", path)))
          .singleElement()
          .asString()
          .contains("storage.path");
    }
  }

  @Test
  void aFunctionKeepsNoFiles() {
    Environment function =
        new Environment(Map.of("OPENHANDS_STORAGE_TYPE", "local"), Deployment.FUNCTIONS, false);

    assertThatThrownBy(() -> RunnerConfig.from(function, Set.of()))
        .isInstanceOf(InvalidConfiguration.class)
        .hasMessageContaining("storage.type")
        .hasMessageContaining("database or gcs");
  }

  private static Storage storage(String type, String path) {
    return config(Map.of("OPENHANDS_STORAGE_TYPE", type, "OPENHANDS_STORAGE_PATH", path)).storage();
  }

  @Test
  void thePasswordIamIsTheAccessTokenAndEveryOtherIsOne() {
    assertThat(config(Map.of()).database().password()).isNull();
    assertThat(config(Map.of("OPENHANDS_DATABASE_PASSWORD", "iam")).database().password())
        .isEqualTo(new DatabasePassword.AccessToken());
    assertThat(config(Map.of("OPENHANDS_DATABASE_PASSWORD", "IAM")).database().password())
        .isEqualTo(new DatabasePassword.Given(Secret.of("IAM")));
  }

  @Test
  void withoutAuthenticationItListensOnLoopbackOnly() {
    Map<String, String> open = Map.of("OPENHANDS_SECURITY_ENABLE_AUTH", "false");
    Map<String, String> wide = new HashMap<>(open);
    wide.put("OPENHANDS_SERVER_HOST", "0.0.0.0");

    assertThat(config(open).security().enableAuth()).isFalse();
    assertThat(mistakes(wide)).singleElement().asString().contains("security.enable_auth");
    assertThat(mistakes(open, Deployment.FUNCTIONS, Set.of())).hasSize(1);
  }

  @Test
  void aFunctionIsToldAllThatItCannotWorkWithout() {
    assertThat(
            mistakes(Map.of(), Deployment.FUNCTIONS, Set.of(Need.values())).stream()
                .map(Mistake::toString))
        .contains(
            "database.url (DATABASE_URL or OPENHANDS_DATABASE_URL is not set): expected"
                + " postgresql://, postgres://, postgresql+psycopg2:// or jdbc:postgresql:")
        .hasSize(7);
  }

  @Test
  void theQueueLiesInThePlatformsProjectUnlessToldOtherwise() {
    RunnerConfig config =
        from(
            Map.of(
                "GOOGLE_CLOUD_PROJECT", "oaks",
                "OPENHANDS_QUEUE_LOCATION", "europe-west3",
                "OPENHANDS_QUEUE_NAME", "poll-run"),
            Deployment.FUNCTIONS,
            Set.of(Need.QUEUE));

    assertThat(config.queue().project()).isEqualTo("oaks");
    assertThat(config.log().project()).isEqualTo("oaks");
  }

  @Test
  void theDescriptionNamesEveryKeyAndNoSecret() {
    Map<String, String> everything = new HashMap<>();
    for (ConfigKey key : ConfigKey.values()) {
      if (key.secret() && !key.key().contains("jwt")) {
        everything.put(key.variables().getFirst(), "kanarienvogel-" + key);
      }
    }
    everything.put("DATABASE_URL", "postgresql://runner:kanarienvogel@db.example/runs");
    everything.remove("OPENHANDS_DATABASE_URL");
    RunnerConfig config = config(everything);

    assertThat(config.describe().lines()).hasSize(ConfigKey.values().length);
    assertThat(config.describe())
        .contains("openhands.token = ***  (OPENHANDS_TOKEN)", "server.port = 8080  (default)")
        .doesNotContain("kanarien");
    assertThat(config.toString()).doesNotContain("kanarien");
  }

  @ParameterizedTest
  @CsvSource({
    "45, PT45S",
    "180 s, PT3M",
    "20min, PT20M",
    "2 h, PT2H",
    "1 d, PT24H",
    "500 ms, PT0.5S",
    "PT90S, PT1M30S"
  })
  void durationsHaveUnits(String text, Duration expected) {
    assertThat(config(Map.of("OPENHANDS_RUNS_START_TIMEOUT", text)).runs().startTimeout())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-5 s", "8 d", "5 minutes", "PT", "1.5 h", "99999999999 d"})
  void durationsThatCannotBeMeantAreRefused(String text) {
    assertThat(mistakes(Map.of("OPENHANDS_RUNS_START_TIMEOUT", text))).hasSize(1);
  }

  private Path file(String text) {
    try {
      return Files.writeString(directory.resolve("runner.yaml"), text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static RunnerConfig config(Map<String, String> variables) {
    return from(variables, Deployment.STANDALONE, Set.of());
  }

  private static RunnerConfig from(
      Map<String, String> variables, Deployment deployment, Set<Need> needs) {
    return RunnerConfig.from(new Environment(variables, deployment, false), needs);
  }

  private static List<Mistake> mistakes(Map<String, String> variables) {
    return mistakes(variables, Deployment.STANDALONE, Set.of());
  }

  private static List<Mistake> mistakes(
      Map<String, String> variables, Deployment deployment, Set<Need> needs) {
    InvalidConfiguration invalid =
        catchThrowableOfType(InvalidConfiguration.class, () -> from(variables, deployment, needs));
    assertThat(invalid).isNotNull();
    assertThat(String.valueOf(invalid.getMessage()).lines()).hasSize(invalid.mistakes().size() + 1);
    assertThat(invalid).message().doesNotContain("kanarien");
    return invalid.mistakes();
  }
}
