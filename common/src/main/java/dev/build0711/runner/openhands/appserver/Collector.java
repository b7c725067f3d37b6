package dev.build0711.runner.openhands.appserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.openhands.appserver.AppConversation.SandboxStatus;
import dev.build0711.runner.openhands.results.Artifacts;
import dev.build0711.runner.openhands.results.ChangedFiles;
import dev.build0711.runner.openhands.results.Head;
import dev.build0711.runner.port.AgentBackend.Collection;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.port.Artifact;
import dev.build0711.runner.run.ChangedFile;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.ResultsCollected;
import dev.build0711.runner.run.Repository;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Fetches what an agent left, then puts its sandbox to sleep so that its place is free. What can
/// no longer be fetched is left out: a sandbox that sleeps is not woken for it.
final class Collector {

  /// Where agents work, unless the conversation says otherwise.
  private static final String DIRECTORY = "/workspace/project";

  /// The server takes ten requests a second, and makes the difference of one file at a time.
  private static final int MOST_DIFFERENCES = 60;

  private static final int SHELL_SECONDS = 10;

  private final Api api;
  private final Inventory inventory;
  private final Sandboxes sandboxes;
  private final Inside inside;

  Collector(Api api, Sandboxes sandboxes, Inside inside) {
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
    Artifacts.trajectory(
            api.fetch(path(conversation) + "/download", Artifact.MAX_BYTES, deadline.half()))
        .ifPresent(artifacts::add);
    List<ChangedFile> changes = List.of();
    Head head = Head.UNKNOWN;
    if (awake && order.repository() != null) {
      String root = root(order.repository(), conversation);
      changes = changes(conversation, root, deadline.half());
      head = head(conversation, root, deadline.half());
      Deadline half = deadline.half();
      Artifacts.patch(changes, MOST_DIFFERENCES, file -> difference(conversation, root, file, half))
          .ifPresent(artifacts::addFirst);
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

  private List<ChangedFile> changes(AppConversation conversation, String root, Deadline deadline) {
    return ChangedFiles.in(
        api.get(path(conversation) + "/git/changes?path=" + Api.quoted(root), deadline));
  }

  private Reply difference(
      AppConversation conversation, String root, ChangedFile file, Deadline deadline) {
    return api.get(
        path(conversation) + "/git/diff?path=" + Api.quoted(root + '/' + file.path()), deadline);
  }

  /// The app server does not tell; a shell in the sandbox does, where there is a way to it.
  private Head head(AppConversation conversation, String root, Deadline deadline) {
    return inside
        .of(conversation)
        .map(door -> Head.printed(printed(door.api(), root, deadline)))
        .orElse(Head.UNKNOWN);
  }

  private static String printed(Api sandbox, String root, Deadline deadline) {
    Reply reply =
        sandbox.repeatablePost(
            "/api/bash/execute_bash_command",
            JsonNodeFactory.instance
                .objectNode()
                .put("command", "git " + Head.COMMAND)
                .put("cwd", root)
                .put("timeout", SHELL_SECONDS),
            deadline);
    return reply instanceof Answer(int status, JsonNode body, _) && status == 200
        ? body.path("stdout").stringValue("")
        : "";
  }

  private static String path(AppConversation conversation) {
    return Inventory.CONVERSATIONS + '/' + conversation.id();
  }
}
