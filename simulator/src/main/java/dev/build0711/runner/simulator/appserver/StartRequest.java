package dev.build0711.runner.simulator.appserver;

import dev.build0711.runner.simulator.scenario.Cue;
import dev.build0711.runner.simulator.web.Body;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a conversation was asked for with.
///
/// @param echo the request as the server tells it again, with its defaults
/// @param conversation the id that the caller wishes for, null for any
/// @param parent the conversation that it is to belong to, null for none
record StartRequest(ObjectNode echo, @Nullable UUID conversation, @Nullable UUID parent) {

  /// The user's first message, empty when there is none.
  Optional<String> prompt() {
    JsonNode message = echo.path("initial_message");
    return message.isObject() ? Optional.of(Body.textOf(message)) : Optional.empty();
  }

  Cue cue() {
    return prompt().flatMap(Cue::in).orElse(Cue.DEFAULT);
  }

  /// A field that is a text, null when it was not given.
  @Nullable String text(String field) {
    JsonNode value = echo.path(field);
    return value.isString() ? value.stringValue() : null;
  }

  /// The page of the repository to work on, null when there is none.
  @Nullable String repositoryUrl() {
    String repository = text("selected_repository");
    String provider = text("git_provider");
    String host =
        switch (provider == null ? "" : provider) {
          case "gitlab" -> "gitlab.com";
          case "bitbucket" -> "bitbucket.org";
          case "forgejo" -> "codeberg.org";
          case "azure_devops" -> "dev.azure.com";
          default -> "github.com";
        };
    return repository == null ? null : "https://" + host + "/" + repository;
  }
}
