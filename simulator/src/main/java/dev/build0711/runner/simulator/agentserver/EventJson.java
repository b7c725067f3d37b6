package dev.build0711.runner.simulator.agentserver;

import dev.build0711.runner.simulator.scenario.Failure;
import dev.build0711.runner.simulator.scenario.Happening;
import dev.build0711.runner.simulator.scenario.Happening.BrokenBy;
import dev.build0711.runner.simulator.scenario.Ids;
import dev.build0711.runner.simulator.scenario.Snapshot;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The events of a conversation as the newest server shows them.
public final class EventJson {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);
  private static final String INTERRUPTED =
      "Tool call interrupted before completion. The conversation was paused.";
  private static final String RESTARTED =
      "A restart occurred while this tool was in progress. This may indicate a fatal memory error"
          + " or system crash. The tool execution was interrupted and did not complete.";

  private final Ids ids;

  public EventJson(Ids ids) {
    this.ids = ids;
  }

  /// The event that the happening at `index` of the history is.
  public ObjectNode of(Snapshot conversation, int index) {
    Happening happening = conversation.history().get(index);
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("id", id(conversation, index));
    event.put("timestamp", TIME.format(happening.at())).put("source", source(happening));
    if (conversation.leafBefore(index) >= 0) {
      event.put("parent_id", id(conversation, conversation.leafBefore(index)));
    }
    fill(event, conversation, happening);
    return event.put("kind", kind(happening));
  }

  /// The event's class name, as the real server calls it.
  public static String kind(Happening happening) {
    return switch (happening) {
      case Happening.Prompted _ -> "SystemPromptEvent";
      case Happening.UserWrote _, Happening.AgentWrote _ -> "MessageEvent";
      case Happening.NewestMessage _, Happening.StatusChanged _, Happening.Used _ ->
          "ConversationStateUpdateEvent";
      case Happening.Began _ -> "ActionEvent";
      case Happening.Ended _ -> "ObservationEvent";
      case Happening.Broken _ -> "AgentErrorEvent";
      case Happening.Rejected _ -> "UserRejectObservation";
      case Happening.Failed _ -> "ConversationErrorEvent";
      case Happening.Paused _ -> "PauseEvent";
      case Happening.Interrupted _ -> "InterruptEvent";
    };
  }

  /// Who the event came from.
  static String source(Happening happening) {
    return switch (happening) {
      case Happening.Prompted _, Happening.Began _, Happening.Broken _, Happening.AgentWrote _ ->
          "agent";
      case Happening.UserWrote _, Happening.Paused _, Happening.Interrupted _ -> "user";
      case Happening.NewestMessage _,
          Happening.StatusChanged _,
          Happening.Used _,
          Happening.Ended _,
          Happening.Rejected _,
          Happening.Failed _ ->
          "environment";
    };
  }

  private void fill(ObjectNode event, Snapshot conversation, Happening happening) {
    switch (happening) {
      case Happening.Prompted _ -> prompted(event);
      case Happening.UserWrote wrote -> message(event, "user", wrote.text());
      case Happening.AgentWrote wrote -> {
        message(event, "assistant", wrote.text());
        event.put("llm_response_id", "chatcmpl-" + wrote.call());
      }
      case Happening.NewestMessage newest ->
          event.put("key", "last_user_message_id").put("value", id(conversation, newest.index()));
      case Happening.StatusChanged changed ->
          event.put("key", "execution_status").put("value", changed.status().toString());
      case Happening.Used used ->
          event
              .put("key", "stats")
              .set("value", new Usage(conversation.opening(), used.calls()).brief());
      case Happening.Began began -> action(event, began);
      case Happening.Ended ended -> observation(event, conversation, ended);
      case Happening.Broken broken -> broken(event, broken);
      case Happening.Rejected rejected -> rejected(event, conversation, rejected);
      case Happening.Failed failed -> failure(event, failed.failure());
      case Happening.Paused _, Happening.Interrupted _ -> {}
    }
  }

  private static void prompted(ObjectNode event) {
    ToolJson.text(event.putObject("system_prompt"), "You are a simulated OpenHands agent.");
    event.putArray("tools");
  }

  private static void message(ObjectNode event, String role, String text) {
    ObjectNode message = event.putObject("llm_message").put("role", role);
    ToolJson.text(message.putArray("content").addObject(), text);
    message.putArray("thinking_blocks");
    event.putArray("activated_skills");
    event.putArray("extended_content");
  }

  private static void action(ObjectNode event, Happening.Began began) {
    ToolJson tool = new ToolJson(began.act());
    event.putArray("thought");
    event.putArray("thinking_blocks");
    event.set("action", tool.action());
    tool(event, tool, began.call());
    tool.call(event.putObject("tool_call"), callId(began.call()));
    event.put("llm_response_id", "chatcmpl-" + began.call()).put("security_risk", "UNKNOWN");
    event.put("summary", tool.summary());
  }

  private void observation(ObjectNode event, Snapshot conversation, Happening.Ended ended) {
    ToolJson tool = new ToolJson(ended.act());
    tool(event, tool, ended.call());
    event.set("observation", tool.observation(conversation.opening().workingDir()));
    event.put("action_id", id(conversation, ended.index()));
    event.putArray("extended_content");
  }

  private static void broken(ObjectNode event, Happening.Broken broken) {
    tool(event, new ToolJson(broken.act()), broken.call());
    boolean interrupted = broken.by() == BrokenBy.INTERRUPT;
    event.put("error", interrupted ? INTERRUPTED : RESTARTED);
    ObjectNode classification = event.putObject("classification");
    classification.put("kind", interrupted ? "agent_action" : "internal");
    classification.put("retryable", interrupted).put("user_action", interrupted ? "retry" : "none");
  }

  private void rejected(ObjectNode event, Snapshot conversation, Happening.Rejected rejected) {
    tool(event, new ToolJson(rejected.act()), rejected.call());
    event.put("rejection_reason", rejected.reason()).put("rejection_source", "user");
    event.put("action_id", id(conversation, rejected.index()));
  }

  private static void failure(ObjectNode event, Failure failure) {
    event.put("code", failure.code()).put("detail", failure.detail());
    ObjectNode classification = event.putObject("classification").put("kind", failure.kind());
    classification.put("retryable", failure.retryable()).put("user_action", failure.userAction());
  }

  private static void tool(ObjectNode event, ToolJson tool, int call) {
    event.put("tool_name", tool.name()).put("tool_call_id", callId(call));
  }

  private static String callId(int call) {
    return "call_" + call + "_0";
  }

  private String id(Snapshot conversation, int index) {
    UUID id = ids.of(conversation.id(), index);
    return id.toString();
  }
}
