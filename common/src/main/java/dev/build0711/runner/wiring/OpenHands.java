package dev.build0711.runner.wiring;

import dev.build0711.runner.config.Dialect;
import dev.build0711.runner.config.RunnerConfig;
import dev.build0711.runner.config.Secret;
import dev.build0711.runner.openhands.ConfiguredBackends;
import dev.build0711.runner.openhands.Exchanges;
import dev.build0711.runner.openhands.SessionKey;
import dev.build0711.runner.openhands.agentserver.AgentServerBackend;
import dev.build0711.runner.openhands.agentserver.AgentServerSettings;
import dev.build0711.runner.openhands.agentserver.GitAccess;
import dev.build0711.runner.port.AgentBackend;
import dev.build0711.runner.port.Backends;
import dev.build0711.runner.run.Repository;
import java.net.URI;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Makes the backends of a configuration.
final class OpenHands {

  private OpenHands() {}

  static Backends backends(RunnerConfig config, SecretValues secrets, InstantSource time) {
    var exchanges = new Exchanges();
    return new ConfiguredBackends(
        config.openhands().backends().stream()
            .map(one ->
                new ConfiguredBackends.Configured(
                    backend(config, one, exchanges, secrets, time), terms(one)))
            .toList());
  }

  private static Backends.Terms terms(RunnerConfig.Backend one) {
    String pinned = one.dialect() == Dialect.AUTO ? null : one.dialect().toString();
    return new Backends.Terms(one.name(), one.weight(), one.max(), one.drain(), pinned);
  }

  private static AgentBackend backend(
      RunnerConfig config,
      RunnerConfig.Backend one,
      Exchanges exchanges,
      SecretValues secrets,
      InstantSource time) {
    var settings =
        new AgentServerSettings(
            one.name(),
            one.url(),
            key(one.token(), secrets),
            config.openhands().workspaceRoot(),
            config.openhands().agentProfile(),
            llm(config.openhands().llm(), secrets),
            git(config.git(), secrets));
    return switch (one.dialect()) {
      case AUTO, AGENT_SERVER -> new AgentServerBackend(settings, exchanges, time);
      case APP_V1, APP_V0 ->
          throw new IllegalStateException("the configuration refuses " + one.dialect());
    };
  }

  private static SessionKey key(@Nullable Secret token, SecretValues secrets) {
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

  private static AgentServerSettings.Llm llm(RunnerConfig.Llm llm, SecretValues secrets) {
    URI baseUrl = llm.baseUrl();
    return new AgentServerSettings.Llm(
        llm.model(),
        baseUrl == null ? null : baseUrl.toString(),
        () -> secrets.optional(llm.apiKey()));
  }

  private static GitAccess git(RunnerConfig.Git git, SecretValues secrets) {
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
