package dev.build0711.runner.config;

import dev.build0711.runner.log.LogFormat;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The whole configuration, checked.
///
/// @param settings every key with the value that holds and where it came from, secrets hidden
/// @param warnings what should be looked at, to be logged once at start
public record RunnerConfig(
    OpenHands openhands,
    Database database,
    Runs runs,
    Webhooks webhooks,
    Git git,
    Security security,
    Server server,
    Storage storage,
    Queue queue,
    Log log,
    List<Setting> settings,
    List<String> warnings) {

  public RunnerConfig {
    settings = List.copyOf(settings);
    warnings = List.copyOf(warnings);
  }

  /// Reads defaults, then the file that `OPENHANDS_CONFIG` names, then the variables; the later
  /// wins.
  ///
  /// @param needs what must be configured, beyond what must be right where it is configured
  /// @throws InvalidConfiguration naming everything that is wrong
  public static RunnerConfig from(Environment environment, Set<Need> needs) {
    return new ConfigReader(environment, needs).read();
  }

  /// The configuration that holds, a line for each key, secrets as `***`.
  public String describe() {
    return settings.stream().map(Setting::toString).collect(Collectors.joining("\n"));
  }

  /// A key, its value as it may be shown, and where that came from.
  public record Setting(ConfigKey key, String shown, String origin) {

    @Override
    public String toString() {
      return key.key() + " = " + shown + "  (" + origin + ")";
    }
  }

  /// The agents' side.
  ///
  /// @param dialect of backends that do not say theirs
  public record OpenHands(
      List<Backend> backends,
      Dialect dialect,
      boolean requireHttps,
      String workspaceRoot,
      @Nullable String agentProfile,
      Llm llm) {

    public OpenHands {
      backends = List.copyOf(backends);
    }
  }

  /// One OpenHands.
  ///
  /// @param name as given, else the host and port of its URL
  /// @param weight how many of the new runs it gets, compared with the others
  /// @param max the most runs at a time, 0 for no new ones; null for no limit of ours
  /// @param drain whether it keeps its runs and gets no new ones
  public record Backend(
      String name,
      URI url,
      int weight,
      @Nullable Integer max,
      Dialect dialect,
      boolean drain,
      @Nullable Secret token) {

    /// Whether prompts and keys travel unprotected over the public Internet.
    public boolean exposed() {
      return "http".equals(url.getScheme()) && PublicAddress.is(url.getHost());
    }

    Backend withWeight(int next) {
      return new Backend(name, url, next, max, dialect, drain, token);
    }

    Backend withMax(int next) {
      return new Backend(name, url, weight, next, dialect, drain, token);
    }

    Backend withDialect(Dialect next) {
      return new Backend(name, url, weight, max, next, drain, token);
    }

    Backend draining() {
      return new Backend(name, url, weight, max, dialect, true, token);
    }

    Backend withToken(@Nullable Secret next) {
      return new Backend(name, url, weight, max, dialect, drain, next);
    }
  }

  /// The model that runs get; null leaves it to the server.
  public record Llm(@Nullable String model, @Nullable URI baseUrl, @Nullable Secret apiKey) {}

  /// How PostgreSQL is reached.
  ///
  /// @param url null where the standalone brings its own database; it may hold a password
  /// @param password for a URL that holds none; null for none
  public record Database(
      @Nullable Secret url,
      @Nullable String user,
      @Nullable DatabasePassword password,
      int poolSize,
      boolean migrate) {}

  /// What the database wants of who logs in.
  public sealed interface DatabasePassword {

    /// A password.
    record Given(Secret secret) implements DatabasePassword {}

    /// The access token of the service account that the process runs as: Cloud SQL's [login by
    /// IAM](https://docs.cloud.google.com/sql/docs/postgres/iam-authentication).
    record AccessToken() implements DatabasePassword {}
  }

  /// The clocks of a run that callers do not set.
  public record Runs(Duration startTimeout, Duration stallTimeout) {}

  /// The secrets of the git hosts' and the backends' webhooks; an empty list closes that endpoint.
  public record Webhooks(
      SecretList githubSecrets, SecretList gitlabSecrets, SecretList openhandsSecrets) {}

  /// The git hosts, and the tokens for what is not public there.
  public record Git(
      @Nullable Secret githubToken, @Nullable Secret gitlabToken, URI githubUrl, URI gitlabUrl) {}

  /// Who may call, and what proves a pull request ours.
  ///
  /// @param markerKey null where the standalone makes one
  public record Security(
      boolean enableAuth, ApiTokens apiTokens, @Nullable Secret markerKey, Duration tokenExpiry) {}

  /// Where the standalone listens, and how callers reach it.
  ///
  /// @param publicUrl null where the request's own address is right
  public record Server(String host, int port, @Nullable URI publicUrl) {}

  /// Where artifacts are kept.
  public record Storage(StorageType type, String path) {}

  /// What wakes runs up; project, location and name are there where a function needs the queue.
  ///
  /// @param target the URL of poll-run, null where the queue carries it
  /// @param serviceAccount who calls the target, null where the queue carries it
  /// @param endpoint where Cloud Tasks is, null for Google's own
  public record Queue(
      QueueType type,
      @Nullable String project,
      @Nullable String location,
      @Nullable String name,
      @Nullable URI target,
      @Nullable String serviceAccount,
      @Nullable URI endpoint) {}

  /// The log.
  ///
  /// @param project the Google Cloud project, which gives a trace its full name
  public record Log(Level level, LogFormat format, @Nullable String project) {}
}
