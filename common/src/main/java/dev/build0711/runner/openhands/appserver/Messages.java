package dev.build0711.runner.openhands.appserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.exchange.Reply.NotJson;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.openhands.appserver.AppConversation.SandboxStatus;
import dev.build0711.runner.openhands.appserver.Inside.Door;
import dev.build0711.runner.port.AgentBackend.Sending;
import dev.build0711.runner.run.Evidence.ConversationMissing;
import dev.build0711.runner.run.Evidence.MessageRefused;
import dev.build0711.runner.run.Evidence.MessageTaken;
import dev.build0711.runner.run.Evidence.MessageUnclear;
import dev.build0711.runner.run.Evidence.OfControl;
import dev.build0711.runner.run.Message;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Hands messages to agents, none of them twice. The app server passes them on from 1.7 on; before
/// that, and for answers to an agent that asks leave, there has to be a way into the sandbox.
final class Messages {

  private static final String LEAVE = "waiting_for_confirmation";
  private static final int MAX_PAGES = 10;

  private final Api api;
  private final Releases releases;
  private final Inventory inventory;
  private final Control control;
  private final Inside inside;
  private final InstantSource clock;

  Messages(Api api, Releases releases, Control control, Inside inside, InstantSource clock) {
    this.api = api;
    this.releases = releases;
    this.inventory = new Inventory(api);
    this.control = control;
    this.inside = inside;
    this.clock = clock;
  }

  private record Telling(
      AppConversation conversation,
      Message message,
      Sending sending,
      Memory memory,
      Release release,
      Deadline deadline) {

    boolean again() {
      return sending != Sending.FIRST;
    }

    boolean wantsLeave() {
      return LEAVE.equals(conversation.word());
    }
  }

  OfControl tell(
      String id, Message message, Sending sending, @Nullable String memory, Deadline deadline) {
    return switch (releases.current(deadline)) {
      case Silent<Release>(var evidence) -> evidence;
      case Got<Release>(Release release) ->
          switch (inventory.conversation(id, deadline)) {
            case Silent<Optional<AppConversation>>(var evidence) -> evidence;
            case Got<Optional<AppConversation>>(var found) ->
                found
                    .map(one ->
                        new Telling(one, message, sending, Memory.parse(memory), release, deadline))
                    .map(this::tell)
                    .orElseGet(ConversationMissing::new);
          };
    };
  }

  private OfControl tell(Telling telling) {
    String text = telling.message().text();
    if (telling.message().accept() != null || text == null) {
      return answer(telling);
    }
    if (telling.again()) {
      return switch (arrived(telling, text)) {
        case Silent<Boolean>(var evidence) -> evidence;
        case Got<Boolean>(Boolean there) -> {
          if (there) {
            yield new MessageTaken(telling.memory().told(clock.instant()).toString());
          }
          yield telling.sending() == Sending.AGAIN
              ? send(telling, text)
              : new MessageUnclear(false);
        }
      };
    }
    return send(telling, text);
  }

  private OfControl send(Telling telling, String text) {
    if (telling.conversation().sandboxStatus() == SandboxStatus.MISSING) {
      return new ConversationMissing();
    }
    if (telling.conversation().sandboxStatus() == SandboxStatus.PAUSED) {
      return awake(telling);
    }
    if (telling.wantsLeave()) {
      return respond(telling, false);
    }
    if (telling.release().sendsMessages()) {
      return sent(
          telling,
          api.singlePost(
              Inventory.CONVERSATIONS + '/' + telling.conversation().id() + "/send-message",
              StartBody.message(text),
              telling.deadline()));
    }
    return inside
        .of(telling.conversation())
        .map(door ->
            sent(
                telling,
                door.api()
                    .singlePost(
                        door.path() + "/events", StartBody.message(text), telling.deadline())))
        .orElseGet(MessageRefused::new);
  }

  /// A sandbox that sleeps is woken; the message is sent when it has come round.
  private OfControl awake(Telling telling) {
    return control
        .wake(telling.conversation(), telling.deadline())
        .orElseGet(() -> new MessageUnclear(false));
  }

  private OfControl sent(Telling telling, Reply reply) {
    if (unclear(reply)) {
      return new MessageUnclear(true);
    }
    if (!(reply instanceof Answer(int status, JsonNode _, var _))) {
      return reply.silence();
    }
    return switch (status) {
      case 200 -> new MessageTaken(telling.memory().told(clock.instant()).toString());
      case 404, 410 -> new ConversationMissing();
      case 409 -> awake(telling);
      case 400, 413, 422 -> new MessageRefused();
      default -> reply.silence();
    };
  }

  /// Whether it may have been done. A page in the place of the answer tells nothing.
  private static boolean unclear(Reply reply) {
    return reply.unclear()
        || reply.is(500)
        || (reply instanceof NotJson(int status, var _) && (status == 200 || status == 500));
  }

  /// Allows or refuses what waits for leave. An answer is not given to an action that came up after
  /// an earlier try: nothing tells which one it was meant for.
  private OfControl answer(Telling telling) {
    boolean tried = telling.message().triedAt() != null;
    if (!telling.wantsLeave()) {
      return tried
          ? new MessageTaken(telling.memory().resumed(clock.instant()).toString())
          : new MessageRefused();
    }
    return telling.sending() == Sending.SEARCH
        ? new MessageUnclear(false)
        : respond(telling, Boolean.TRUE.equals(telling.message().accept()));
  }

  private OfControl respond(Telling telling, boolean accept) {
    Optional<Door> door = inside.of(telling.conversation());
    if (door.isEmpty()) {
      return new MessageRefused();
    }
    Reply reply =
        door.get()
            .api()
            .singlePost(
                door.get().path() + "/events/respond_to_confirmation",
                response(accept, telling.message().text()),
                telling.deadline());
    if (unclear(reply)) {
      return new MessageUnclear(true);
    }
    if (!reply.is(200)) {
      return reply.is(404) ? new ConversationMissing() : reply.silence();
    }
    if (!accept) {
      Reply run =
          door.get().api().repeatablePost(door.get().path() + "/run", null, telling.deadline());
      if (!run.is(200) && !run.is(409)) {
        return new MessageUnclear(true);
      }
    }
    return new MessageTaken(telling.memory().resumed(clock.instant()).toString());
  }

  private static ObjectNode response(boolean accept, @Nullable String reason) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("accept", accept);
    return reason == null ? body : body.put("reason", reason);
  }

  /// Whether more messages with the text are there than were before it was sent. They are in the
  /// store half a minute after they arrived.
  private Asked<Boolean> arrived(Telling telling, String text) {
    long texts = 0;
    String from = null;
    for (int page = 0; page < MAX_PAGES; page++) {
      String path =
          telling.release().events(telling.conversation().id())
              + "limit="
              + History.PAGE
              + "&kind__eq=MessageEvent"
              + (from == null ? "" : "&page_id=" + Api.quoted(from));
      Reply reply = api.get(path, telling.deadline());
      JsonNode body = reply.listing("items");
      if (body == null) {
        return new Silent<>(reply.silence());
      }
      texts += body.path("items").valueStream().filter(event -> says(event, text)).count();
      String next = body.path("next_page_id").stringValue("");
      if (next.isEmpty() || next.equals(from)) {
        break;
      }
      from = next;
    }
    return new Got<>(texts > telling.message().earlier());
  }

  private static boolean says(JsonNode event, String text) {
    return event.path("source").stringValue("").equals("user")
        && event
            .path("llm_message")
            .path("content")
            .valueStream()
            .map(part -> part.path("text").stringValue(""))
            .collect(Collectors.joining())
            .equals(text);
  }
}
