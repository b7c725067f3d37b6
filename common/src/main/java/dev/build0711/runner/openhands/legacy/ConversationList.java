package dev.build0711.runner.openhands.legacy;

import dev.build0711.runner.exchange.Deadline;
import dev.build0711.runner.exchange.Reply;
import dev.build0711.runner.exchange.Reply.Answer;
import dev.build0711.runner.openhands.Api;
import dev.build0711.runner.openhands.Asked;
import dev.build0711.runner.openhands.Asked.Got;
import dev.build0711.runner.openhands.Asked.Silent;
import dev.build0711.runner.run.Evidence.BackendSilent;
import dev.build0711.runner.run.Reason;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads the list of a server's conversations, the newest first. It leaves out those of more than
/// ten days ago.
final class ConversationList {

  private static final int PAGE = 100;

  /// So many conversations are read at most.
  static final int MAX = 5 * PAGE;

  private final Calls calls;

  ConversationList(Calls calls) {
    this.calls = calls;
  }

  /// Hands on conversation after conversation for as long as `more` holds.
  ///
  /// @return whether `more` ended it, or the list, rather than [#MAX]
  Asked<Boolean> read(
      @Nullable String repository, Predicate<ConversationInfo> more, Deadline deadline) {
    String next = "";
    for (int read = 0; read < MAX; read += PAGE) {
      Reply reply = calls.get(path(repository, next), deadline);
      if (!(reply instanceof Answer(int status, JsonNode page, _)) || status != 200) {
        return new Silent<>(reply.silence());
      }
      if (!page.path("results").isArray()) {
        return new Silent<>(new BackendSilent(Reason.BACKEND_BAD_ANSWER, null));
      }
      next = page.path("next_page_id").stringValue("");
      if (!handOn(page.path("results"), more) || next.isEmpty()) {
        return new Got<>(true);
      }
    }
    return new Got<>(false);
  }

  private static boolean handOn(JsonNode results, Predicate<ConversationInfo> more) {
    for (JsonNode one : results) {
      ConversationInfo info = ConversationInfo.of(one);
      if (info != null && !more.test(info)) {
        return false;
      }
    }
    return true;
  }

  private static String path(@Nullable String repository, String page) {
    String path = Calls.LIST + "?limit=" + PAGE;
    if (repository != null) {
      path += "&selected_repository=" + Api.quoted(repository);
    }
    return page.isEmpty() ? path : path + "&page_id=" + Api.quoted(page);
  }
}
