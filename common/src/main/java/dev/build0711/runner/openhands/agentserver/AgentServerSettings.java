package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.openhands.SessionKey;
import java.net.URI;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the configuration says of one agent-server.
///
/// @param baseUrl may have a path, with or without a slash at its end
/// @param workspaceRoot an absolute path on the server, below which every run gets a directory
/// @param agentProfile name or id of the profile that runs get which ask for none
/// @param llm the language model for runs without a profile
public record AgentServerSettings(
    String name,
    URI baseUrl,
    SessionKey key,
    String workspaceRoot,
    @Nullable String agentProfile,
    Llm llm,
    GitAccess git) {

  public AgentServerSettings {
    if (!workspaceRoot.startsWith("/")) {
      throw new IllegalArgumentException(
          "the workspace root must be an absolute path, not " + workspaceRoot);
    }
  }

  /// A language model of the runner's own configuration; without a model the server's is used.
  ///
  /// @param apiKey asked for anew at every start
  public record Llm(
      @Nullable String model, @Nullable String baseUrl, Supplier<@Nullable String> apiKey) {

    public static final Llm OF_THE_SERVER = new Llm(null, null, () -> null);
  }
}
