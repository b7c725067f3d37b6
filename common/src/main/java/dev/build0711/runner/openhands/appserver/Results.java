package dev.build0711.runner.openhands.appserver;

import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.openhands.Deadline;
import dev.build0711.runner.openhands.Reply;
import dev.build0711.runner.openhands.Reply.Answer;
import dev.build0711.runner.openhands.Reply.Content;
import dev.build0711.runner.openhands.appserver.AppConversation.SandboxStatus;
import dev.build0711.runner.openhands.appserver.Inside.Door;
import dev.build0711.runner.port.AgentBackend.Collection;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.run.ChangedFile;
import dev.build0711.runner.run.ChangedFile.Change;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.ResultsCollected;
import dev.build0711.runner.run.Repository;
import dev.build0711.runner.run.Result;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Fetches what an agent left, then puts its sandbox to sleep so that its place is free. What can
/// no longer be fetched is left out: a sandbox that sleeps is not woken for it.
final class Results {

  /// Where agents work, unless the conversation says otherwise.
  private static final String DIRECTORY = "/workspace/project";

  /// The server takes ten requests a second, and makes the difference of one file at a time.
  private static final int MOST_DIFFERENCES = 60;

  private static final Pattern HEAD = Pattern.compile("([0-9a-f]{40,64})\\s+(\\S{1,255})\\s*");
  private static final int SHELL_SECONDS = 10;

  private final Api api;
  private final Inventory inventory;
  private final Sandboxes sandboxes;
  private final Inside inside;

  Results(Api api, Sandboxes sandboxes, Inside inside) {
    this.api = api;
    this.inventory = new Inventory(api);
    this.sandboxes = sandboxes;
    this.inside = inside;
  }

  Collection collect(Order order, String id, Deadline deadline) {
    return switch (inventory.conversation(id, deadline)) {
      case Silent<Optional<AppConversation>>(var evidence) -> new Collection.Unavailable(evidence);
      case Got<Optional<AppConversation>>(var found) ->
          found
              .map(conversation -> collect(order, conversation, deadline))
              .orElseGet(() -> new Collection.Unavailable(new ConversationMissing()));
    };
  }

  private Collection collect(Order order, AppConversation conversation, Deadline deadline) {
    boolean awake = conversation.sandboxStatus() == SandboxStatus.RUNNING;
    List<Artifact> artifacts = new ArrayList<>();
    trajectory(conversation, deadline.half()).ifPresent(artifacts::add);
    List<ChangedFile> changes = List.of();
    Head head = Head.UNKNOWN;
    if (awake && order.repository() != null) {
      String root = root(order.repository(), conversation);
      changes = changes(conversation, root, deadline.half());
      head = head(conversation, root, deadline.half());
      patch(conversation, root, changes, deadline.half()).ifPresent(artifacts::addFirst);
    }
    Collection harvest =
        new Collection.Harvest(
            new ResultsCollected(head.branch(), head.commit(), changes), artifacts);
    return awake ? asleep(conversation, harvest, deadline) : harvest;
  }

  private static String root(Repository repository, AppConversation conversation) {
    String directory = conversation.directory() == null ? DIRECTORY : conversation.directory();
    return directory + repository.path().substring(repository.path().lastIndexOf('/'));
  }

  /// Puts the sandbox to sleep, unless agents of other conversations work in it.
  private Collection asleep(AppConversation conversation, Collection harvest, Deadline deadline) {
    String sandbox = conversation.sandbox();
    if (sandbox == null) {
      return harvest;
    }
    return switch (sandboxes.shared(conversation, deadline)) {
      case Silent<Boolean>(var evidence) -> new Collection.Unavailable(evidence);
      case Got<Boolean>(Boolean shared) -> {
        if (shared) {
          yield harvest;
        }
        Reply reply = sandboxes.pause(sandbox, deadline);
        yield reply.is(200) || reply.is(404)
            ? harvest
            : new Collection.Unavailable(reply.silence());
      }
    };
  }

