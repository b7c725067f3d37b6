package dev.build0711.runner.openhands.agentserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.agentserver.AgentServerSettings.Llm;
import dev.build0711.runner.run.AgentOptions;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Reason;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Decides which agent a run gets: the profile it asks for, else the configured profile, else the
/// configured language model, else the server's active profile, else the server's settings.
final class AgentChooser {

  private final Api api;
  private final AgentServerSettings settings;

  AgentChooser(Api api, AgentServerSettings settings) {
    this.api = api;
    this.settings = settings;
  }

  /// What came of choosing.
  sealed interface Choice {

    /// An agent was found.
    ///
    /// @param fields the part of the start's body that names the agent
    /// @param kind where the agent comes from
    record Chosen(ObjectNode fields, Kind kind) implements Choice {}

    record Refused(Reason why) implements Choice {}

    record Silent(BackendSilent evidence) implements Choice {}
  }

  /// Where an agent comes from.
  enum Kind {
    /// A profile that somebody asked for.
    PROFILE,
    /// The profile that is active on the server; it may name a model that the server lacks.
    ACTIVE_PROFILE,
    /// Settings: the runner's or the server's.
    SETTINGS
  }

  Choice choose(AgentOptions options, Deadline deadline) {
    String profile =
        options.agentProfile() != null ? options.agentProfile() : settings.agentProfile();
    if (profile != null) {
      return options.model() == null
          ? profile(profile, deadline)
          : new Choice.Refused(Reason.START_REFUSED);
    }
    if (settings.llm().model() != null) {
      return ownModel(options.model());
    }
    return options.model() == null
        ? activeProfile(deadline)
        : serverSettings(options.model(), deadline);
  }

  private Choice profile(String wanted, Deadline deadline) {
    Reply reply = api.get("/api/agent-profiles", deadline);
    if (reply.is(404)) {
      return new Choice.Refused(Reason.PROFILE_UNKNOWN);
    }
    JsonNode body = reply.listing("profiles");
    if (body == null) {
      return new Choice.Silent(reply.silence());
    }
    return body.path("profiles")
        .valueStream()
        .filter(one -> is(one, wanted))
        .map(one -> one.path("id").stringValue(""))
        .filter(id -> !id.isEmpty())
        .findFirst()
        .<Choice>map(id -> new Choice.Chosen(of("agent_profile_id", id), Kind.PROFILE))
        .orElseGet(() -> new Choice.Refused(Reason.PROFILE_UNKNOWN));
  }

  private static boolean is(JsonNode profile, String wanted) {
    return wanted.equals(profile.path("name").stringValue(""))
        || wanted.equalsIgnoreCase(profile.path("id").stringValue(""));
  }

  private Choice ownModel(@Nullable String override) {
    Llm llm = settings.llm();
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("model", override == null ? llm.model() : override);
    node.put("usage_id", "agent");
    put(node, "base_url", llm.baseUrl());
    put(node, "api_key", llm.apiKey().get());
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    fields.putObject("agent_settings").set("llm", node);
    return new Choice.Chosen(fields, Kind.SETTINGS);
  }

  private Choice activeProfile(Deadline deadline) {
    Reply reply = api.get("/api/agent-profiles", deadline);
    if (reply.is(404)) {
      return serverSettings(null, deadline);
    }
    JsonNode body = reply.listing("profiles");
    if (body == null) {
      return new Choice.Silent(reply.silence());
    }
    String active = body.path("active_agent_profile_id").stringValue("");
    return active.isEmpty()
        ? serverSettings(null, deadline)
        : new Choice.Chosen(of("agent_profile_id", active), Kind.ACTIVE_PROFILE);
  }

  /// What the user has set on the server, its secrets in a form that only the server can read.
  Choice serverSettings(@Nullable String model, Deadline deadline) {
    Reply reply = api.get("/api/settings", Map.of("X-Expose-Secrets", "encrypted"), deadline);
    if (reply.is(404)) {
      return new Choice.Refused(Reason.START_REFUSED);
    }
    if (!(reply instanceof Answer(int status, JsonNode body, _))
        || status != 200
        || !(body.path("agent_settings") instanceof ObjectNode agent)) {
      return new Choice.Silent(reply.silence());
    }
    if (!(agent.path("llm") instanceof ObjectNode llm)) {
      return new Choice.Refused(Reason.START_REFUSED);
    }
    put(llm, "model", model);
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    fields.set("agent_settings", agent);
    fields.put("secrets_encrypted", true);
    return new Choice.Chosen(fields, Kind.SETTINGS);
  }

  private static ObjectNode of(String name, String value) {
    return JsonNodeFactory.instance.objectNode().put(name, value);
  }

  private static void put(ObjectNode node, String name, @Nullable String value) {
    if (value != null) {
      node.put(name, value);
    }
  }
}
