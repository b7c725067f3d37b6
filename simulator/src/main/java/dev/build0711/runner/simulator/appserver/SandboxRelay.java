package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.agentserver.AgentServer;
import dev.build0711.runner.simulator.scenario.ExecutionStatus;
import dev.build0711.runner.simulator.scenario.Happening;
import dev.build0711.runner.simulator.scenario.Snapshot;
import dev.build0711.runner.simulator.web.Key;
import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The agent-servers of the sandboxes: one for all, of which each shows its own conversations to
/// those who have its own key. There is no listing them and no starting them here.
final class SandboxRelay {

  private static final Pattern PATH =
      Pattern.compile("(" + AppServer.SANDBOXES + "([0-9a-f]{32})(-\\d{1,9})?)(/.*)");
  private static final Pattern CONVERSATIONS =
      Pattern.compile("/api/conversations(?:/([^/]+)(/.*)?)?");
  private static final Duration UNTIL_PAUSED = Duration.ofSeconds(1);

  private final Deployment deployment;
  private final AgentServer agentServer;

  SandboxRelay(Deployment deployment, AgentServer agentServer) {
    this.deployment = deployment;
    this.agentServer = agentServer;
  }

  /// Answers a request below [AppServer#SANDBOXES].
  ///
  /// @param open whether the caller needs no key
  Reply answer(Request request, boolean open) {
    Matcher path = PATH.matcher(request.path());
    Sandbox sandbox =
        path.matches() ? deployment.addressed(Refusal.uuid(path.group(2), "path.id")) : null;
    if (sandbox == null || !sandbox.answers(deployment.now())) {
      return new Reply.HangUp();
    }
    Request inner = request.below(path.group(1));
    Key key = new Key(open ? null : sandbox.key());
    if (key.opensFor(inner)) {
      boolean replaced = path.group(3) != null;
      check(inner, replaced ? Optional.empty() : Optional.of(sandbox));
    }
    return agentServer.answer(inner, key);
  }

  /// Refuses what is not about a conversation of the sandbox.
  private void check(Request request, Optional<Sandbox> sandbox) {
    Matcher path = CONVERSATIONS.matcher(request.path());
    if (!path.matches()) {
      return;
    }
    String id = path.group(1);
    AppConversation conversation =
        sandbox
            .filter(_ -> id != null && !id.matches("search|count"))
            .flatMap(_ -> deployment.everHad(uuid(id)))
            .filter(known -> sandbox.get() == known.sandbox())
            .orElseThrow(Refusal::notFound);
    if (request.method().equals("POST") && "/run".equals(path.group(2))) {
      checkPaused(conversation.agent().at(deployment.now()));
    }
  }

  private static UUID uuid(String id) {
    return Refusal.uuid(id, "path.conversation_id");
  }

  /// For a moment after a pause the real server takes the run for going on.
  private void checkPaused(Snapshot snapshot) {
    Instant now = deployment.now();
    if (snapshot.status() == ExecutionStatus.PAUSED
        && snapshot.history().getLast() instanceof Happening.Paused(Instant at)
        && now.isBefore(at.plus(UNTIL_PAUSED))) {
      throw Refusal.of(409, "Conversation already running. Wait for completion or pause first.");
    }
  }
}
