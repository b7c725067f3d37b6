package dev.build0711.runner.openhands;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What answers say, by a reading that is as simple as can be and knows nothing of the clients.
final class Said {

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(200).build())
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .build())
          .build();

  /// Requests for lists in which something is searched for.
  private static final Pattern SEARCH =
      Pattern.compile("/search\\?|/api/conversations\\?limit|/events\\?start_id");

  private final List<Exchanged> exchanged;
  private @Nullable List<Document> read;

  Said(List<Exchanged> exchanged) {
    this.exchanged = exchanged;
  }

  /// Most verdicts need no proof, so that nothing is read before.
  private List<Document> documents() {
    if (read == null) {
      read = exchanged.stream().flatMap(one -> document(one).stream()).toList();
    }
    return read;
  }

  /// One request and the answer that it got.
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  record Exchanged(String method, String path, int status, byte[] body) {}

  private record Document(String path, int status, JsonNode root) {}

  private static Optional<Document> document(Exchanged one) {
    try {
      return Optional.of(JSON.readTree(one.body()))
          .filter(root -> !root.isMissingNode())
          .map(root -> new Document(one.path(), one.status(), root));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  boolean finished() {
    return (top("execution_status", "agent_status").contains("finished")
            && deep("kind").contains("finishaction"))
        || deep("agent_state").contains("finished");
  }

  boolean failed() {
    return meets(top("execution_status", "agent_status"), "error", "stuck")
        || meets(top("sandbox_status"), "error")
        || meets(top("status"), "error")
        || meets(deep("agent_state"), "error", "rejected");
  }

  boolean neverStarted() {
    return meets(top("status"), "error", "stopped", "archived")
        || meets(deep("agent_state"), "awaiting_user_input");
  }

  /// That something is not there: by a status, by a null in its place, or by a list without it.
  boolean missing() {
    return documents().stream().anyMatch(one -> Set.of(400, 404, 405, 410).contains(one.status()))
        || documents().stream()
            .filter(one -> one.status() == 200)
            .anyMatch(
                one -> one.root().isNull() || one.root().valueStream().anyMatch(JsonNode::isNull))
        || meets(top("execution_status", "agent_status"), "deleting")
        || meets(top("sandbox_status"), "missing")
        || searched();
  }

  private boolean searched() {
    return documents().stream().anyMatch(one -> SEARCH.matcher(one.path()).find())
        && soundSearches();
  }

  /// Whether every list in which something was searched for is one.
  boolean soundSearches() {
    return documents().stream()
        .filter(one -> one.status() == 200 && SEARCH.matcher(one.path()).find())
        .allMatch(one ->
            Stream.of("items", "results", "events")
                .anyMatch(name -> one.root().path(name).isArray()));
  }

  boolean badExit() {
    return documents().stream()
        .map(one -> one.root())
        .flatMap(root -> Stream.concat(Stream.of(root), root.path("items").valueStream()))
        .map(node -> node.path("exit_code"))
        .anyMatch(exit -> exit.isIntegralNumber() && exit.asInt(1) != 0);
  }

  boolean refused() {
    return documents().stream().anyMatch(one -> one.status() >= 400 && one.status() < 500);
  }

  boolean profiles() {
    return documents().stream().anyMatch(one -> one.root().path("profiles").isArray());
  }

  boolean settings() {
    return documents().stream().anyMatch(one -> one.root().path("agent_settings").isObject());
  }

  private static boolean meets(Set<String> said, String... words) {
    return Stream.of(words).anyMatch(said::contains);
  }

  /// The words under a name in answers, or in the elements of those that are lists.
  private Set<String> top(String... names) {
    Set<String> words = new HashSet<>();
    for (Document one : documents()) {
      Stream.concat(Stream.of(one.root()), one.root().valueStream())
          .flatMap(node -> Stream.of(names).map(node::path))
          .forEach(value -> words.add(value.stringValue("").toLowerCase(Locale.ROOT)));
    }
    return words;
  }

  /// The words under a name anywhere.
  private Set<String> deep(String name) {
    Set<String> words = new HashSet<>();
    documents()
        .forEach(one ->
            one.root()
                .findValues(name)
                .forEach(value -> words.add(value.stringValue("").toLowerCase(Locale.ROOT))));
    return words;
  }
}
