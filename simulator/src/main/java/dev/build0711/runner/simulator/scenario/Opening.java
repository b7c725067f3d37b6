package dev.build0711.runner.simulator.scenario;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a conversation was asked for; what an agent-server tells of it again.
///
/// @param prompt the user's first message, null when there was none
/// @param consent whether every command waits for the user's consent
/// @param repositoryUrl where the working directory was cloned from, null when it was not
public record Opening(
    String workingDir,
    @Nullable String prompt,
    int maxIterations,
    boolean consent,
    String model,
    String usageId,
    List<String> tools,
    Map<String, String> tags,
    @Nullable String repositoryUrl) {

  public Opening {
    tools = List.copyOf(tools);
    tags = Map.copyOf(tags);
  }
}