  /// Half an archive is of no use: of one that is too large only that is told.
  private Optional<Artifact> trajectory(AppConversation conversation, Deadline deadline) {
    Reply reply = api.fetch(path(conversation) + "/download", Artifact.MAX_BYTES, deadline);
    return reply instanceof Content(byte[] bytes, boolean truncated) && zip(bytes)
        ? Optional.of(
            new Artifact(
                "trajectory.zip", "application/zip", truncated ? new byte[0] : bytes, truncated))
        : Optional.empty();
  }

  /// Releases without the call may answer with a web page.
  private static boolean zip(byte[] bytes) {
    return bytes.length > 3 && bytes[0] == 'P' && bytes[1] == 'K';
  }

  private List<ChangedFile> changes(AppConversation conversation, String root, Deadline deadline) {
    Reply reply = api.get(path(conversation) + "/git/changes?path=" + Api.quoted(root), deadline);
    return reply instanceof Answer(int status, JsonNode body, _) && status == 200
        ? body.valueStream()
            .map(Results::change)
            .flatMap(Optional::stream)
            .limit(Result.MAX_CHANGES)
            .toList()
        : List.of();
  }

  private static Optional<ChangedFile> change(JsonNode node) {
    String path = node.path("path").stringValue("");
    if (path.isEmpty() || path.length() > ChangedFile.MAX_PATH) {
      return Optional.empty();
    }
    return switch (node.path("status").stringValue("")) {
      case "ADDED" -> Optional.of(new ChangedFile(path, Change.ADDED));
      case "DELETED" -> Optional.of(new ChangedFile(path, Change.DELETED));
      case "UPDATED" -> Optional.of(new ChangedFile(path, Change.UPDATED));
      case "MOVED" -> Optional.of(new ChangedFile(path, Change.MOVED));
      default -> Optional.empty();
    };
  }

  private Optional<Artifact> patch(
      AppConversation conversation, String root, List<ChangedFile> changes, Deadline deadline) {
    ByteArrayOutputStream patch = new ByteArrayOutputStream();
    boolean whole = changes.size() <= MOST_DIFFERENCES;
    for (ChangedFile file : changes.stream().limit(MOST_DIFFERENCES).toList()) {
      Reply reply =
          api.get(
              path(conversation) + "/git/diff?path=" + Api.quoted(root + '/' + file.path()),
              deadline);
      if (!(reply instanceof Answer(int status, JsonNode body, _)) || status != 200) {
        whole = false;
        continue;
      }
      byte[] diff =
          Patch.of(
                  file.path(),
                  body.path("original").stringValue(""),
                  body.path("modified").stringValue(""))
              .getBytes(StandardCharsets.UTF_8);
      int room = Artifact.MAX_BYTES - patch.size();
      patch.write(diff, 0, Math.min(room, diff.length));
      if (diff.length > room) {
        whole = false;
        break;
      }
    }
    return patch.size() == 0
        ? Optional.empty()
        : Optional.of(new Artifact("diff.patch", "text/x-patch", patch.toByteArray(), !whole));
  }

  private record Head(@Nullable String branch, @Nullable String commit) {
    private static final Head UNKNOWN = new Head(null, null);
  }

  /// The app server does not tell; a shell in the sandbox does, where there is a way to it.
  private Head head(AppConversation conversation, String root, Deadline deadline) {
    Asked<String> said =
        inside.of(conversation).map(door -> head(door, root, deadline)).orElse(null);
    if (!(said instanceof Got<String>(String text))) {
      return Head.UNKNOWN;
    }
    Matcher head = HEAD.matcher(text);
    if (!head.matches()) {
      return Head.UNKNOWN;
    }
    return new Head(head.group(2).equals("HEAD") ? null : head.group(2), head.group(1));
  }

  private static Asked<String> head(Door door, String root, Deadline deadline) {
    Reply reply =
        door.api()
            .repeatablePost(
                "/api/bash/execute_bash_command",
                JsonNodeFactory.instance
                    .objectNode()
                    .put("command", "git rev-parse HEAD --abbrev-ref HEAD")
                    .put("cwd", root)
                    .put("timeout", SHELL_SECONDS),
                deadline);
    return reply instanceof Answer(int status, JsonNode body, _) && status == 200
        ? new Got<>(body.path("stdout").stringValue(""))
        : new Silent<>(reply.silence());
  }

  private static String path(AppConversation conversation) {
    return Inventory.CONVERSATIONS + '/' + conversation.id();
  }
}
