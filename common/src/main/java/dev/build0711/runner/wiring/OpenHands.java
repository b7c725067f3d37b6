package dev.build0711.runner.wiring;

import dev.build0711.runner.config.RunnerConfig;
import dev.build0711.runner.config.Secret;
import dev.build0711.runner.exchange.Exchanges;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.ConfiguredBackends;
import dev.build0711.runner.openhands.SessionKey;
import dev.build0711.runner.openhands.agentserver.AgentServerBackend;
import dev.build0711.runner.openhands.agentserver.AgentServerSettings;
import dev.build0711.runner.openhands.agentserver.GitAccess;
import dev.build0711.runner.openhands.appserver.AppServerBackend;
import dev.build0711.runner.openhands.appserver.AppServerSettings;
import dev.build0711.runner.openhands.detection.DetectedBackend;
import dev.build0711.runner.openhands.legacy.LegacyBackend;
import dev.build0711.runner.openhands.legacy.LegacySettings;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.Backends;
import dev.build0711.runner.port.Backends.Terms;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Repository;
import java.net.URI;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Makes the backends of a configuration.
final class OpenHands {

  private final RunnerConfig config;
  private final SecretValues secrets;
  private final InstantSource time;
  private final Exchanges exchanges = new Exchanges();

  private OpenHands(RunnerConfig config, SecretValues secrets, InstantSource time) {
    this.config = config;
    this.secrets = secrets;
    this.time = time;
  }

  static Backends backends(RunnerConfig config, SecretValues secrets, InstantSource time) {
    var openHands = new OpenHands(config, secrets, time);
    return new ConfiguredBackends(
        config.openhands().backends().stream()
            .map(one -> new ConfiguredBackends.Configured(openHands.backend(one), terms(one)))
            .toList());
  }

  private static Terms terms(RunnerConfig.Backend one) {
    return new Terms(one.name(), one.weight(), one.max(), one.drain(), pinned(one));
  }

  /// The API that the configuration names, null where it is to be found out.
  private static @Nullable Dialect pinned(RunnerConfig.Backend one) {
    return switch (one.dialect()) {
      case AUTO -> null;
      case AGENT_SERVER -> Dialect.AGENT_SERVER;
      case APP_V1 -> Dialect.APP_V1;
      case APP_V0 -> Dialect.APP_V0;
    };
  }

  private AgentBackend backend(RunnerConfig.Backend one) {
    Dialect pinned = pinned(one);
    return pinned == null
        ? new DetectedBackend(
            one.name(),
            new Api(one.url(), key(one.token()), exchanges),
            dialect -> speaking(dialect, one),
            time)
        : speaking(pinned, one);
  }

  private AgentBackend speaking(Dialect dialect, RunnerConfig.Backend one) {
    SessionKey key = key(one.token());
    int most = room(dialect, one.max());
    return switch (dialect) {
      case AGENT_SERVER -> new AgentServerBackend(agentServer(one, key), exchanges, time);
      case APP_V1 ->
          new AppServerBackend(
              new AppServerSettings(one.name(), one.url(), key, most), exchanges, time);
      case APP_V0 ->
          new LegacyBackend(new LegacySettings(one.name(), one.url(), key, most), exchanges, time);
    };
  }

  /// How many agents the server has room for. One that takes no new runs keeps those that it has.
  static int room(Dialect dialect, @Nullable Integer max) {
    return Terms.places(dialect, max == null || max == 0 ? null : max);
  }

  private AgentServerSettings agentServer(RunnerConfig.Backend one, SessionKey key) {
    return new AgentServerSettings(
        one.name(),
        one.url(),
        key,
        config.openhands().workspaceRoot(),
        config.openhands().agentProfile(),
        llm(config.openhands().llm()),
        git(config.git()));
  }

  private SessionKey key(@Nullable Secret token) {
    return new SessionKey() {
      @Override
      public @Nullable String current() {
        return secrets.optional(token);
      }

      @Override
      public @Nullable String renewed() {
        return secrets.renewed(token);
      }
    };
  }

  private AgentServerSettings.Llm llm(RunnerConfig.Llm llm) {
    URI baseUrl = llm.baseUrl();
    return new AgentServerSettings.Llm(
        llm.model(),
        baseUrl == null ? null : baseUrl.toString(),
        () -> secrets.optional(llm.apiKey()));
  }

  private GitAccess git(RunnerConfig.Git git) {
    return repository ->
        switch (repository.provider()) {
          case GITHUB ->
              at(repository, git.githubUrl())
                  ? new GitAccess.Remote(git.githubUrl(), secrets.optional(git.githubToken()))
                  : null;
          case GITLAB ->
              at(repository, git.gitlabUrl())
                  ? new GitAccess.Remote(git.gitlabUrl(), secrets.optional(git.gitlabToken()))
                  : null;
        };
  }

  private static boolean at(Repository repository, URI host) {
    return repository.host().equalsIgnoreCase(host.getRawAuthority());
  }
}
