package dev.build0711.runner.simulator.contract;

import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.simulator.Options;
import dev.build0711.runner.simulator.agentserver.Edition;
import dev.build0711.runner.simulator.appserver.AppOptions;
import dev.build0711.runner.simulator.appserver.Release;
import dev.build0711.runner.simulator.legacy.LegacyOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which real server the contract is played on, by the environment.
///
/// @param workspace where an agent-server may make directories
/// @param keeper whoever has started the server, and answers `POST /restart`, `POST /ask-first`,
///   `POST /clear` and `GET /prompts?contains=`; null where there is nobody
/// @param report the file that gets what was seen, row by row
/// @param rows what is found in the names of the rows that are played
record RealServer(
    URI uri,
    @Nullable String key,
    Dialect dialect,
    String version,
    String workspace,
    @Nullable URI keeper,
    @Nullable Path report,
    Pattern rows) {

  static final String NAMED_BY = "OPENHANDS_CONTRACT_URL";

  /// Empty where no server is given.
  static Optional<RealServer> of(Map<String, String> environment) {
    String url = environment.getOrDefault(NAMED_BY, "");
    return url.isEmpty() ? Optional.empty() : Optional.of(named(url, environment));
  }

  private static RealServer named(String url, Map<String, String> environment) {
    String keeper = environment.get("OPENHANDS_CONTRACT_KEEPER");
    String report = environment.get("OPENHANDS_CONTRACT_REPORT");
    return new RealServer(
        URI.create(url),
        environment.get("OPENHANDS_CONTRACT_KEY"),
        dialect(environment.getOrDefault("OPENHANDS_CONTRACT_DIALECT", "agent-server")),
        environment.getOrDefault("OPENHANDS_CONTRACT_VERSION", Edition.NEWEST.version()),
        environment.getOrDefault("OPENHANDS_CONTRACT_WORKSPACE", "/workspace/runs"),
        keeper == null ? null : URI.create(keeper),
        report == null ? null : Path.of(report),
        Pattern.compile(environment.getOrDefault("OPENHANDS_CONTRACT_ROWS", "")));
  }

  private static Dialect dialect(String name) {
    return switch (name) {
      case "agent-server" -> Dialect.AGENT_SERVER;
      case "app-v1" -> Dialect.APP_V1;
      case "app-v0" -> Dialect.APP_V0;
      default -> throw new IllegalArgumentException("no dialect " + name);
    };
  }

  /// The simulator of the same release, or of the newest where that one is not simulated.
  Options simulated() {
    Options defaults = Options.defaults();
    return switch (dialect) {
      case AGENT_SERVER -> defaults.asAgentServer(Edition.of(version).orElse(Edition.NEWEST));
      case APP_V1 ->
          defaults.asApp(
              AppOptions.defaults().withRelease(Release.of(version).orElse(Release.V1_11)));
      case APP_V0 -> defaults.asLegacy(LegacyOptions.defaults());
    };
  }
}
