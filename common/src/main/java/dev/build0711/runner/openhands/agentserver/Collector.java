package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.exchange.Reply.Content;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.results.Artifacts;
import dev.build0711.runner.openhands.results.ChangedFiles;
import dev.build0711.runner.openhands.results.Head;
import dev.build0711.runner.port.AgentBackend.Collection;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.ResultsCollected;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Fetches what an agent left on its server, without waking it. What cannot be fetched is left out.
final class Collector {

  private static final String SHELL = "/api/bash/execute_bash_command";
  private static final int QUICK_SECONDS = 20;

  private final Api api;
  private final Directories directories;

  Collector(Api api, Directories directories) {
    this.api = api;
    this.directories = directories;
  }

  Collection collect(Order order, UUID id, Deadline deadline) {
    Reply trajectory =
        api.fetch("/api/file/download-trajectory/" + id, Artifact.MAX_BYTES, deadline.half());
    List<Artifact> artifacts = new ArrayList<>();
    Artifacts.trajectory(trajectory).ifPresent(artifacts::add);
    if (order.repository() == null) {
      return artifacts.isEmpty()
          ? nothing(trajectory)
          : new Collection.Harvest(new ResultsCollected(null, null, List.of()), artifacts);
    }
    String directory = directories.work(order);
    Reply printed = shell("git -C " + quoted(directory) + ' ' + Head.COMMAND, deadline);
    Reply changes = api.get("/api/git/changes?path=" + Api.quoted(directory), deadline);
    if (artifacts.isEmpty() && !printed.is(200) && !changes.is(200)) {
      return nothing(trajectory);
    }
    diff(directory, deadline.half()).ifPresent(artifacts::addFirst);
    Head head = Head.printed(printed(printed));
    return new Collection.Harvest(
        new ResultsCollected(head.branch(), head.commit(), ChangedFiles.in(changes)), artifacts);
  }

  /// Nothing was learnt: the conversation is gone, or the server does not answer.
  private static Collection nothing(Reply trajectory) {
    return trajectory.is(404)
        ? new Collection.Unavailable(new ConversationMissing())
        : new Collection.Unavailable(trajectory.silence());
  }

  /// What the agent changed since the remote's default branch. Servers before 1.30 do not tell it
  /// themselves.
  private Optional<Artifact> diff(String directory, Deadline deadline) {
    Reply reply =
        api.fetch(
            "/api/file/archive?format=git-delta&path=" + Api.quoted(directory),
            Artifact.MAX_BYTES,
            deadline);
    return reply instanceof Content(byte[] bytes, boolean truncated)
        ? Artifacts.patch(bytes, truncated)
        : ownDiff(directory, deadline);
  }

  private Optional<Artifact> ownDiff(String directory, Deadline deadline) {
    String git = "git -C " + quoted(directory);
    String command =
        "base=$(%1$s merge-base HEAD origin/HEAD) && %1$s diff \"$base\" | head -c %2$d"
            .formatted(git, Artifact.MAX_BYTES + 1);
    byte[] bytes = printed(shell(command, deadline)).getBytes(StandardCharsets.UTF_8);
    return Artifacts.patch(bytes, false);
  }

  /// What a command printed if it went well, otherwise nothing.
  private static String printed(Reply reply) {
    return reply instanceof Answer(int status, JsonNode body, _)
            && status == 200
            && body.path("exit_code").asInt(-1) == 0
        ? body.path("stdout").stringValue("")
        : "";
  }

  private Reply shell(String command, Deadline deadline) {
    return api.repeatablePost(
        SHELL,
        JsonNodeFactory.instance
            .objectNode()
            .put("command", command)
            .put("cwd", "/")
            .put("timeout", QUICK_SECONDS),
        deadline);
  }

  private static String quoted(String text) {
    return CloneCommand.quoted(text);
  }
}
