package dev.build0711.runner.openhands.legacy;

import dev.build0711.runner.openhands.Texts;
import dev.build0711.runner.openhands.events.Links;
import dev.build0711.runner.openhands.events.Metrics;
import dev.build0711.runner.openhands.events.Proposal;
import dev.build0711.runner.openhands.events.TaskLists;
import dev.build0711.runner.run.AgentStatus.Unknown;
import dev.build0711.runner.run.Progress;
import dev.build0711.runner.run.Reason;
import dev.build0711.runner.run.Usage;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads events in their order, from a cursor on, and keeps what they tell. Fields of the wrong
/// type are as if they were absent, and kinds it does not know tell nothing.
///
/// The agent's state is the one of the newest `agent_state_changed`, with two exceptions. A message
/// makes whatever came before it an old one. And a server that gives a conversation a new sandbox
/// says `loading` and `awaiting_user_input` of it, whatever its agent had come to; one that takes a
/// sandbox away says `stopped`, also of an agent that has ended.
final class Reading {

  /// What the runner itself writes to an agent that was cut off. It does not count as a message.
  static final String GO_ON =
      "The sandbox was restarted while you were working. Look at what is there, and go on.";

  private static final int MAX_ID = 100;

  private final Cursor from;
  private int last;
  private String newest;
  private String state;
  private boolean restarted;
  private @Nullable Reason error;
  private @Nullable String response;
  private int iterations;
  private int userMessages;
  private Usage usage;
  private int fresh;
  private @Nullable List<Progress.Task> tasks;
  private @Nullable String lastWords;
  private final Set<String> links = new LinkedHashSet<>();

  Reading(Cursor from) {
    this.from = from;
    last = from.last();
    state = from.state();
    newest = state;
    restarted = from.restarted();
    error = from.error();
    response = from.response();
    iterations = from.iterations();
    userMessages = from.userMessages();
    usage = from.usage();
  }

  /// Takes one event; one that was read before is passed over.
  void take(JsonNode event) {
    int id = event.path("id").asInt(-1);
    if (id <= last) {
      return;
    }
    last = id;
    fresh++;
    if (event.has("observation")) {
      observation(event, event.path("observation").stringValue(""));
    } else {
      action(event, event.path("action").stringValue(""));
    }
  }

  private void observation(JsonNode event, String kind) {
    switch (kind) {
      case "agent_state_changed" -> changed(event.path("extras"));
      case "task_tracking" -> tasks = TaskLists.in(event.path("extras"), tasks);
      case "run", "mcp" -> Links.collect(event.path("content").stringValue(""), links);
      default -> {
        // prints no addresses of its own
      }
    }
  }

  private void changed(JsonNode extras) {
    String word = Unknown.head(extras.path("agent_state").stringValue(""));
    newest = word;
    if (last <= from.since() || (word.equals("stopped") && hasEnded())) {
      return;
    }
    if (word.equals("loading") && userMessages > 0) {
      restarted = true;
      // the action that waited for leave is gone
      state = state.equals("awaiting_user_confirmation") ? "awaiting_user_input" : state;
    } else if (!restarted || !word.equals("awaiting_user_input")) {
      restarted = false;
      state = word;
      error = word.equals("error") ? ErrorReasons.of(extras.path("reason").stringValue("")) : null;
    }
  }

  private boolean hasEnded() {
    return switch (state) {
      case "finished", "rejected", "error" -> true;
      default -> false;
    };
  }

  private void action(JsonNode event, String kind) {
    String source = event.path("source").stringValue("");
    if (kind.equals("message") && source.equals("user")) {
      asked(event.path("args"));
    } else if (source.equals("agent") && !kind.equals("system")) {
      acted(event, kind);
    }
  }

  private void asked(JsonNode args) {
    if (!args.path("content").stringValue("").equals(GO_ON)) {
      userMessages++;
    }
    state = Cursor.TOLD;
    restarted = false;
    error = null;
  }

  private void acted(JsonNode event, String kind) {
    answered(event, kind);
    if (event.path("llm_metrics").isObject()) {
      usage = Metrics.sum(List.of(event.path("llm_metrics")));
    }
    JsonNode args = event.path("args");
    if (args.path("confirmation_state").stringValue("").equals("awaiting_confirmation")) {
      lastWords = Proposal.of(null, kind, args);
    }
    switch (kind) {
      case "message" -> say(args.path("content").stringValue(""));
      case "finish" -> say(args.path("final_thought").stringValue(""));
      case "task_tracking" -> {
        if (args.path("command").stringValue("").equals("plan")) {
          tasks = TaskLists.in(args, tasks);
        }
      }
      default -> {
        // one step of the work
      }
    }
  }

  private void say(String text) {
    lastWords = Texts.clean(text);
    Links.collect(text, links);
  }

  /// Counts the answers of the language model. The acts of one share its id; a text has none.
  private void answered(JsonNode event, String kind) {
    String id = event.path("tool_call_metadata").path("model_response").path("id").stringValue("");
    if (id.isEmpty() || id.length() > MAX_ID) {
      iterations += kind.equals("message") ? 1 : 0;
    } else if (!id.equals(response)) {
      response = id;
      iterations++;
    }
  }

  int last() {
    return last;
  }

  /// How many events were read that had not been read before.
  int fresh() {
    return fresh;
  }

  /// The state that the server said last, whatever it is worth.
  String newest() {
    return newest;
  }

  String state() {
    return state;
  }

  boolean restarted() {
    return restarted;
  }

  @Nullable Reason error() {
    return error;
  }

  int iterations() {
    return iterations;
  }

  int userMessages() {
    return userMessages;
  }

  Usage usage() {
    return usage;
  }

  @Nullable List<Progress.Task> tasks() {
    return tasks;
  }

  @Nullable String lastWords() {
    return lastWords;
  }

  Set<String> links() {
    return links;
  }

  Cursor cursor() {
    return new Cursor(
        last,
        from.since(),
        state,
        restarted,
        error,
        response,
        iterations,
        userMessages,
        usage,
        from.pullRequests(),
        from.address());
  }
}
