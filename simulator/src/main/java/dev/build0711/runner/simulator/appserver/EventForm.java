package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.agentserver.Edition;
import dev.build0711.runner.simulator.scenario.Happening;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How the events of a release look, made from those of the newest agent-server.
final class EventForm {

  private static final List<String> NEW_INFO =
      List.of(
          "sub_conversation_ids",
          "parent_conversation_id",
          "tool_module_qualnames",
          "runtime_info");
  private static final List<String> EARLY_INFO =
      List.of(
          "id",
          "agent",
          "workspace",
          "persistence_dir",
          "max_iterations",
          "stuck_detection",
          "execution_status",
          "confirmation_policy",
          "activated_knowledge_skills",
          "stats",
          "secret_registry",
          "title",
          "metrics",
          "created_at",
          "updated_at");

  private static final List<String> NEW_SERVER =
      List.of(
          "capabilities",
          "app_backend_ingress_url",
          "available_conversation_runtimes",
          "conversation_runtime",
          "runtime_services");
  private static final List<String> EARLY_SERVER =
      List.of("uptime", "idle_time", "title", "version", "docs", "redoc");

  private final Release release;

  EventForm(Release release) {
    this.release = release;
  }

  /// The agent-server in the sandboxes of this release.
  Edition edition() {
    return switch (release) {
      case V1_11 ->
          new Edition(
              "1.34.0", _ -> true, EventForm::sparse, EventForm::known, s -> s.remove(NEW_SERVER));
      case V0_62 ->
          new Edition(
              "1.0.0a6",
              this::tells,
              EventForm::early,
              info -> info.retain(EARLY_INFO),
              server -> server.retain(EARLY_SERVER));
    };
  }

  /// Whether a happening is an event of this release. The first V1 does not tell why a run failed.
  boolean tells(Happening happening) {
    return switch (happening) {
      case Happening.NewestMessage _, Happening.Used _, Happening.Failed _ ->
          release == Release.V1_11;
      case Happening.Prompted _,
          Happening.UserWrote _,
          Happening.StatusChanged _,
          Happening.Began _,
          Happening.Ended _,
          Happening.Broken _,
          Happening.Rejected _,
          Happening.AgentWrote _,
          Happening.Paused _,
          Happening.Interrupted _ ->
          true;
    };
  }

  /// An event as the app server keeps it.
  ObjectNode stored(ObjectNode newest) {
    return switch (release) {
      case V1_11 -> full(newest);
      case V0_62 -> early(newest);
    };
  }

  private static ObjectNode known(ObjectNode info) {
    info.remove(NEW_INFO);
    info.putObject("security_analyzer").put("kind", "LLMSecurityAnalyzer");
    return info;
  }

  /// Without what is new and without what is null.
  private static ObjectNode sparse(ObjectNode event) {
    event.remove("parent_id");
    event.remove("classification");
    return event;
  }

  /// With everything, also what is null.
  private static ObjectNode full(ObjectNode event) {
    event.remove("classification");
    nulls(event, "parent_id");
    switch (event.path("kind").asString("")) {
      case "MessageEvent" -> {
        nulls(event, "llm_response_id", "sender", "critic_result");
        messageNulls(event.withObject("llm_message"));
      }
      case "ActionEvent" -> {
        nulls(event, "reasoning_content", "responses_reasoning_item", "critic_result");
        nulls(event.withObject("tool_call"), "responses_item_id");
        if (event.path("action").path("kind").asString("").equals("TerminalAction")) {
          nulls(event.withObject("action"), "timeout");
        }
      }
      default -> {}
    }
    return event;
  }

  /// As the agent-server 1.0.0a6 has it, whose tools have other names.
  private static ObjectNode early(ObjectNode event) {
    event.remove("parent_id");
    ObjectNode early = JsonNodeFactory.instance.objectNode();
    early.set("kind", event.path("kind"));
    early.setAll(event);
    switch (event.path("kind").asString("")) {
      case "MessageEvent" -> {
        nulls(early, "llm_response_id");
        ObjectNode message = early.withObject("llm_message");
        message.put("cache_enabled", false).put("vision_enabled", false);
        message.put("function_calling_enabled", false).put("force_string_serializer", false);
        messageNulls(message);
      }
      case "ActionEvent" -> earlyAction(early);
      case "ObservationEvent" -> earlyObservation(early);
      case "AgentErrorEvent" -> early.remove("classification");
      default -> {}
    }
    if (early.path("tool_name").asString("").equals("terminal")) {
      early.put("tool_name", "bash");
    }
    return early;
  }

  private static void earlyAction(ObjectNode event) {
    event.remove("summary");
    nulls(event, "reasoning_content", "responses_reasoning_item");
    ObjectNode action = event.withObject("action");
    if (action.path("kind").asString("").equals("TerminalAction")) {
      nulls(action.put("kind", "ExecuteBashAction"), "timeout");
      event.withObject("tool_call").put("name", "bash");
    }
  }

  private static void earlyObservation(ObjectNode event) {
    event.remove("extended_content");
    ObjectNode observation = event.withObject("observation");
    String text = text(observation);
    observation.remove("is_error");
    observation.remove("content");
    switch (observation.path("kind").asString("")) {
      case "TerminalObservation" -> {
        observation.put("kind", "ExecuteBashObservation").put("output", text);
        observation.putNull("exit_code").put("error", false).remove("full_output_save_dir");
      }
      case "FinishObservation" -> observation.put("message", text);
      default -> observation.put("content", text);
    }
  }

  private static String text(ObjectNode observation) {
    return observation.path("content").path(0).path("text").asString("");
  }

  private static void messageNulls(ObjectNode message) {
    nulls(
        message,
        "tool_calls",
        "tool_call_id",
        "name",
        "reasoning_content",
        "responses_reasoning_item");
  }

  private static void nulls(ObjectNode object, String... fields) {
    for (String field : fields) {
      JsonNode value = object.path(field);
      if (value.isMissingNode()) {
        object.putNull(field);
      }
    }
  }
}
