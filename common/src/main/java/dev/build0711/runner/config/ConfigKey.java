package dev.build0711.runner.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Everything that can be configured. Drives the reading, the suggestions and the documentation.
public enum ConfigKey {
  OPENHANDS_BASE_URL(
      "openhands.base_url",
      Fallback.NONE,
      "the backends, comma separated, each [name=]URL[;weight=N][;max=N][;dialect=D][;drain];"
          + " max: runs at once, else as many as the server takes by default (agent-server 10,"
          + " app-v1 5, app-v0 or not known yet 3); max=0 and drain take no new runs"),
  OPENHANDS_TOKEN(
      "openhands.token",
      Fallback.NONE,
      "the key the backends want: one for all, or name=token, comma separated"),
  OPENHANDS_DIALECT(
      "openhands.dialect",
      Fallback.of("auto"),
      "what the backends speak: auto, agent-server, app-v1 or app-v0"),
  OPENHANDS_REQUIRE_HTTPS(
      "openhands.require_https",
      Fallback.of("false"),
      "refuse plain http to a public address instead of warning of it"),
  OPENHANDS_WORKSPACE_ROOT(
      "openhands.workspace_root",
      Fallback.of("/workspace/runs"),
      "where the agent-server makes a directory for each run"),
  OPENHANDS_AGENT_PROFILE(
      "openhands.agent_profile",
      Fallback.described("server's own"),
      "the agent profile that a run gets"),
  OPENHANDS_LLM_MODEL(
      "openhands.llm.model", Fallback.described("server's own"), "the model that a run gets"),
  OPENHANDS_LLM_BASE_URL(
      "openhands.llm.base_url", Fallback.described("server's own"), "where that model is served"),
  OPENHANDS_LLM_API_KEY(
      "openhands.llm.api_key", Fallback.described("server's own"), "the key of that model"),
  DATABASE_URL(
      "database.url",
      "DATABASE_URL",
      Fallback.described("embedded (standalone only)"),
      "postgresql://, postgres://, postgresql+psycopg2:// or jdbc:postgresql:"),
  DATABASE_USER("database.user", Fallback.NONE, "the user where the URL names none"),
  DATABASE_PASSWORD(
      "database.password",
      Fallback.NONE,
      "the password where the URL has none; `iam`: the access token of the service account"),
  DATABASE_POOL_SIZE(
      "database.pool_size",
      Fallback.by("2 (functions) or 10", "10", "2"),
      "the most connections of this process; the standalone has as many again for its looks"),
  DATABASE_MIGRATE(
      "database.migrate",
      Fallback.of("true"),
      "bring the schema up to date at start (standalone only)"),
  RUNS_START_TIMEOUT(
      "runs.start_timeout", Fallback.of("180 s"), "how long an agent may take to start"),
  RUNS_STALL_TIMEOUT(
      "runs.stall_timeout",
      Fallback.of("20 min"),
      "how long an agent may go without a sign of life"),
  WEBHOOKS_GITHUB_SECRET(
      "webhooks.github_secret",
      "GITHUB_WEBHOOK_SECRET",
      Fallback.NONE,
      "the secrets of GitHub's webhooks, comma separated while rotating; absent: answered 404"),
  WEBHOOKS_GITLAB_SECRET(
      "webhooks.gitlab_secret",
      "GITLAB_WEBHOOK_SECRET",
      Fallback.NONE,
      "tokens or whsec_ signing secrets of GitLab's webhooks, comma separated"),
  WEBHOOKS_OPENHANDS_SECRET(
      "webhooks.openhands_secret",
      Fallback.NONE,
      "the secrets of OpenHands' webhooks, comma separated while rotating; absent: answered 404"),
  GIT_GITHUB_TOKEN(
      "git.github_token",
      "GITHUB_TOKEN",
      Fallback.NONE,
      "clones private repositories, looks up pull requests"),
  GIT_GITLAB_TOKEN(
      "git.gitlab_token",
      "GITLAB_TOKEN",
      Fallback.NONE,
      "clones private repositories, looks up pull requests"),
  GIT_GITHUB_URL("git.github_url", Fallback.of("https://github.com"), "GitHub or your Enterprise"),
  GIT_GITLAB_URL("git.gitlab_url", Fallback.of("https://gitlab.com"), "GitLab or your own"),
  SECURITY_ENABLE_AUTH(
      "security.enable_auth", Fallback.of("true"), "ask for a token; false only on loopback"),
  SECURITY_API_TOKENS(
      "security.api_tokens",
      Fallback.described("generated into .local/token (standalone)"),
      "comma separated token[;projects=a|b][;scopes=runs:read|runs:write], left out = all"),
  SECURITY_MARKER_KEY(
      "security.marker_key",
      Fallback.described("generated into .local/ (standalone)"),
      "signs the marker in pull requests"),
  SECURITY_JWT_SECRET("security.jwt_secret", Fallback.NONE, "signs session tokens"),
  SECURITY_TOKEN_EXPIRY(
      "security.token_expiry", Fallback.of("3600"), "how long a session token holds"),
  SECURITY_JWT_ISSUER("security.jwt_issuer", Fallback.NONE, "the OIDC provider to accept"),
  SECURITY_JWT_AUDIENCE("security.jwt_audience", Fallback.NONE, "whom its tokens must be for"),
  SERVER_HOST("server.host", Fallback.of("127.0.0.1"), "the address to listen on"),
  SERVER_PORT("server.port", "PORT", Fallback.of("8080"), "the port to listen on"),
  SERVER_PUBLIC_URL(
      "server.public_url",
      Fallback.described("the request's own"),
      "how callers reach this service, behind a load balancer or proxy"),
  STORAGE_TYPE(
      "storage.type",
      Fallback.of("database"),
      "where the bytes of artifacts are kept: database, local (standalone only) or gcs"),
  STORAGE_PATH(
      "storage.path",
      Fallback.of("./data"),
      "the directory of storage.type local; BUCKET or BUCKET/PREFIX of gcs"),
  QUEUE_TYPE(
      "queue.type",
      Fallback.by("database (standalone), cloud-tasks (functions)", "database", "cloud-tasks"),
      "what wakes a run up"),
  QUEUE_PROJECT(
      "queue.project", Fallback.described("GOOGLE_CLOUD_PROJECT"), "the project of the queue"),
  QUEUE_LOCATION("queue.location", Fallback.NONE, "the region of the queue"),
  QUEUE_NAME("queue.name", Fallback.NONE, "the queue whose tasks call poll-run"),
  QUEUE_TARGET(
      "queue.target", Fallback.NONE, "the URL of poll-run, where the queue does not carry it"),
  QUEUE_SERVICE_ACCOUNT(
      "queue.service_account",
      Fallback.NONE,
      "the account that calls queue.target, where the queue does not carry it"),
  QUEUE_ENDPOINT("queue.endpoint", Fallback.NONE, "another Cloud Tasks, such as an emulator"),
  LOG_LEVEL("log.level", "LOG_LEVEL", Fallback.of("INFO"), "DEBUG, INFO, WARNING or ERROR"),
  LOG_FORMAT("log.format", Fallback.described("json (text on a terminal)"), "json or text");

