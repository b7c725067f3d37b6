package dev.build0711.runner.run;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one look at a conversation showed, in the same words for every dialect.
///
/// @param news whether anything was seen that an earlier look had not seen
/// @param tasks the agent's newest task list, null where it has none
/// @param iterations how many steps the agent has taken since the conversation began
/// @param lastWords the agent's newest closing text, null where there is none
/// @param links pull or merge request URLs first seen by this look in what the agent said or
///   printed
/// @param userMessages how many messages of a user the conversation holds, as far as it was read
/// @param version the backend's own version as this look found it, null where it does not tell
/// @param cursor where the next look goes on reading
public record AgentLook(
    AgentStatus status,
    boolean news,
    @Nullable List<Progress.Task> tasks,
    int iterations,
    @Nullable Integer maxIterations,
    Usage usage,
    @Nullable String lastWords,
    List<String> links,
    int userMessages,
    @Nullable String version,
    String cursor) {

  public AgentLook {
    links = List.copyOf(links);
    tasks = tasks == null ? null : List.copyOf(tasks);
  }
}
