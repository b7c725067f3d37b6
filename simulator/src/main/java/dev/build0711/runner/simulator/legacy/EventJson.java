package dev.build0711.runner.simulator.legacy;

import dev.build0711.runner.simulator.legacy.Entry.Consent;
import dev.build0711.runner.simulator.scenario.Act;
import dev.build0711.runner.simulator.web.Odd;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The events of a conversation as the server shows them.
final class EventJson {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);
  private static final int LONGEST_QUERY = 50;
  private static final String CUT = "Stop button pressed. The action has not been executed.";
  private static final String REFUSED =
      "Action has been rejected by the user! Waiting for further user input.";

  private final String conversation;
  private final Subject subject;
  private final Odd odd;

  EventJson(LegacyConversation conversation) {
    this.conversation = conversation.id();
    this.subject = conversation.subject();
    this.odd = conversation.odd();
  }

  /// The event of that number.
  ObjectNode of(int id, Entry entry) {
    return odd.event(usual(id, entry));
  }

  private ObjectNode usual(int id, Entry entry) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("id", id).put("timestamp", TIME.format(entry.at())).put("source", source(entry));
    return switch (entry) {
      case Entry.StateChanged changed -> stateChanged(event, changed);
      case Entry.Prompted _ -> prompted(event);
      case Entry.UserWrote wrote -> userWrote(event, wrote);
      case Entry.Ordered ordered -> ordered(event, ordered.state());
      case Entry.Recalled recalled -> recalled(event, recalled);
      case Entry.Remembered remembered -> remembered(event, remembered);
      case Entry.Acted acted -> acted(event, acted);
      case Entry.Came came -> came(event, came);
      case Entry.Cut cut -> {
        observed(event, CUT, cut.cause(), "error").put("content", CUT);
        tool(event, cut.act(), cut.call());
        event.putObject("extras").put("error_id", "AGENT_ERROR$ERROR_ACTION_NOT_EXECUTED_STOPPED");
        yield event;
      }
      case Entry.Refused refused -> {
        observed(event, REFUSED, refused.cause(), "user_rejected").put("content", REFUSED);
        tool(event, refused.act(), refused.call());
        event.putObject("extras");
        yield event;
      }
      case Entry.AgentWrote wrote -> {
        event.put("message", wrote.text()).put("action", "message");
        metrics(event, wrote.call());
        message(event, wrote.text(), true).putNull("image_urls");
        yield event;
      }
    };
  }

  private static String source(Entry entry) {
    return switch (entry) {
      case Entry.StateChanged _, Entry.Remembered _ -> "environment";
      case Entry.UserWrote _, Entry.Recalled _ -> "user";
      case Entry.Ordered ordered -> ordered.byUser() ? "user" : "environment";
      case Entry.Prompted _,
          Entry.Acted _,
          Entry.Came _,
          Entry.Cut _,
          Entry.Refused _,
          Entry.AgentWrote _ ->
          "agent";
    };
  }

  private static ObjectNode stateChanged(ObjectNode event, Entry.StateChanged changed) {
    event.put("message", "").put("observation", "agent_state_changed").put("content", "");
    event
        .putObject("extras")
        .put("agent_state", changed.state().toString())
        .put("reason", changed.reason());
    return event;
  }

  private static ObjectNode prompted(ObjectNode event) {
    String prompt = "You are a simulated OpenHands agent.";
    event.put("message", prompt).put("action", "system");
    ObjectNode args = event.putObject("args").put("content", prompt);
    args.putArray("tools");
    args.put("openhands_version", "0.62.0").put("agent_class", "CodeActAgent");
    return event;
  }

  private static ObjectNode userWrote(ObjectNode event, Entry.UserWrote wrote) {
    event.put("message", wrote.text()).put("action", "message");
    ObjectNode args = message(event, wrote.text(), false);
    if (wrote.opening()) {
      args.putArray("image_urls");
    } else {
      args.putNull("image_urls");
    }
    return event;
  }

  private static ObjectNode message(ObjectNode event, String text, boolean waits) {
    return event
        .putObject("args")
        .put("content", text)
        .putNull("file_urls")
        .put("wait_for_response", waits)
        .put("security_risk", -1);
  }

  private static ObjectNode ordered(ObjectNode event, String state) {
    event.put("message", "Agent state changed to " + state).put("action", "change_agent_state");
    event.putObject("args").put("agent_state", state).put("thought", "");
    return event;
  }

  private static ObjectNode recalled(ObjectNode event, Entry.Recalled recalled) {
    String query = recalled.query();
    String shown = query.substring(0, Math.min(LONGEST_QUERY, query.length()));
    event.put("message", "Retrieving content for: " + shown).put("action", "recall");
    event
        .putObject("args")
        .put("recall_type", recalled.first() ? "workspace_context" : "knowledge")
        .put("query", query)
        .put("thought", "");
    return event;
  }

  private ObjectNode remembered(ObjectNode event, Entry.Remembered remembered) {
    if (!remembered.first()) {
      observed(event, "No observation", remembered.cause(), "null").put("content", "");
      event.putObject("extras");
      return event;
    }
    String text = "Added workspace context";
    observed(event, text, remembered.cause(), "recall").put("content", text);
    workspace(event.putObject("extras"), remembered);
    return event;
  }

  private void workspace(ObjectNode extras, Entry.Remembered remembered) {
    String repository = subject.repository() == null ? "" : subject.repository();
    extras.put("recall_type", "workspace_context").put("repo_name", repository);
    extras.put("repo_directory", repository.isEmpty() ? "" : subject.workingDir());
    extras.put("repo_branch", subject.branch() == null ? "" : subject.branch());
    extras.put("repo_instructions", "").putObject("runtime_hosts");
    extras.put("additional_agent_instructions", "");
    extras.put("date", LocalDate.ofInstant(remembered.at(), ZoneOffset.UTC).toString());
    extras.putObject("custom_secrets_descriptions");
    extras.put("conversation_instructions", "").put("working_dir", "/workspace");
    extras.putArray("microagent_knowledge");
  }

  private static ObjectNode acted(ObjectNode event, Entry.Acted acted) {
    ToolJson tool = new ToolJson(acted.act());
    event.put("message", tool.doing()).put("action", tool.action());
    tool(event, acted.act(), acted.call());
    metrics(event, acted.call());
    ObjectNode args = tool.args();
    if (acted.act() instanceof Act.Command) {
      args.put("confirmation_state", acted.consent().toString());
      args.put("security_risk", acted.consent() == Consent.CONFIRMED ? 0 : -1);
    }
    event.set("args", args);
    return event;
  }

  private ObjectNode came(ObjectNode event, Entry.Came came) {
    ToolJson tool = new ToolJson(came.act());
    observed(event, tool.done(conversation), came.cause(), tool.observation());
    tool(event, came.act(), came.call());
    event.put("content", tool.output(conversation));
    event.set("extras", tool.extras(subject.workingDir()));
    if (came.act() instanceof Act.Command) {
      event.put("success", true);
    }
    return event;
  }

  private static ObjectNode observed(ObjectNode event, String message, int cause, String kind) {
    return event.put("message", message).put("cause", cause).put("observation", kind);
  }

  private static void tool(ObjectNode event, Act.ByTool act, int call) {
    new ToolJson(act).metadata(event.putObject("tool_call_metadata"), call);
  }

  private static void metrics(ObjectNode event, int calls) {
    ObjectNode metrics = event.putObject("llm_metrics").put("accumulated_cost", calls * 0.00012);
    metrics.putNull("max_budget_per_task");
    ObjectNode tokens = metrics.putObject("accumulated_token_usage").put("model", "default");
    tokens.put("prompt_tokens", calls * 100).put("completion_tokens", calls * 10);
    tokens.put("cache_read_tokens", 0).put("cache_write_tokens", 0).put("context_window", 0);
    tokens.put("per_turn_token", 110).put("response_id", "");
    metrics.putArray("costs");
    metrics.putArray("response_latencies");
    metrics.putArray("token_usages");
  }
}
