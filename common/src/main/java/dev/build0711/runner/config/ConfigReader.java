package dev.build0711.runner.config;

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
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Makes the tree of records out of the values, section by section, and checks what lies between
/// sections.
final class ConfigReader {

  private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e]{1,500}");
  private static final Pattern DIRECTORY = Pattern.compile("/[\\x21-\\x7e]{0,200}");
  private static final Pattern DATABASE =
      Pattern.compile("(postgresql|postgres|postgresql\\+psycopg2)://.+|jdbc:postgresql:.+");
  private static final String ACCESS_TOKEN = "iam";
  private static final Pattern BUCKET =
      Pattern.compile("[a-z0-9][a-z0-9._-]{1,220}[a-z0-9](/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){0,5}");
  private static final Pattern QUEUE_PART = Pattern.compile("[a-zA-Z0-9:.-]{1,100}");
  private static final Pattern ACCOUNT = Pattern.compile("[^@\\s]{1,100}@[^@\\s]{1,200}");

  private final Environment environment;
  private final Set<Need> needs;
  private final List<Mistake> mistakes = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final Values values;

  ConfigReader(Environment environment, Set<Need> needs) {
    this.environment = environment;
    this.needs = Set.copyOf(needs);
    Sources sources = new Sources(environment.variables(), mistakes, warnings);
    this.values = new Values(sources.read(), environment.deployment(), mistakes);
    warnOfUnserved();
  }

  /// Says what was given in vain; what would be a false promise of safety is a mistake as well.
  private void warnOfUnserved() {
    for (ConfigKey key : ConfigKey.values()) {
      if (!key.served() && values.given(key).isPresent()) {
        warnings.add(key.key() + ": nothing goes by it in this version");
      }
    }
  }

  /// @throws InvalidConfiguration naming everything that is wrong
  RunnerConfig read() {
    Server server = server();
    RunnerConfig config =
        new RunnerConfig(
            openhands(),
            database(),
            new Runs(
                values.duration(ConfigKey.RUNS_START_TIMEOUT),
                values.duration(ConfigKey.RUNS_STALL_TIMEOUT)),
            webhooks(),
            git(),
            security(server),
            server,
            storage(),
            queue(),
            log(),
            values.shown(),
            warnings);
    if (!mistakes.isEmpty()) {
      throw new InvalidConfiguration(mistakes);
    }
    return config;
  }

  private OpenHands openhands() {
    Dialect dialect = values.choice(ConfigKey.OPENHANDS_DIALECT, Dialect.class);
    BackendList list = new BackendList(values, dialect);
    boolean requireHttps = values.truth(ConfigKey.OPENHANDS_REQUIRE_HTTPS);
    List<Backend> backends = list.read();
    backends.forEach(backend -> checkProtected(backend, requireHttps));
    if (needs.contains(Need.OPENHANDS)) {
      values.require(ConfigKey.OPENHANDS_BASE_URL, "the URL of at least one OpenHands");
    }
    return new OpenHands(
        backends,
        dialect,
        requireHttps,
        values.value(
            ConfigKey.OPENHANDS_WORKSPACE_ROOT,
            "an absolute path",
            text -> Optional.of(text).filter(it -> DIRECTORY.matcher(it).matches())),
        printable(ConfigKey.OPENHANDS_AGENT_PROFILE),
        llm());
  }

  private void checkProtected(Backend backend, boolean requireHttps) {
    if (backend.exposed() && requireHttps) {
      values.mistake(
          ConfigKey.OPENHANDS_BASE_URL, "https for " + backend.name() + ", a public address");
    } else if (backend.exposed()) {
      warnings.add(
          "openhands.base_url: "
              + backend.name()
              + " is a public address reached by plain http; anybody on the way can read prompts"
              + " and keys");
    }
  }

  private Llm llm() {
    return new Llm(
        printable(ConfigKey.OPENHANDS_LLM_MODEL),
        values.optionalUrl(ConfigKey.OPENHANDS_LLM_BASE_URL),
        values.secret(ConfigKey.OPENHANDS_LLM_API_KEY));
  }

  private Database database() {
    Secret url = values.secret(ConfigKey.DATABASE_URL);
    String expected = ConfigKey.DATABASE_URL.meaning();
    if (url != null && url.literal().filter(it -> !DATABASE.matcher(it).matches()).isPresent()) {
      values.mistake(ConfigKey.DATABASE_URL, expected);
    }
    if (needs.contains(Need.DATABASE)) {
      values.require(ConfigKey.DATABASE_URL, expected);
    }
    return new Database(
        url,
        printable(ConfigKey.DATABASE_USER),
        databasePassword(),
        values.number(ConfigKey.DATABASE_POOL_SIZE, 1, 100),
        values.truth(ConfigKey.DATABASE_MIGRATE));
  }

  private @Nullable DatabasePassword databasePassword() {
    Secret password = values.secret(ConfigKey.DATABASE_PASSWORD);
    if (password == null) {
      return null;
    }
    return password.literal().filter(ACCESS_TOKEN::equals).isPresent()
        ? new DatabasePassword.AccessToken()
        : new DatabasePassword.Given(password);
  }

  private Webhooks webhooks() {
    return new Webhooks(
        values.secrets(ConfigKey.WEBHOOKS_GITHUB_SECRET),
        values.secrets(ConfigKey.WEBHOOKS_GITLAB_SECRET),
        values.secrets(ConfigKey.WEBHOOKS_OPENHANDS_SECRET));
  }

  private Git git() {
    return new Git(
        values.secret(ConfigKey.GIT_GITHUB_TOKEN),
        values.secret(ConfigKey.GIT_GITLAB_TOKEN),
        values.url(ConfigKey.GIT_GITHUB_URL),
        values.url(ConfigKey.GIT_GITLAB_URL));
  }

  private Security security(Server server) {
    values.unserved(ConfigKey.SECURITY_JWT_SECRET);
    values.unserved(ConfigKey.SECURITY_JWT_ISSUER);
    values.unserved(ConfigKey.SECURITY_JWT_AUDIENCE);
    boolean auth = values.truth(ConfigKey.SECURITY_ENABLE_AUTH);
    if (!auth && !onlyHere(server)) {
      values.mistake(
          ConfigKey.SECURITY_ENABLE_AUTH, "true, unless server.host is a loopback address");
    }
    if (auth && needs.contains(Need.API_TOKENS)) {
      values.require(ConfigKey.SECURITY_API_TOKENS, "at least one token");
    }
    if (needs.contains(Need.MARKER_KEY)) {
      values.require(ConfigKey.SECURITY_MARKER_KEY, "a secret that no one else has");
    }
    return new Security(
        auth,
        apiTokens(),
        values.secret(ConfigKey.SECURITY_MARKER_KEY),
        values.duration(ConfigKey.SECURITY_TOKEN_EXPIRY));
  }

  /// The functions framework listens on every address, whatever is configured.
  private boolean onlyHere(Server server) {
    return switch (environment.deployment()) {
      case STANDALONE -> PublicAddress.isLoopback(server.host());
      case FUNCTIONS -> false;
    };
  }

  private ApiTokens apiTokens() {
    ApiTokens tokens =
        values.optional(
            ConfigKey.SECURITY_API_TOKENS,
            ApiTokens.EXPECTED,
            text -> Values.attempt(() -> ApiTokens.of(text)));
    if (tokens != null && tokens.weak()) {
      warnings.add("security.api_tokens: a token of less than 16 characters can be guessed");
    }
    return tokens == null ? ApiTokens.NONE : tokens;
  }

  private Server server() {
    return new Server(
        values.value(
            ConfigKey.SERVER_HOST,
            "an address to listen on",
            text -> Optional.of(text).filter(it -> PRINTABLE.matcher(it).matches())),
        values.number(ConfigKey.SERVER_PORT, 0, 65535),
        values.optionalUrl(ConfigKey.SERVER_PUBLIC_URL));
  }

  private Storage storage() {
    StorageType type = values.choice(ConfigKey.STORAGE_TYPE, StorageType.class);
    if (type == StorageType.LOCAL && environment.deployment() == Deployment.FUNCTIONS) {
      values.mistake(ConfigKey.STORAGE_TYPE, "database or gcs: a function keeps no files");
    }
    return new Storage(type, storagePath(type));
  }

  private String storagePath(StorageType type) {
    return switch (type) {
      case DATABASE, LOCAL -> values.value(ConfigKey.STORAGE_PATH, "a directory", Optional::of);
      case GCS -> {
        String expected = "a bucket's name, or BUCKET/PREFIX";
        values.require(ConfigKey.STORAGE_PATH, expected);
        String bucket = values.text(ConfigKey.STORAGE_PATH, expected, BUCKET);
        yield bucket == null ? "" : bucket;
      }
    };
  }

  private Queue queue() {
    QueueType type = values.choice(ConfigKey.QUEUE_TYPE, QueueType.class);
    String given = values.text(ConfigKey.QUEUE_PROJECT, "a Google Cloud project", QUEUE_PART);
    String project = given == null ? project() : given;
    if (type == QueueType.CLOUD_TASKS && needs.contains(Need.QUEUE)) {
      if (project == null) {
        values.require(ConfigKey.QUEUE_PROJECT, "a Google Cloud project");
      }
      values.require(ConfigKey.QUEUE_LOCATION, "a region such as europe-west3");
      values.require(ConfigKey.QUEUE_NAME, "the name of a queue");
    }
    return new Queue(
        type,
        project,
        values.text(ConfigKey.QUEUE_LOCATION, "a region such as europe-west3", QUEUE_PART),
        values.text(ConfigKey.QUEUE_NAME, "the name of a queue", QUEUE_PART),
        values.optionalUrl(ConfigKey.QUEUE_TARGET),
        values.text(ConfigKey.QUEUE_SERVICE_ACCOUNT, "a service account's e-mail", ACCOUNT),
        values.optionalUrl(ConfigKey.QUEUE_ENDPOINT));
  }

  private Log log() {
    LogFormat format =
        values.optional(
            ConfigKey.LOG_FORMAT,
            Words.oneOf(LogFormat.values()),
            text -> Values.choice(text, LogFormat.class));
    return new Log(
        values.value(
            ConfigKey.LOG_LEVEL,
            ConfigKey.LOG_LEVEL.meaning(),
            text ->
                switch (text) {
                  case "DEBUG" -> Optional.of(Level.DEBUG);
                  case "INFO" -> Optional.of(Level.INFO);
                  case "WARNING" -> Optional.of(Level.WARNING);
                  case "ERROR" -> Optional.of(Level.ERROR);
                  default -> Optional.empty();
                }),
        format != null ? format : environment.terminal() ? LogFormat.TEXT : LogFormat.JSON,
        project());
  }

  /// What the platform says of its project, where it says anything.
  private @Nullable String project() {
    String project = environment.variables().get("GOOGLE_CLOUD_PROJECT");
    return project == null || project.isBlank() ? null : project;
  }

  private @Nullable String printable(ConfigKey key) {
    return values.text(key, "up to 500 characters without spaces", PRINTABLE);
  }
}
