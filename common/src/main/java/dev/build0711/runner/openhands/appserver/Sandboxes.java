package dev.build0711.runner.openhands.appserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.openhands.appserver.AppConversation.SandboxStatus;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Reason;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The sandboxes of an app server. One more than it keeps awake, and it puts the oldest to sleep in
/// the middle of its work, whoever's it is.
final class Sandboxes {

  private static final String PATH = "/api/v1/sandboxes";
  private static final int MAX_PAGES = 5;

  private final Api api;
  private final int max;

  Sandboxes(Api api, int max) {
    this.api = api;
    this.max = max;
  }

  /// Whether one more awake would be one too many.
  Asked<Boolean> full(Deadline deadline) {
    int awake = 0;
    String from = null;
    for (int page = 0; page < MAX_PAGES; page++) {
      Reply reply = api.get(page(PATH + "/search?limit=100", from), deadline);
      if (!(reply instanceof Answer(int status, JsonNode body, _)) || status != 200) {
        return new Silent<>(reply.silence());
      }
      if (!body.path("items").isArray()) {
        return new Silent<>(new BackendSilent(Reason.BACKEND_BAD_ANSWER, null));
      }
      awake += (int) body.path("items").valueStream().filter(Sandboxes::awake).count();
      String next = body.path("next_page_id").stringValue("");
      if (awake >= max || next.isEmpty() || next.equals(from)) {
        break;
      }
      from = next;
    }
    return new Got<>(awake >= max);
  }

  private static boolean awake(JsonNode sandbox) {
    return switch (SandboxStatus.of(sandbox.path("status").stringValue(""))) {
      case STARTING, RUNNING -> true;
      case PAUSED, ERROR, MISSING, OTHER -> false;
    };
  }

  private static String page(String path, @Nullable String from) {
    return from == null ? path : path + "&page_id=" + Api.quoted(from);
  }

  /// Puts a sandbox to sleep, with whatever works in it, at once.
  Reply pause(String sandbox, Deadline deadline) {
    return api.repeatablePost(PATH + '/' + sandbox + "/pause", null, deadline);
  }

  Reply resume(String sandbox, Deadline deadline) {
    return api.repeatablePost(PATH + '/' + sandbox + "/resume", null, deadline);
  }

  /// Whether agents of other conversations work in the sandbox of `one`: servers can be set to put
  /// several into one.
  Asked<Boolean> shared(AppConversation one, Deadline deadline) {
    if (one.sandbox() == null) {
      return new Got<>(false);
    }
    Reply reply =
        api.get(
            Inventory.CONVERSATIONS + "/search?limit=100&sandbox_id__eq=" + one.sandbox(),
            deadline);
    JsonNode body = reply.listing("items");
    if (body == null) {
      return new Silent<>(reply.silence());
    }
    return new Got<>(body.path("items").valueStream().anyMatch(other -> worksBeside(one, other)));
  }

  private static boolean worksBeside(AppConversation one, JsonNode node) {
    AppConversation other = AppConversation.of(node);
    return other != null
        && !Ids.plain(other.id()).equals(Ids.plain(one.id()))
        && one.sandbox() != null
        && one.sandbox().equals(other.sandbox())
        && other.word() != null
        && !Verdicts.ended(other.word());
  }
}
