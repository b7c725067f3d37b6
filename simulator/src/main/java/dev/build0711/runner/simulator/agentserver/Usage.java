package dev.build0711.runner.simulator.agentserver;

import dev.build0711.runner.simulator.scenario.Opening;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a number of calls of the simulated model has used: 100 tokens in and 10 out for each.
public final class Usage {

  private static final int TOKENS_IN = 100;
  private static final int TOKENS_OUT = 10;
  private static final double COST = 0.00012;

  private final Opening opening;
  private final int calls;

  public Usage(Opening opening, int calls) {
    this.opening = opening;
    this.calls = calls;
  }

  /// As a `stats` update has it.
  ObjectNode brief() {
    ObjectNode stats = JsonNodeFactory.instance.objectNode();
    stats.putObject("usage_to_metrics").set(opening.usageId(), total());
    return stats;
  }

  /// The sums alone.
  public ObjectNode total() {
    ObjectNode total = JsonNodeFactory.instance.objectNode();
    metrics(total);
    return total;
  }

  /// As a ConversationInfo has it: the same with one list entry per call.
  ObjectNode full() {
    ObjectNode stats = JsonNodeFactory.instance.objectNode();
    ObjectNode metrics = stats.putObject("usage_to_metrics").putObject(opening.usageId());
    metrics(metrics);
    metrics.putArray("costs");
    metrics.putArray("response_latencies");
    metrics.putArray("token_usages");
    for (int call = 1; call <= calls; call++) {
      metrics.withArray("costs").addObject().put("model", opening.model()).put("cost", COST);
      latency(metrics.withArray("response_latencies").addObject(), call);
      tokens(metrics.withArray("token_usages").addObject(), 1, "chatcmpl-" + call);
    }
    return stats;
  }

  private void metrics(ObjectNode metrics) {
    metrics.put("model_name", opening.model()).put("accumulated_cost", calls * COST);
    metrics.putNull("max_budget_per_task");
    tokens(metrics.putObject("accumulated_token_usage"), calls, "");
  }

  private void latency(ObjectNode latency, int call) {
    latency
        .put("model", opening.model())
        .put("latency", 0.1)
        .put("response_id", "chatcmpl-" + call);
  }

  private void tokens(ObjectNode tokens, int of, String responseId) {
    tokens.put("model", opening.model());
    tokens.put("prompt_tokens", of * TOKENS_IN).put("completion_tokens", of * TOKENS_OUT);
    tokens.put("cache_read_tokens", 0).put("cache_write_tokens", 0).put("reasoning_tokens", 0);
    tokens.put("context_window", 0).put("per_turn_token", of == 0 ? 0 : TOKENS_IN + TOKENS_OUT);
    tokens.put("response_id", responseId);
  }
}
