package dev.build0711.runner.openhands.detection;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.run.Dialect;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Reason;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Asks a server which API it speaks. The agent-server says its name; an app server lists its
/// paths, and where both of its APIs are there the newer one is taken. Where a proxy hides the
/// list, a cheap call of each API decides.
final class Detector {

  private static final String AGENT_SERVER = "OpenHands Agent Server";

  private final Api api;

  Detector(Api api) {
    this.api = api;
  }

  /// What the server speaks; silent where it does not answer, or as nothing that is known does.
  Asked<Dialect> ask(Deadline deadline) {
    Reply info = api.get("/server_info", deadline);
    if (unanswered(info)) {
      return new Silent<>(info.silence());
    }
    if (body(info).path("title").stringValue("").equals(AGENT_SERVER)) {
      return new Got<>(Dialect.AGENT_SERVER);
    }
    Reply openapi = api.get("/openapi.json", deadline);
    if (unanswered(openapi)) {
      return new Silent<>(openapi.silence());
    }
    Dialect listed = listed(body(openapi));
    return listed == null ? asked(deadline) : new Got<>(listed);
  }

  private static @Nullable Dialect listed(JsonNode openapi) {
    if (openapi.path("info").path("title").stringValue("").equals(AGENT_SERVER)) {
      return Dialect.AGENT_SERVER;
    }
    JsonNode paths = openapi.path("paths");
    if (paths.has("/api/v1/app-conversations")) {
      return Dialect.APP_V1;
    }
    return paths.has("/api/conversations") ? Dialect.APP_V0 : null;
  }

  private Asked<Dialect> asked(Deadline deadline) {
    Reply count = api.get("/api/v1/app-conversations/count", deadline);
    if (count.is(200) && body(count).isIntegralNumber()) {
      return new Got<>(Dialect.APP_V1);
    }
    Reply options = api.get("/api/options/config", deadline);
    if (options.is(200) && body(options).has("APP_MODE")) {
      return new Got<>(Dialect.APP_V0);
    }
    return new Silent<>(
        count.refusesKey() || options.refusesKey()
            ? new BackendSilent(Reason.BACKEND_UNAUTHORIZED, null)
            : unknown(count));
  }

  private static BackendSilent unknown(Reply reply) {
    return unanswered(reply) ? reply.silence() : new BackendSilent(Reason.BACKEND_BAD_ANSWER, null);
  }

  /// Whether the server said nothing by which it could be known: no answer, or one that is busy
  /// with itself.
  private static boolean unanswered(Reply reply) {
    return switch (reply) {
      case Answer(int status, var _, var _) -> status == 429 || status >= 500;
      case Reply.NotJson(int status, var _) -> status == 429 || status >= 500;
      case Reply.TooLarge _, Reply.Content _ -> false;
      case Reply.TimedOut _, Reply.NotSent _, Reply.Broken _ -> true;
    };
  }

  private static JsonNode body(Reply reply) {
    return reply instanceof Answer(int status, JsonNode body, var _) && status == 200
        ? body
        : tools.jackson.databind.node.MissingNode.getInstance();
  }
}
