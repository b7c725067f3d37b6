package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.web.Body;
import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import dev.build0711.runner.simulator.web.Router;
import dev.build0711.runner.simulator.web.Template;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The settings that hold for every conversation that is started after them, and the calls that
/// read and change them. Without any a start works all the same, with a default model. Secrets are
/// not kept.
final class Settings {

  private static final int DEFAULT_ITERATIONS = 500;
  private static final List<String> OBSOLETE = List.of("agent_settings", "conversation_settings");
  private static final List<String> ONLY_IN_SETTINGS =
      List.of("provider_tokens_set", "llm_api_key_set", "search_api_key_set");

  private final Release release;
  private final Template template = Template.beside(Settings.class, "settings.json");
  private final AtomicReference<Optional<ObjectNode>> stored =
      new AtomicReference<>(Optional.empty());

  Settings(Release release) {
    this.release = release;
  }

  void addTo(Router router) {
    switch (release) {
      case V1_11 ->
          router
              .on("GET", "/api/v1/settings", (_, _) -> show())
              .on("POST", "/api/v1/settings", (request, _) -> change(request))
              .on("GET", "/api/v1/users/me", (_, _) -> user());
      case V0_62 ->
          router
              .on("GET", "/api/settings", (_, _) -> showFlat())
              .on("POST", "/api/settings", (request, _) -> replace(request))
              .on("GET", "/api/v1/users/me", (_, _) -> userOfFlat());
    }
  }

  String model() {
    String otherwise =
        template.copy().path("agent_settings").path("llm").path("model").asString("");
    return switch (release) {
      case V1_11 -> now().path("agent_settings").path("llm").path("model").asString(otherwise);
      case V0_62 -> now().path("llm_model").asString(otherwise);
    };
  }

  /// The 0.62.0 never tells its sandboxes of the limit that it keeps.
  int maxIterations() {
    return switch (release) {
      case V1_11 ->
          now().path("conversation_settings").path("max_iterations").asInt(DEFAULT_ITERATIONS);
      case V0_62 -> DEFAULT_ITERATIONS;
    };
  }

  /// Whether every command waits for the user's consent.
  boolean confirms() {
    return switch (release) {
      case V1_11 -> now().path("conversation_settings").path("confirmation_mode").asBoolean(false);
      case V0_62 -> now().path("confirmation_mode").asBoolean(false);
    };
  }

  private ObjectNode now() {
    return stored.get().orElseGet(Refusal::object);
  }

  private Reply show() {
    return stored.get().map(settings -> Reply.json(200, settings)).orElseGet(Settings::notFound);
  }

  /// Flat settings, as of V0, are taken and ignored.
  private Reply change(Request request) {
    Body body = Body.of(request);
    List<String> obsolete = OBSOLETE.stream().filter(body::has).toList();
    if (!obsolete.isEmpty()) {
      ObjectNode refusal = Refusal.object();
      refusal.put("error", "Use *_diff nested settings payloads instead of legacy keys");
      obsolete.forEach(refusal.withArray("keys")::add);
      return Reply.json(422, refusal);
    }
    ObjectNode settings = stored.get().orElseGet(template::copy).deepCopy();
    for (String part : OBSOLETE) {
      merge(settings.withObject(part), body.at(part + "_diff"));
    }
    stored.set(Optional.of(settings));
    return done();
  }

  private static void merge(ObjectNode into, JsonNode diff) {
    diff.properties()
        .forEach(field -> {
          if (field.getValue().isObject()) {
            merge(into.withObject(field.getKey()), field.getValue());
          } else if (field.getKey().endsWith("api_key")) {
            into.put(field.getKey(), "**********");
          } else {
            into.set(field.getKey(), field.getValue());
          }
        });
  }

  private Reply user() {
    ObjectNode user = stored.get().orElseGet(template::copy).deepCopy();
    ONLY_IN_SETTINGS.forEach(user::remove);
    return Reply.json(200, user.putNull("id"));
  }

  private Reply showFlat() {
    return stored
        .get()
        .map(settings -> Reply.json(200, settings.deepCopy().putNull("llm_api_key")))
        .orElseGet(Settings::notFound);
  }

  private Reply replace(Request request) {
    ObjectNode settings = Body.of(request).root();
    settings.remove("llm_api_key");
    stored.set(Optional.of(settings));
    return done();
  }

  /// The first V1 does not expect that there are no settings.
  private Reply userOfFlat() {
    if (stored.get().isEmpty()) {
      throw AppServer.broken();
    }
    return Reply.json(200, now().deepCopy().putNull("id"));
  }

  private static Reply.Answer done() {
    return Reply.json(200, Refusal.object().put("message", "Settings stored"));
  }

  private static Reply.Answer notFound() {
    return Reply.json(404, Refusal.object().put("error", "Settings not found"));
  }
}
