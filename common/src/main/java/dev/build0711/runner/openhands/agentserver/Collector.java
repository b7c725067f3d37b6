package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Deadline;
import dev.build0711.runner.openhands.Reply;
import dev.build0711.runner.openhands.Reply.Answer;
import dev.build0711.runner.openhands.Reply.Content;
import dev.build0711.runner.port.AgentBackend.Collection;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.run.ChangedFile;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.ResultsCollected;
import dev.build0711.runner.run.Result;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Fetches what an agent left on its server, without waking it. What cannot be fetched is left out.
final class Collector {

  private static final String SHELL = "/api/bash/execute_bash_command";
  private static final int QUICK_SECONDS = 20;
  private static final Pattern HEAD =
      Pattern.compile("([0-9a-f]{40}|[0-9a-f]{64})\\n([!-~]{1,250})\\n?");

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
    zip(trajectory).ifPresent(artifacts::add);
    if (order.repository() == null) {
      return artifacts.isEmpty()
          ? nothing(trajectory)
          : new Collection.Harvest(new ResultsCollected(null, null, List.of()), artifacts);
    }
    String directory = directories.work(order);
    Reply head =
        shell("git -C " + quoted(directory) + " rev-parse HEAD --abbrev-ref HEAD", deadline);
    Reply changes = api.get("/api/git/changes?path=" + Api.quoted(directory), deadline);
    if (artifacts.isEmpty() && !head.is(200) && !changes.is(200)) {
      return nothing(trajectory);
    }
    diff(directory, deadline.half()).ifPresent(artifacts::addFirst);
    return new Collection.Harvest(results(head, changes), artifacts);
  }

  /// Nothing was learnt: the conversation is gone, or the server does not answer.
  private static Collection nothing(Reply trajectory) {
    return trajectory.is(404)
        ? new Collection.Unavailable(new ConversationMissing())
        : new Collection.Unavailable(trajectory.silence());
  }

  /// Half an archive is of no use: of one that is too large only that is told.
  private static Optional<Artifact> zip(Reply reply) {
    return reply instanceof Content(byte[] bytes, boolean truncated) && begins(bytes, "PK")
        ? Optional.of(
            new Artifact(
                "trajectory.zip", "application/zip", truncated ? new byte[0] : bytes, truncated))
        : Optional.empty();
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
        ? patch(bytes, truncated)
        : ownDiff(directory, deadline);
  }

  private Optional<Artifact> ownDiff(String directory, Deadline deadline) {
    String git = "git -C " + quoted(directory);
    String command =
        "base=$(%1$s merge-base HEAD origin/HEAD) && %1$s diff \"$base\" | head -c %2$d"
            .formatted(git, Artifact.MAX_BYTES + 1);
    byte[] bytes = printed(shell(command, deadline)).getBytes(StandardCharsets.UTF_8);
    boolean truncated = bytes.length > Artifact.MAX_BYTES;
    return patch(truncated ? Arrays.copyOf(bytes, Artifact.MAX_BYTES) : bytes, truncated);
  }

  private static Optional<Artifact> patch(byte[] bytes, boolean truncated) {
    return begins(bytes, "diff ")
        ? Optional.of(new Artifact("diff.patch", "text/x-patch", bytes, truncated))
        : Optional.empty();
  }

  private static boolean begins(byte[] bytes, String mark) {
    return new String(bytes, 0, Math.min(mark.length(), bytes.length), StandardCharsets.ISO_8859_1)
        .equals(mark);
  }

  private static ResultsCollected results(Reply head, Reply changes) {
    Matcher found = HEAD.matcher(printed(head));
    boolean known = found.matches();
    String branch = known ? found.group(2) : null;
    return new ResultsCollected(
        branch == null || branch.equals("HEAD") ? null : branch,
        known ? found.group(1) : null,
        changes instanceof Answer(int status, JsonNode list, _) && status == 200 && list.isArray()
            ? changes(list)
            : List.of());
  }

  private static List<ChangedFile> changes(JsonNode list) {
    return list.valueStream()
        .<ChangedFile>mapMulti((node, files) -> {
          String path = node.path("path").stringValue("");
          ChangedFile.Change change = change(node.path("status").stringValue(""));
          if (change != null && !path.isEmpty() && path.length() <= ChangedFile.MAX_PATH) {
            files.accept(new ChangedFile(path, change));
          }
        })
        .limit(Result.MAX_CHANGES)
        .toList();
  }

  private static ChangedFile.@Nullable Change change(String status) {
    return switch (status) {
      case "ADDED" -> ChangedFile.Change.ADDED;
      case "DELETED" -> ChangedFile.Change.DELETED;
      case "UPDATED" -> ChangedFile.Change.UPDATED;
      case "MOVED" -> ChangedFile.Change.MOVED;
      default -> null;
    };
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
