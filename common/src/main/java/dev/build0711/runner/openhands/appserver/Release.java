package dev.build0711.runner.openhands.appserver;

import dev.build0711.runner.openhands.Version;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What an app server of one release can do, as its `/openapi.json` tells.
///
/// @param version null where it does not tell
/// @param earlyEvents whether events lie at `/api/v1/events` (0.60 to 1.1) rather than below their
///   conversation
/// @param choosesIds whether the client may choose a conversation's id (1.0 and later)
/// @param sendsMessages whether it hands on messages by itself (1.7 and later)
/// @param agentProfiles whether a start may name an agent profile
record Release(
    @Nullable String version,
    boolean earlyEvents,
    boolean choosesIds,
    boolean sendsMessages,
    boolean agentProfiles) {

  private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\b.*");

  /// Reads the description of a server; null where it is none of an app server that speaks V1.
  static @Nullable Release of(JsonNode openapi) {
    JsonNode paths = openapi.path("paths");
    if (!paths.has("/api/v1/app-conversations")) {
      return null;
    }
    String version = openapi.path("info").path("version").stringValue("");
    Matcher numbers = NUMBERS.matcher(version);
    boolean known = numbers.matches();
    int major = known ? Integer.parseInt(numbers.group(1)) : 1;
    int minor = known ? Integer.parseInt(numbers.group(2)) : 0;
    boolean seventh = major > 1 || (major == 1 && minor >= 7);
    return new Release(
        Version.in(openapi.path("info").path("version")),
        paths.has("/api/v1/events/search"),
        major >= 1,
        paths.has("/api/v1/app-conversations/{conversation_id}/send-message"),
        startFields(openapi).map(fields -> fields.has("agent_profile_id")).orElse(seventh));
  }

  private static Optional<JsonNode> startFields(JsonNode openapi) {
    JsonNode fields =
        openapi
            .path("components")
            .path("schemas")
            .path("AppConversationStartRequest")
            .path("properties");
    return fields.isObject() ? Optional.of(fields) : Optional.empty();
  }

  /// The path that searches the events of a conversation, up to further parameters.
  String events(String conversation) {
    return earlyEvents
        ? "/api/v1/events/search?conversation_id__eq=" + conversation + "&"
        : "/api/v1/conversation/" + conversation + "/events/search?";
  }
}
