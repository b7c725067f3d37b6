package dev.build0711.runner.openhands.appserver;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Asks for several conversations or start tasks at once, by their ids: at most
/// [dev.build0711.runner.port.AgentBackend#MOST_WATCHED].
final class Inventory {

  static final String CONVERSATIONS = "/api/v1/app-conversations";

  private final Api api;

  Inventory(Api api) {
    this.api = api;
  }

  /// What there is of what was asked for.
  ///
  /// @param all by ids without dashes
  /// @param told whether the server said of all others that it does not know them
  record Found<T>(Map<String, T> all, boolean told) {

    /// What there is of that id; silent where the answer says nothing of it.
    Asked<Optional<T>> get(String id) {
      T one = all.get(Ids.plain(id));
      return one == null && !told
          ? new Silent<>(new BackendSilent(Reason.BACKEND_BAD_ANSWER, null))
          : new Got<>(Optional.ofNullable(one));
    }
  }

  /// The conversations that there are, by their ids with or without dashes.
  Asked<Found<AppConversation>> conversations(List<String> ids, Deadline deadline) {
    return found(CONVERSATIONS, ids, AppConversation::of, AppConversation::id, deadline);
  }

  Asked<Optional<AppConversation>> conversation(String id, Deadline deadline) {
    if (Inside.uuid(id) == null) {
      return new Got<>(Optional.empty());
    }
    return switch (conversations(List.of(id), deadline)) {
      case Silent<Found<AppConversation>>(var evidence) -> new Silent<>(evidence);
      case Got<Found<AppConversation>>(var found) -> found.get(id);
    };
  }

  /// The start tasks that there are, by their ids with or without dashes.
  Asked<Found<StartTask>> tasks(List<String> ids, Deadline deadline) {
    return found(CONVERSATIONS + "/start-tasks", ids, StartTask::of, StartTask::id, deadline);
  }

  private <T> Asked<Found<T>> found(
      String path,
      List<String> ids,
      Function<JsonNode, @Nullable T> reader,
      Function<T, String> id,
      Deadline deadline) {
    String query =
        ids.stream().map(one -> "ids=" + Api.quoted(one)).collect(Collectors.joining("&"));
    Reply reply = api.get(path + '?' + query, deadline);
    if (!(reply instanceof Answer(int status, JsonNode body, _)) || status != 200) {
      return new Silent<>(reply.silence());
    }
    // one that is not there is null in its place
    if (!body.isArray() || body.size() != ids.size()) {
      return new Silent<>(new BackendSilent(Reason.BACKEND_BAD_ANSWER, null));
    }
    Map<String, T> all = new HashMap<>();
    for (JsonNode node : body) {
      T one = reader.apply(node);
      if (one != null) {
        all.put(Ids.plain(id.apply(one)), one);
      }
    }
    long unknown = body.valueStream().filter(JsonNode::isNull).count();
    long missing =
        ids.stream().map(Ids::plain).distinct().filter(one -> !all.containsKey(one)).count();
    return new Got<>(new Found<>(all, unknown >= missing));
  }
}
