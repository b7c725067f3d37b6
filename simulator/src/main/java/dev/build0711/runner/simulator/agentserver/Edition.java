package dev.build0711.runner.simulator.agentserver;

import dev.build0711.runner.simulator.scenario.Happening;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What the agent-server of a release tells otherwise than the newest that is simulated.
///
/// @param version what it says to be
/// @param tells whether a happening is among its events
/// @param form makes its own event of the newest's, which it may change
/// @param info makes its own account of a conversation of the newest's, which it may change
/// @param server makes its own account of itself of the newest's, which it may change
public record Edition(
    String version,
    Predicate<Happening> tells,
    UnaryOperator<ObjectNode> form,
    UnaryOperator<ObjectNode> info,
    UnaryOperator<ObjectNode> server) {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS");
  private static final Duration EARLIER = Duration.ofMillis(14);
  private static final List<String> VERSIONS =
      List.of("version", "sdk_version", "tools_version", "workspace_version");
  private static final List<String> CAPABILITIES =
      List.of(
          "conversation_runtime_routes_v1",
          "profile_secret_scope_v1",
          "credential_binding_v1",
          "credential_binding_readiness_probe_v1",
          "credential_binding_activation_guard_v1");
  private static final String REFUSED_KEY =
      "litellm.AuthenticationError: AuthenticationError: OpenAIException - Incorrect API key"
          + " provided.";

  /// The newest.
  public static final Edition NEWEST =
      new Edition(
          "1.58.0",
          _ -> true,
          UnaryOperator.identity(),
          UnaryOperator.identity(),
          UnaryOperator.identity());

  /// The one that most people have.
  public static final Edition V1_49 =
      new Edition(
          "1.49.1", _ -> true, Edition::earlyEvent, Edition::earlyInfo, Edition::earlyServer);

  /// The edition of that version among those that are simulated as a server of their own.
  public static Optional<Edition> of(String version) {
    return Stream.of(NEWEST, V1_49).filter(known -> known.version.equals(version)).findFirst();
  }

  /// Whether it came out before `major.minor`.
  boolean before(int major, int minor) {
    String[] parts = version.split("\\.", -1);
    int own = Integer.parseInt(parts[0]);
    return own < major || (own == major && Integer.parseInt(parts[1]) < minor);
  }

  /// What was used is told under an earlier time than what it followed, and a refused key in the
  /// words of the model's API.
  private static ObjectNode earlyEvent(ObjectNode event) {
    if (event.path("key").asString("").equals("stats")) {
      LocalDateTime at = LocalDateTime.parse(event.path("timestamp").asString(""), TIME);
      event.put("timestamp", TIME.format(at.minus(EARLIER)));
    }
    if (event.path("code").asString("").equals("LLMAuthenticationError")) {
      event.put("detail", REFUSED_KEY);
    }
    return event;
  }

  private static ObjectNode earlyInfo(ObjectNode info) {
    return info.remove(List.of("runtime_info", "tool_module_qualnames"));
  }

  private static ObjectNode earlyServer(ObjectNode server) {
    VERSIONS.forEach(field -> server.put(field, "1.49.1"));
    ArrayNode capabilities = server.putArray("capabilities");
    CAPABILITIES.forEach(capabilities::add);
    return server;
  }
}