  private static final List<ConfigKey> SECRET =
      List.of(
          OPENHANDS_TOKEN,
          OPENHANDS_LLM_API_KEY,
          DATABASE_URL,
          DATABASE_PASSWORD,
          WEBHOOKS_GITHUB_SECRET,
          WEBHOOKS_GITLAB_SECRET,
          WEBHOOKS_OPENHANDS_SECRET,
          GIT_GITHUB_TOKEN,
          GIT_GITLAB_TOKEN,
          SECURITY_API_TOKENS,
          SECURITY_MARKER_KEY,
          SECURITY_JWT_SECRET);

  private static final List<ConfigKey> UNSERVED =
      List.of(
          SECURITY_JWT_SECRET, SECURITY_TOKEN_EXPIRY, SECURITY_JWT_ISSUER, SECURITY_JWT_AUDIENCE);

  private final String key;
  private final @Nullable String shortName;
  private final String defaultText;
  private final @Nullable String standalone;
  private final @Nullable String functions;
  private final String meaning;

  ConfigKey(String key, Fallback fallback, String meaning) {
    this(key, null, fallback, meaning);
  }

  ConfigKey(String key, @Nullable String shortName, Fallback fallback, String meaning) {
    this.key = key;
    this.shortName = shortName;
    this.defaultText = fallback.text();
    this.standalone = fallback.standalone();
    this.functions = fallback.functions();
    this.meaning = meaning;
  }

  /// The name in the file: `runs.start_timeout`.
  public String key() {
    return key;
  }

  /// The variables that set it, the first before the second: `OPENHANDS_` and the key, and its
  /// short name.
  public List<String> variables() {
    String dropped = key.startsWith("openhands.") ? key.substring("openhands.".length()) : key;
    String variable = "OPENHANDS_" + dropped.toUpperCase(Locale.ROOT).replace('.', '_');
    return shortName == null || shortName.equals(variable)
        ? List.of(variable)
        : List.of(variable, shortName);
  }

  /// What holds where nothing is given, in words.
  public String defaultText() {
    return defaultText;
  }

  /// Whether its value is never shown.
  public boolean secret() {
    return SECRET.contains(this);
  }

  public String meaning() {
    return meaning;
  }

  /// Whether anything in this version goes by its value.
  public boolean served() {
    return !UNSERVED.contains(this);
  }

  /// The value that holds where nothing is given.
  Optional<String> fallback(Deployment deployment) {
    return Optional.ofNullable(
        switch (deployment) {
          case STANDALONE -> standalone;
          case FUNCTIONS -> functions;
        });
  }

  static Optional<ConfigKey> named(String key) {
    return Arrays.stream(values()).filter(known -> known.key.equals(key)).findFirst();
  }

  static Optional<ConfigKey> ofVariable(String variable) {
    return Arrays.stream(values())
        .filter(known -> known.variables().contains(variable))
        .findFirst();
  }

  /// What holds where nothing is given, in words and as the value in each deployment.
  private record Fallback(String text, @Nullable String standalone, @Nullable String functions) {

    static final Fallback NONE = described("–");

    static Fallback described(String text) {
      return new Fallback(text, null, null);
    }

    static Fallback of(String value) {
      return new Fallback(value, value, value);
    }

    static Fallback by(String text, String standalone, String functions) {
      return new Fallback(text, standalone, functions);
    }
  }
}
