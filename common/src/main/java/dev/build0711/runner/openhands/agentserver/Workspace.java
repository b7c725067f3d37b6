package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.openhands.agentserver.GitAccess.Remote;
import dev.build0711.runner.port.AgentBackend.Order;
import dev.build0711.runner.run.Conversation;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.OfPreparation;
import dev.build0711.runner.run.Evidence.PreparationFailed;
import dev.build0711.runner.run.Evidence.Prepared;
import dev.build0711.runner.run.Evidence.Preparing;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Repository;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Clones a run's repository through the server's own shell, in the background, and sees later how
/// that went. The token goes to the server as a file, never in a command: the server keeps those.
final class Workspace {

  /// How long a clone may take.
  static final Duration CLONE = Duration.ofMinutes(9);

  private static final int QUICK_SECONDS = 20;

  private final Api api;
  private final Probe probe;
  private final AgentServerSettings settings;
  private final Directories directories;
  private final InstantSource clock;

  Workspace(
      Api api,
      Probe probe,
      AgentServerSettings settings,
      Directories directories,
      InstantSource clock) {
    this.api = api;
    this.probe = probe;
    this.settings = settings;
    this.directories = directories;
    this.clock = clock;
  }

  OfPreparation prepare(Order order, Deadline deadline) {
    return switch (probe.info(deadline)) {
      case Silent<ServerInfo>(var evidence) -> evidence;
      case Got<ServerInfo>(ServerInfo info) -> {
        Conversation conversation =
            new Conversation(
                settings.name(),
                Dialect.AGENT_SERVER,
                info.version(),
                order.id().value().toString());
        Repository repository = order.repository();
        yield repository == null
            ? new Prepared(conversation, null)
            : prepare(order, repository, conversation, deadline);
      }
    };
  }

  private OfPreparation prepare(
      Order order, Repository repository, Conversation conversation, Deadline deadline) {
    Remote remote = settings.git().to(repository);
    String token = remote == null ? null : remote.token();
    Instant now = clock.instant();
    CloneCommand command =
        new CloneCommand(
            directories.clone(order.id(), repository),
            remote == null ? "https://" + repository.host() : remote.baseUrl().toString(),
            repository.path(),
            order.branch(),
            token == null ? null : CloneCommand.tokenFile(directories.run(order.id()), now));
    if (!command.sound()) {
      return new PreparationFailed(Reason.CLONE_FAILED);
    }
    Optional<OfPreparation> obstacle = handOver(command, token, deadline);
    return obstacle.isPresent() ? obstacle.get() : begin(command, conversation, now, deadline);
  }

  /// Puts the token where the command will look for it; empty when that is done.
  private Optional<OfPreparation> handOver(
      CloneCommand command, @Nullable String token, Deadline deadline) {
    String file = command.tokenFile();
    if (file == null || token == null) {
      return Optional.empty();
    }
    Reply place =
        api.repeatablePost(
            "/api/bash/execute_bash_command", shell(command.place(), QUICK_SECONDS), deadline);
    if (!(place instanceof Answer(int status, JsonNode body, _))
        || status != 200
        || !body.path("exit_code").isInt()) {
      return Optional.of(place.silence());
    }
    if (body.path("exit_code").asInt(-1) != 0) {
      return Optional.of(new PreparationFailed(Reason.CLONE_FAILED));
    }
    Reply upload = api.upload(file, token, deadline);
    return upload.is(200) ? Optional.empty() : Optional.of(upload.silence());
  }

  private OfPreparation begin(
      CloneCommand command, Conversation conversation, Instant now, Deadline deadline) {
    Reply reply =
        api.repeatablePost(
            "/api/bash/start_bash_command",
            shell(command.text(), (int) CLONE.toSeconds()),
            deadline);
    if (!(reply instanceof Answer(int status, JsonNode body, _)) || status != 200) {
      return reply.silence();
    }
    String id = body.path("id").stringValue("");
    return CloneJob.valid(id)
        ? new Preparing(conversation, new CloneJob(id, now, command.tokenFile() != null).toString())
        : new BackendSilent(Reason.BACKEND_BAD_ANSWER, null);
  }

  OfPreparation progress(Order order, Conversation conversation, String cursor, Deadline deadline) {
    CloneJob job = CloneJob.parse(cursor);
    if (job == null) {
      return new ConversationMissing();
    }
    Reply reply =
        api.get(
            "/api/bash/bash_events/search?sort_order=TIMESTAMP_DESC&limit=10&command_id__eq="
                + job.command(),
            deadline);
    JsonNode page = reply.listing("items");
    if (page == null) {
      return reply.silence();
    }
    Optional<JsonNode> exit =
        page.path("items")
            .valueStream()
            .map(output -> output.path("exit_code"))
            .filter(JsonNode::isInt)
            .findFirst();
    if (exit.isEmpty()) {
      return unfinished(order, job, conversation, cursor, deadline);
    }
    return exit.get().asInt() == 0
        ? new Prepared(conversation, null)
        : failed(order, job, deadline);
  }

  /// A command that was under way when its server ended never ends; it has to be given anew.
  private OfPreparation unfinished(
      Order order, CloneJob job, Conversation conversation, String cursor, Deadline deadline) {
    if (clock.instant().isAfter(job.begun().plus(CLONE).plusSeconds(QUICK_SECONDS))) {
      return failed(order, job, deadline);
    }
    return switch (probe.restartedSince(job.begun(), deadline)) {
      case Silent<Boolean>(var evidence) -> evidence;
      case Got<Boolean>(Boolean restarted) ->
          restarted ? new ConversationMissing() : new Preparing(conversation, cursor);
    };
  }

  /// The command removes its token itself, unless it was killed.
  private OfPreparation failed(Order order, CloneJob job, Deadline deadline) {
    if (job.token()) {
      String remove = CloneCommand.cleaning(directories.run(order.id()));
      Reply reply =
          api.repeatablePost(
              "/api/bash/execute_bash_command", shell(remove, QUICK_SECONDS), deadline);
      if (!reply.is(200)) {
        return reply.silence();
      }
    }
    return new PreparationFailed(Reason.CLONE_FAILED);
  }

  private static JsonNode shell(String command, int seconds) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("command", command)
        .put("cwd", "/")
        .put("timeout", seconds);
  }
}
