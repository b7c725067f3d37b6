package dev.build0711.runner.openhands.legacy;

import dev.build0711.runner.run.Message;
import tools.jackson.databind.JsonNode;

/// Finds the event by which a message, or an answer without words, has arrived: the first of its
/// kind beyond those that came before it.
final class Arrivals {

  private final Message message;
  private int seen;
  private int event = -1;

  Arrivals(Message message) {
    this.message = message;
  }

  void take(JsonNode one) {
    if (one.path("source").stringValue("").equals("user") && matches(one) && event < 0) {
      seen++;
      event = seen > message.earlier() ? one.path("id").asInt(-1) : -1;
    }
  }

  private boolean matches(JsonNode one) {
    String action = one.path("action").stringValue("");
    JsonNode args = one.path("args");
    String text = message.text();
    if (text != null) {
      return action.equals("message") && args.path("content").stringValue("").equals(text);
    }
    String answer = Boolean.TRUE.equals(message.accept()) ? "user_confirmed" : "user_rejected";
    return action.equals("change_agent_state")
        && args.path("agent_state").stringValue("").equals(answer);
  }

  /// The id of the event, negative where there is none.
  int event() {
    return event;
  }
}
