package dev.build0711.runner.openhands.appserver;

import dev.build0711.runner.openhands.events.Metrics;
import dev.build0711.runner.openhands.events.Reading;
import dev.build0711.runner.run.AgentStatus.Unknown;
import dev.build0711.runner.run.Usage;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads the events of one conversation on, each once, wherever they come from. The server gets
/// them in batches and keeps them by time, so that new ones may turn up a little before the last.
final class Tail {

  private static final int MAX_KNOWN = 80;
  private static final int MAX_ITERATIONS = 100_000;

  private final Reading reading;
  private final Set<String> known;
  private @Nullable String told;
  private @Nullable Integer maxIterations;
  private Usage usage;
  private int fresh;

  Tail(Memory memory) {
    reading = new Reading(memory.events());
    known = new LinkedHashSet<>(memory.known());
    told = memory.told();
    maxIterations = memory.maxIterations();
    usage = memory.usage();
  }

  /// Takes what is new among `events`, in the order of time.
  void take(List<JsonNode> events) {
    events.stream()
        .filter(event -> !isDelta(event))
        .sorted(Comparator.comparing(event -> event.path("timestamp").stringValue("")))
        .forEach(this::take);
  }

  /// Tokens on their way: the whole text comes as an event of its own.
  private static boolean isDelta(JsonNode event) {
    return event.path("kind").stringValue("").equals("StreamingDeltaEvent");
  }

  private void take(JsonNode event) {
    if (!known.add(digest(event))) {
      return;
    }
    fresh++;
    reading.take(event);
    switch (event.path("kind").stringValue("")) {
      case "MessageEvent" -> message(event);
      case "ConversationStateUpdateEvent" -> update(event.path("key").stringValue(""), event);
      default -> {
        // the reading knows
      }
    }
  }

  private void message(JsonNode event) {
    if (event.path("source").stringValue("").equals("user")) {
      told = null;
    }
  }

  private void update(String key, JsonNode event) {
    JsonNode value = event.path("value");
    switch (key) {
      case "execution_status", "agent_status" -> {
        String word = value.stringValue("");
        told = word.length() <= Unknown.MAX_WORD ? word : null;
      }
      case "stats" -> usage = more(usage, Metrics.sum(value.path("usage_to_metrics")));
      case "full_state" -> {
        int max = value.path("max_iterations").asInt(0);
        maxIterations = max > 0 && max <= MAX_ITERATIONS ? Integer.valueOf(max) : maxIterations;
      }
      default -> {
        // tells nothing that is needed
      }
    }
  }

  /// What is counted only grows, but not everybody has the newest count.
  private static Usage more(Usage one, Usage other) {
    return tokens(other) >= tokens(one) ? other : one;
  }

  private static long tokens(Usage usage) {
    return usage.promptTokens() + usage.completionTokens();
  }

  /// Whether the event was read before.
  boolean knows(JsonNode event) {
    return known.contains(digest(event));
  }

  private static String digest(JsonNode event) {
    String id = event.path("id").stringValue("");
    return Integer.toHexString((id.isEmpty() ? event.toString() : id).hashCode());
  }

  Reading reading() {
    return reading;
  }

  /// The agent's newest status among the events since the newest message, null where none is there.
  @Nullable String told() {
    return told;
  }

  @Nullable Integer maxIterations() {
    return maxIterations;
  }

  /// What was used, by the events or by what the conversation itself says, whichever is more.
  Usage usage(Usage said) {
    return more(usage, said);
  }

  /// How many events were read that an earlier look had not read.
  int fresh() {
    return fresh;
  }

  /// What to remember of the events read last.
  List<String> known() {
    return known.stream().skip(Math.max(0, known.size() - MAX_KNOWN)).toList();
  }
}
