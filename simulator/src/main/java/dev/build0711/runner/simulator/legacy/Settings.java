package dev.build0711.runner.simulator.legacy;

import dev.build0711.runner.simulator.legacy.LegacyOptions.Trait;
import dev.build0711.runner.simulator.web.Body;
import dev.build0711.runner.simulator.web.Refusal;
import dev.build0711.runner.simulator.web.Reply;
import dev.build0711.runner.simulator.web.Request;
import dev.build0711.runner.simulator.web.Router;
import dev.build0711.runner.simulator.web.Template;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.node.ObjectNode;

/// The settings that are stored in the server and hold for every conversation that is started after
/// them, and the calls that read and change them. Secrets are not kept, only whether there is one.
final class Settings {

  private static final int DEFAULT_ITERATIONS = 500;

  private final Template usual = Template.beside(Settings.class, "settings.json");
  private final AtomicReference<Optional<ObjectNode>> stored;
  private final AtomicBoolean gitToken;

  Settings(LegacyOptions options) {
    this.stored =
        new AtomicReference<>(
            options.has(Trait.NO_SETTINGS) ? Optional.empty() : Optional.of(usual.copy()));
    this.gitToken = new AtomicBoolean(!options.has(Trait.NO_GIT_TOKEN));
  }

  void addTo(Router router) {
    router
        .on("GET", "/api/settings", (_, _) -> show())
        .on("POST", "/api/settings", (request, _) -> store(request))
        .on("POST", "/api/add-git-providers", (_, _) -> token(true))
        .on("POST", "/api/unset-provider-tokens", (_, _) -> token(false));
  }

  /// Whether any were stored.
  boolean exist() {
    return stored.get().isPresent();
  }

  /// Whether there is a key for the model.
  boolean hasModelKey() {
    return now().path("llm_api_key_set").asBoolean(false);
  }

  /// Whether there is a token of the git host.
  boolean hasGitToken() {
    return gitToken.get();
  }

  int maxIterations() {
    return now().path("max_iterations").asInt(DEFAULT_ITERATIONS);
  }

  /// Whether every command waits for the user's consent.
  boolean confirms() {
    return now().path("confirmation_mode").asBoolean(false);
  }

  String model() {
    return now().path("llm_model").asString("openai/simulated");
  }

  private ObjectNode now() {
    return stored.get().orElseGet(Refusal::object);
  }

  private Reply show() {
    return stored
        .get()
        .map(settings -> Reply.json(200, settings.deepCopy().putNull("llm_api_key")))
        .orElseGet(() -> Reply.json(404, Refusal.object().put("error", "Settings not found")));
  }

  private Reply store(Request request) {
    ObjectNode posted = Body.of(request).root();
    ObjectNode settings = stored.get().orElseGet(usual::copy).deepCopy();
    posted
        .properties()
        .forEach(field -> {
          if (settings.has(field.getKey()) && !field.getKey().endsWith("api_key")) {
            settings.set(field.getKey(), field.getValue());
          }
        });
    if (posted.has("llm_api_key")) {
      settings.put("llm_api_key_set", !posted.path("llm_api_key").asString("").isBlank());
    }
    stored.set(Optional.of(settings));
    return Reply.json(200, Refusal.object().put("message", "Settings stored"));
  }

  private Reply token(boolean set) {
    gitToken.set(set);
    return Reply.json(
        200,
        Refusal.object()
            .put("message", set ? "Git providers stored" : "Unset Git provider tokens"));
  }
}
